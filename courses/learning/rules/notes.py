"""What may be noted or asked. Knows no framework."""

from dataclasses import dataclass

from lms.core.errors import DomainError
from lms.core.texts import writable

LONGEST_NOTE = 5000
LONGEST_QUOTE = 500
LONGEST_QUESTION = 2000


@dataclass(frozen=True)
class CheckedNote:
    text: str
    quote: str


def check_note(*, text: str, quote: str) -> CheckedNote:
    """Return both tidied. Raises `DomainError` (422) when there is nothing in them or too much."""
    text, quote = writable(text).strip(), " ".join(writable(quote).split())[:LONGEST_QUOTE]
    if not text and not quote:
        raise DomainError("learning.note_empty", status=422)
    if len(text) > LONGEST_NOTE:
        raise DomainError("learning.note_too_long", status=422, most=LONGEST_NOTE)
    return CheckedNote(text, quote)


def check_question(text: str) -> str:
    """Return the question or answer tidied. Raises `DomainError` (422) when it is empty or too long."""
    text = writable(text).strip()
    if not text:
        raise DomainError("learning.question_empty", status=422)
    if len(text) > LONGEST_QUESTION:
        raise DomainError("learning.question_too_long", status=422, most=LONGEST_QUESTION)
    return text
