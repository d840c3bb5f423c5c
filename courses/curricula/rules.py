"""Terms and totals of a programme of study. Knows no framework."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """Whether everybody takes a course (必修) or chooses it (选修)."""

    REQUIRED = "required"
    ELECTIVE = "elective"


MOST_TERMS = 12


class Entry(Protocol):
    """What a programme says of one course."""

    term: int
    hours: int
    kind: str


@dataclass(frozen=True)
class Totals:
    """Hours of some courses; `online` is not counted apart, since an online course may have hours on site too."""

    courses: int
    hours: int
    required: int
    elective: int


def totals(entries: Iterable[Entry]) -> Totals:
    """Add the hours up."""
    found = list(entries)
    required = sum(entry.hours for entry in found if entry.kind == Kind.REQUIRED.value)
    hours = sum(entry.hours for entry in found)
    return Totals(courses=len(found), hours=hours, required=required, elective=hours - required)


@dataclass(frozen=True)
class Term:
    """One term with its courses, required ones first, and their totals."""

    number: int
    entries: Sequence[Entry]
    totals: Totals


def terms_of(entries: Iterable[Entry], *, count: int) -> list[Term]:
    """Return the terms 1…count, empty ones too, and what stands in a later term at the end of its own."""
    found = list(entries)
    last = max([count, *(entry.term for entry in found)])
    return [
        Term(number=number, entries=inside, totals=totals(inside))
        for number in range(1, last + 1)
        for inside in [sorted((e for e in found if e.term == number), key=lambda e: e.kind != Kind.REQUIRED.value)]
    ]
