"""How marks become a decision. Pure: knows no framework.

Sources: `domain.md` §3.2 (each part ≥ 60, no average), invariants I25, I29, I30.
Worked numbers: `docs/rules/marks.md`; the tests use the same ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lms.core.errors import DomainError


class Outcome(StrEnum):
    """I29: absent, void and 0 are three different things."""

    SCORED = "scored"
    ABSENT = "absent"
    VOID = "void"


class PublicationStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class PublicationEvent(StrEnum):
    CLOSE = "close"


PUBLICATION_TRANSITIONS: dict[tuple[PublicationStatus, PublicationEvent], PublicationStatus] = {
    (PublicationStatus.OPEN, PublicationEvent.CLOSE): PublicationStatus.CLOSED,
}


class ObjectionStatus(StrEnum):
    FILED = "filed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ObjectionEvent(StrEnum):
    UPHOLD = "uphold"
    DISMISS = "dismiss"


OBJECTION_TRANSITIONS: dict[tuple[ObjectionStatus, ObjectionEvent], ObjectionStatus] = {
    (ObjectionStatus.FILED, ObjectionEvent.UPHOLD): ObjectionStatus.UPHELD,
    (ObjectionStatus.FILED, ObjectionEvent.DISMISS): ObjectionStatus.DISMISSED,
}


# --- the decision -------------------------------------------------------------------------------


@dataclass(frozen=True)
class RequiredPart:
    kind: str
    pass_mark: Decimal


@dataclass(frozen=True)
class PartOutcome:
    """`value` is set exactly when the part was scored."""

    outcome: Outcome
    value: Decimal | None = None


@dataclass(frozen=True)
class PartFinding:
    kind: str
    outcome: Outcome
    value: Decimal | None
    pass_mark: Decimal
    met: bool


@dataclass(frozen=True)
class Verdict:
    passed: bool
    findings: tuple[PartFinding, ...]


def passes(parts: Mapping[str, PartOutcome], required: Sequence[RequiredPart]) -> Verdict:
    """Decide: passed when every required part was scored and reached its pass mark (I25).

    Parts are never averaged and nothing is rounded: 59.5 is not 60. An absent or void part fails.
    Raises `DomainError` "results.part_missing" naming the parts that have no result at all, and
    "results.no_parts" when the scheme requires none.
    """
    if not required:
        raise DomainError("results.no_parts")
    if missing := [part.kind for part in required if part.kind not in parts]:
        raise DomainError("results.part_missing", parts="、".join(missing))
    findings = tuple(_finding(parts[part.kind], part) for part in required)
    return Verdict(all(finding.met for finding in findings), findings)


def _finding(result: PartOutcome, part: RequiredPart) -> PartFinding:
    met = result.outcome is Outcome.SCORED and result.value is not None and result.value >= part.pass_mark
    return PartFinding(part.kind, result.outcome, result.value, part.pass_mark, met)


# --- publication --------------------------------------------------------------------------------


def last_day(opens_on: date, *, days: int, add_workdays: Callable[[date, int], date]) -> date:
    """Return the last day of a publication that must last `days` full working days (I30).

    The day it opens is not a full day and does not count.
    """
    if days < 1:
        raise DomainError("results.publication_days", days=days)
    return add_workdays(opens_on, days)


def is_running(*, closes_on: date, today: date) -> bool:
    """Tell whether the list still hangs; the last day belongs to it wholly."""
    return today <= closes_on
