"""Notes and highlights."""

from datetime import datetime

from django.db import transaction

from courses.learning.models import Enrolment, Note
from courses.learning.rules.notes import check_note


@transaction.atomic
def write_note(enrolment: Enrolment, *, lesson: int, text: str, quote: str = "", block: str = "", now: datetime) -> Note:
    """Keep a note on a lesson of her version, with or without the words it is about.

    Raises `DomainError` (422) "learning.note_empty" or "learning.note_too_long".
    """
    note = check_note(text=text, quote=quote)
    return Note.objects.create(
        enrolment=enrolment, lesson_id=lesson, block=block[:36], quote=note.quote, text=note.text, written_at=now
    )


@transaction.atomic
def rewrite_note(note: Note, *, text: str, now: datetime) -> Note:
    """Change the words of a note; what was highlighted stays. Raises what `write_note` raises."""
    note.text = check_note(text=text, quote=note.quote).text
    note.written_at = now
    note.save(update_fields=["text", "written_at"])
    return note


def throw_away(note: Note) -> None:
    """Delete a note: it is hers alone, and nobody else needs it."""
    note.delete()
