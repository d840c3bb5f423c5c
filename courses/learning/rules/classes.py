"""Who gets into a class, by when its modules are due, and who is on its list. Knows no framework."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.accounts.rules import normalise_phone
from lms.core.errors import DomainError

EMAIL = re.compile(r"[^@\s,;<>\"']{1,64}@[^@\s,;<>\"']+\.[^@\s,;<>\"'.]{2,}")
BETWEEN_CONTACTS = re.compile(r"[\n\r,;，；、\t]+")
MOST_CONTACTS = 5000
LONGEST_CONTACT = 254
"""Of an address (RFC 5321 §4.5.3.1.3), and what a row holds."""


class WayIn(StrEnum):
    OPEN = "open"
    APPROVAL = "approval"
    LIST = "list"
    LINK = "link"


class RequestStatus(StrEnum):
    ASKED = "asked"
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Contacts:
    """A list read from what a teacher pasted or uploaded: each contact once, and what could not be read."""

    known: tuple[str, ...]
    unreadable: tuple[str, ...]


def check_dates(*, starts_on: date, ends_on: date, dues: Mapping[str, str]) -> None:
    """Raise `DomainError` (422) for a class that ends before it begins or has a module due outside of its days."""
    if ends_on < starts_on:
        raise DomainError("learning.class_ends_before_start", status=422)
    outside = [due for due in dues.values() if not starts_on <= date.fromisoformat(due) <= ends_on]
    if outside:
        raise DomainError("learning.due_outside_class", status=422, first=starts_on, last=ends_on)


def check_place(*, taken: int, capacity: int | None) -> None:
    """Raise `DomainError` "learning.class_full" when there is no place left."""
    if capacity is not None and taken >= capacity:
        raise DomainError("learning.class_full", capacity=capacity)


def check_still_open(*, today: date, ends_on: date) -> None:
    """Raise `DomainError` "learning.class_over" after the last day."""
    if today > ends_on:
        raise DomainError("learning.class_over", last=ends_on)


def next_due(dues: Mapping[str, str], unfinished: Iterable[int]) -> date | None:
    """Return the earliest day on which one of the unfinished modules (their pks) is due, None when none is.

    Who has not finished by the end of that day is behind.
    """
    days = [dues[str(pk)] for pk in unfinished if str(pk) in dues]
    return date.fromisoformat(min(days)) if days else None


def read_contacts(text: str) -> Contacts:
    """Return the phones (as `+8613…`) and e-mails (in small letters) of a list, one a line or with signs between.

    A line of a table may hold a name beside the phone: what is neither phone nor e-mail and has no digits is a name and
    passes. Raises `DomainError` "learning.list_too_long" (422) above 5000 contacts.
    """
    known: dict[str, None] = {}
    unreadable: dict[str, None] = {}
    for part in BETWEEN_CONTACTS.split(text):
        cell = part.strip().strip('"').strip()
        if not cell:
            continue
        contact = _contact(cell)
        if contact:
            known[contact] = None
        elif any(sign.isdigit() or sign == "@" for sign in cell):
            unreadable[cell[:60]] = None
    if len(known) > MOST_CONTACTS:
        raise DomainError("learning.list_too_long", status=422, most=MOST_CONTACTS)
    return Contacts(tuple(known), tuple(unreadable))


def _contact(cell: str) -> str:
    if len(cell) <= LONGEST_CONTACT and cell.isprintable() and EMAIL.fullmatch(cell):
        return cell.lower()
    try:
        return normalise_phone(cell)
    except DomainError:
        return ""
