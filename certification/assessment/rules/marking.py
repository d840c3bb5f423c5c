"""How the sheets of a team become the mark of the skill part.

Sources: `domain.md` §5.2 (independent sheets, a rule set before the session), invariants I16, I23, I24.
Worked numbers: `docs/rules/marks.md`; the tests use the same ones.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from certification.assessment.rules.stations import FatalScope
from lms.core.errors import DomainError

FATAL_SIGNATURES = 2
"""I24: a fatal act (否定项) counts once this many assessors have signed that they saw it."""

TRIMMED_FROM = 5
"""From this many assessors on the highest and the lowest total may be left out; of three, one would be left."""

HUNDREDTH = Decimal("0.01")


class Aggregation(StrEnum):
    """How the totals of a team become one."""

    MEAN = "mean"
    TRIMMED = "trimmed"


class ArbitrationWay(StrEnum):
    """Who scores anew where a team differs too much."""

    ADDITIONAL = "additional"
    JOINT = "joint"


class ArbitrationStatus(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    LAPSED = "lapsed"


class ArbitrationEvent(StrEnum):
    SIGN = "sign"
    LAPSE = "lapse"
    REOPEN = "reopen"


ARBITRATION_TRANSITIONS: dict[tuple[ArbitrationStatus, ArbitrationEvent], ArbitrationStatus] = {
    (ArbitrationStatus.OPEN, ArbitrationEvent.SIGN): ArbitrationStatus.SETTLED,
    (ArbitrationStatus.OPEN, ArbitrationEvent.LAPSE): ArbitrationStatus.LAPSED,
    (ArbitrationStatus.LAPSED, ArbitrationEvent.REOPEN): ArbitrationStatus.OPEN,
}


def cut(mark: Fraction) -> Decimal:
    """Return a mark with two decimals, cut off and never rounded up.

    59.995 becomes 59.99: nobody is carried over the pass mark by a rounding, and nobody who
    reached it falls under, because cutting 60 or more never yields less than 60. House rule for I25.
    """
    return (Decimal(mark.numerator * 100 // mark.denominator) / 100).quantize(HUNDREDTH)


@dataclass(frozen=True)
class MarkingRule:
    """The scheme version's rule, set before the session."""

    aggregation: Aggregation = Aggregation.MEAN
    divergence: Decimal = Decimal(10)


@dataclass(frozen=True)
class FatalLine:
    """A fatal act of a station: in which item it stands and what it sets to 0."""

    item: int
    scope: FatalScope = FatalScope.ITEM


@dataclass(frozen=True)
class SignedSheet:
    """What one assessor signed for one candidate at one station: points of each item, fatal acts seen."""

    assessor: int
    items: Mapping[int, Decimal]
    fatal: tuple[str, ...] = ()


Signature = tuple[str, int]
"""A fatal act's line and an assessor who signed that she saw it, without scoring it on her own sheet."""


@dataclass(frozen=True)
class StationMark:
    """The team's points at one station.

    `totals` are the team's, in the order of the sheets and after the fatal acts; `counted` those of which the exact
    `mean` was taken. `fatal` are the acts that counted, `single` those that one assessor alone signed.
    `replaced` is the assessor in whose place the arbitrator's total stands.
    """

    station: int
    totals: tuple[Decimal, ...]
    counted: tuple[Decimal, ...]
    mean: Fraction
    fatal: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    void_part: bool = False
    replaced: int | None = None


def signatures(sheets: Iterable[SignedSheet], confirmed: Iterable[Signature] = ()) -> dict[str, set[int]]:
    """Return for each fatal act the different assessors who signed that they saw it."""
    seen: dict[str, set[int]] = defaultdict(set)
    for sheet in sheets:
        for act in sheet.fatal:
            seen[act].add(sheet.assessor)
    for act, assessor in confirmed:
        seen[act].add(assessor)
    return dict(seen)


