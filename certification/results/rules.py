"""How sheets become a mark and marks become a decision. Pure: knows no framework.

Sources: `domain.md` §3.2 (each part ≥ 60, no average), invariants I23–I25, I29, I30.
Worked numbers: `docs/rules/marks.md`; the tests use the same ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.core.errors import DomainError

HUNDREDTH = Decimal("0.01")


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
    ACCEPTED = "accepted"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ObjectionEvent(StrEnum):
    ACCEPT = "accept"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


OBJECTION_TRANSITIONS: dict[tuple[ObjectionStatus, ObjectionEvent], ObjectionStatus] = {
    (ObjectionStatus.FILED, ObjectionEvent.ACCEPT): ObjectionStatus.ACCEPTED,
    (ObjectionStatus.ACCEPTED, ObjectionEvent.UPHOLD): ObjectionStatus.UPHELD,
    (ObjectionStatus.ACCEPTED, ObjectionEvent.DISMISS): ObjectionStatus.DISMISSED,
}
OPEN_OBJECTION = (ObjectionStatus.FILED, ObjectionStatus.ACCEPTED)


# --- marks --------------------------------------------------------------------------------------


def cut(mark: Fraction) -> Decimal:
    """Return a mark with two decimals, cut off and never rounded up.

    59.995 becomes 59.99: nobody is carried over the pass mark by a rounding, and nobody who
    reached it falls under, because cutting 60 or more never yields less than 60. House rule for I25.
    """
    return (Decimal(mark.numerator * 100 // mark.denominator) / 100).quantize(HUNDREDTH)


@dataclass(frozen=True)
class SignedSheet:
    """What one assessor signed for one candidate at one station."""

    station: int
    assessor: int
    total: Decimal
    fatal: tuple[str, ...] = ()


@dataclass(frozen=True)
class StationMark:
    """The team's points at one station; `mean` is exact, `fatal` the acts that made it 0."""

    station: int
    totals: tuple[Decimal, ...]
    mean: Fraction
    fatal: tuple[str, ...] = ()


def station_marks(sheets: Sequence[SignedSheet], *, team: int, fatal_signatures: int = 2) -> list[StationMark]:
    """Return the mark of each station: the mean of the whole team's totals, or 0 after a fatal act.

    A fatal act counts when at least `fatal_signatures` assessors signed the same one (I24); a
    single one leaves the points as they are. Raises `DomainError` "results.sheet_missing" when a
    station has fewer or more sheets than the team has members.
    """
    marks = []
    for station in dict.fromkeys(sheet.station for sheet in sheets):
        own = [sheet for sheet in sheets if sheet.station == station]
        if len({sheet.assessor for sheet in own}) != team or len(own) != team:
            raise DomainError("results.sheet_missing", have=len(own), team=team)
        seen = [act for sheet in own for act in set(sheet.fatal)]
        fatal = tuple(sorted({act for act in seen if seen.count(act) >= fatal_signatures}))
        totals = tuple(sheet.total for sheet in own)
        mean = Fraction(0) if fatal else sum((Fraction(total) for total in totals), Fraction(0)) / team
        marks.append(StationMark(station, totals, mean, fatal))
    return marks


def aggregate(marks: Sequence[StationMark]) -> Decimal:
    """Return the skill mark, 0–100 with two decimals: the exact station means summed, then cut once."""
    return cut(sum((mark.mean for mark in marks), Fraction(0)))


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
