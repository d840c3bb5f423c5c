"""How marks become a decision. Pure: knows no framework.

Sources: `domain.md` §3.2 (each part ≥ 60, no average), invariants I25, I29, I30.
Worked numbers: `docs/rules/marks.md`; the tests use the same ones.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from lms.core.errors import DomainError

HUNDREDTH = Decimal("0.01")
HALF_UP = "half_up"


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
    counted: Decimal | None = None
    """What the mark counts as, where the scheme rounds; the mark itself stays as it is."""


@dataclass(frozen=True)
class Verdict:
    passed: bool
    findings: tuple[PartFinding, ...]


def counted(value: Decimal, rounding: str) -> Decimal:
    """Return what a mark counts as against the pass mark: itself, or with "half_up" the nearest whole number."""
    return value.quantize(Decimal(1), ROUND_HALF_UP) if rounding == HALF_UP else value


def passes(parts: Mapping[str, PartOutcome], required: Sequence[RequiredPart], *, rounding: str = "none") -> Verdict:
    """Decide: passed when every required part was scored and reached its pass mark (I25).

    Parts are never averaged, and 59.5 is not 60 unless the scheme sets `rounding` to "half_up". An absent or void part
    fails. Raises `DomainError` "results.part_missing" naming the parts that have no result at all, and
    "results.no_parts" when the scheme requires none.
    """
    if not required:
        raise DomainError("results.no_parts")
    if missing := [part.kind for part in required if part.kind not in parts]:
        raise DomainError("results.part_missing", parts="、".join(missing))
    findings = tuple(_finding(parts[part.kind], part, rounding) for part in required)
    return Verdict(all(finding.met for finding in findings), findings)


def _finding(result: PartOutcome, part: RequiredPart, rounding: str) -> PartFinding:
    if result.outcome is not Outcome.SCORED or result.value is None:
        return PartFinding(part.kind, result.outcome, None, part.pass_mark, met=False)
    mark = counted(result.value, rounding)
    return PartFinding(
        part.kind, result.outcome, result.value, part.pass_mark, mark >= part.pass_mark, mark if mark != result.value else None
    )


# --- what the second person looks at ---------------------------------------------------------------


class Anomaly(StrEnum):
    ABSENT = "absent"
    VOID = "void"
    KEPT = "kept"
    ZERO = "zero"
    NEAR_MISS = "near_miss"
    ROUNDED = "rounded"
    FATAL = "fatal"
    FATAL_ONCE = "fatal_once"
    """A fatal act that one assessor alone signed: it changed nothing."""
    DIVERGENT = "divergent"
    ARBITRATED = "arbitrated"


NEAR_MISS = Decimal(1)
"""A mark less than one point under the pass mark is looked at twice. House rule."""
DIVERGENCE = Decimal(10)
"""Totals of one station this far apart are looked at, whether or not the scheme sets a limit that calls an arbiter. House rule."""


def anomalies(result: PartOutcome, part: RequiredPart, *, rounding: str, basis: Mapping[str, Any]) -> list[Anomaly]:
    """Return what stands out in one result, for the second person to look at (I27). Nothing here changes a mark."""
    if result.outcome is Outcome.ABSENT:
        return [Anomaly.ABSENT]
    if result.outcome is Outcome.VOID or result.value is None:
        return [Anomaly.VOID]
    mark, stations = counted(result.value, rounding), basis.get("stations") or []
    found = {
        Anomaly.KEPT: "kept" in basis,
        Anomaly.ZERO: result.value == 0,
        Anomaly.NEAR_MISS: part.pass_mark - NEAR_MISS <= mark < part.pass_mark,
        Anomaly.ROUNDED: result.value < part.pass_mark <= mark,
        Anomaly.FATAL: any(station.get("fatal") for station in stations),
        Anomaly.FATAL_ONCE: any(station.get("fatal_signed_once") for station in stations),
        Anomaly.DIVERGENT: any(_spread(station.get("totals") or []) >= DIVERGENCE for station in stations),
        Anomaly.ARBITRATED: any(station.get("arbitration") for station in stations),
    }
    return [anomaly for anomaly, is_so in found.items() if is_so]


def _spread(totals: Sequence[str]) -> Decimal:
    points = [Decimal(total) for total in totals]
    return max(points) - min(points) if points else Decimal(0)


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