def spread(totals: Collection[Decimal]) -> Decimal:
    """Return how far the highest total lies above the lowest."""
    return max(totals) - min(totals) if totals else Decimal(0)


def diverges(totals: Collection[Decimal], *, limit: Decimal) -> bool:
    """Tell whether a team differs so much that somebody has to score anew; exactly the limit is still agreement."""
    return spread(totals) > limit


def totals_of(sheets: Sequence[SignedSheet], *, nothing: Collection[int]) -> list[Decimal]:
    """Return each sheet's total without the items that count nothing."""
    return [sum((points for item, points in sheet.items.items() if item not in nothing), Decimal(0)) for sheet in sheets]


def void_items(fatal: Iterable[str], lines: Mapping[str, FatalLine]) -> set[int]:
    """Return the items that the acts set to 0."""
    return {lines[act].item for act in fatal if lines[act].scope is FatalScope.ITEM}


def farthest(totals: Sequence[Decimal], *, arbitrated: Decimal) -> int:
    """Return the place of the total farthest from the arbitrator's; of two equally far the lower, in the candidate's favour."""
    return min(range(len(totals)), key=lambda place: (-abs(totals[place] - arbitrated), totals[place], place))


def counted(totals: Sequence[Decimal], *, aggregation: Aggregation) -> list[Decimal]:
    """Return the totals of which the mean is taken: all, or without one highest and one lowest where five or more scored."""
    if aggregation is Aggregation.TRIMMED and len(totals) >= TRIMMED_FROM:
        return sorted(totals)[1:-1]
    return list(totals)


def station_mark(
    station: int,
    sheets: Sequence[SignedSheet],
    *,
    team: Collection[int],
    lines: Mapping[str, FatalLine],
    rule: MarkingRule,
    confirmed: Sequence[Signature] = (),
    arbitrated: SignedSheet | None = None,
) -> StationMark:
    """Return the mark of one candidate at one station.

    Fatal acts signed by two different assessors, the arbitrator among them, set their item to 0 on every sheet (I24);
    one that a single assessor signed changes nothing. Where the totals then still differ by more than the rule allows,
    the arbitrator's total takes the place of the one farthest from it. Of what is left the mean is taken.

    Raises `DomainError` "results.sheet_missing" when the sheets are not exactly one of each member of the team, and
    "assessment.arbitration_open" when the team differs too much and nobody has arbitrated.
    """
    if len(sheets) != len(team) or {sheet.assessor for sheet in sheets} != set(team) or not sheets:
        raise DomainError("results.sheet_missing", have=len(sheets), team=len(team))
    seen = signatures([*sheets, arbitrated] if arbitrated else sheets, confirmed)
    fatal = tuple(sorted(act for act, by in seen.items() if len(by) >= FATAL_SIGNATURES))
    nothing = void_items(fatal, lines)
    totals = totals_of(sheets, nothing=nothing)
    entering, replaced = list(totals), None
    if diverges(totals, limit=rule.divergence):
        if arbitrated is None:
            raise DomainError("assessment.arbitration_open", count=1)
        (new,) = totals_of([arbitrated], nothing=nothing)
        place = farthest(totals, arbitrated=new)
        entering[place], replaced = new, sheets[place].assessor
    used = counted(entering, aggregation=rule.aggregation)
    return StationMark(
        station=station,
        totals=tuple(totals),
        counted=tuple(used),
        mean=sum((Fraction(total) for total in used), Fraction(0)) / len(used),
        fatal=fatal,
        single=tuple(sorted(seen.keys() - set(fatal))),
        void_part=any(lines[act].scope is FatalScope.PART for act in fatal),
        replaced=replaced,
    )


def aggregate(marks: Sequence[StationMark]) -> Decimal:
    """Return the skill mark, 0–100 with two decimals: the exact station means summed, then cut once.

    A fatal act that is about the whole part makes it 0.
    """
    if any(mark.void_part for mark in marks):
        return Decimal("0.00")
    return cut(sum((mark.mean for mark in marks), Fraction(0)))
