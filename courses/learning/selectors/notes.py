"""Reads over a learner's own notes."""

from dataclasses import dataclass

from courses.learning.models import Enrolment, Note
from lms.core.forms import whole_number

PAGE_SIZE = 50


@dataclass(frozen=True)
class Notes:
    rows: list[Note]
    before: int | None


def notes_on(enrolment: Enrolment, lesson: int) -> list[Note]:
    """Return the notes on one lesson, oldest first; one query."""
    return list(Note.objects.filter(enrolment=enrolment, lesson=lesson).order_by("pk"))


def notes_in(enrolment: Enrolment, *, before: str | None) -> Notes:
    """Return a page of all notes in the course, newest first; `before` is the key of the last note seen. One query."""
    rows = Note.objects.filter(enrolment=enrolment).select_related("lesson").defer("lesson__body").order_by("-pk")
    key = whole_number(before)
    found = list((rows.filter(pk__lt=key) if key else rows)[: PAGE_SIZE + 1])
    return Notes(found[:PAGE_SIZE], found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None)
