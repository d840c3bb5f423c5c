"""The mark of the skill part of every candidate, computed from what was signed (I23, I24)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from certification.assessment import rules
from certification.assessment.models import Arbitration
from certification.assessment.rules import ArbitrationStatus, StationMark
from certification.assessment.signed import Signed, signed_of
from certification.plans.models import Plan, Seat
from lms.core.errors import DomainError


@dataclass(frozen=True)
class SkillMark:
    """`value` is None for who was absent. `basis` explains the number; `fatal`: an act set the whole part to 0."""

    value: Decimal | None
    basis: dict[str, Any] = field(default_factory=dict)
    fatal: bool = False


def skill_marks(plan: Plan, *, seats: Collection[int] | None = None) -> dict[int, SkillMark]:
    """Return the skill mark of every seat of the plan, or of these seats, by its key. Constant queries.

    Raises `DomainError` "results.sheet_missing" where a sheet of the team is not signed, and
    "assessment.arbitration_open" where the team differs too much and nobody has scored anew.
    """
    signed = signed_of(plan)
    if open_ones := sum(row.status == ArbitrationStatus.OPEN for row in signed.arbitrations.values()):
        raise DomainError("assessment.arbitration_open", count=open_ones)
    asked = Seat.objects.filter(plan=plan).order_by("ticket_number").values_list("pk", flat=True)
    return {
        seat: SkillMark(None) if seat in signed.absent else _mark(signed, seat)
        for seat in asked
        if seats is None or seat in seats
    }


def _mark(signed: Signed, seat: int) -> SkillMark:
    if not signed.stations:
        raise DomainError("results.sheet_missing", have=0, team=len(signed.team))
    marks = [
        rules.station_mark(
            station.pk,
            signed.read(place := (seat, station.pk)),
            team=signed.team,
            lines=signed.fatal_lines[station.pk],
            rule=signed.rule,
            confirmed=signed.confirmed.get(place, []),
            arbitrated=signed.arbitrated(place),
        )
        for station in signed.stations
    ]
    own = [sheet.pk for station in signed.stations for sheet in signed.sheets[(seat, station.pk)]]
    basis = {
        "sheets": own,
        "rule": {"aggregation": signed.rule.aggregation.value, "divergence_points": str(signed.rule.divergence)},
        "stations": [_explained(mark, signed.arbitrations.get((seat, mark.station))) for mark in marks],
    }
    return SkillMark(rules.aggregate(marks), basis, any(mark.void_part for mark in marks))


def _explained(mark: StationMark, arbitration: Arbitration | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "station": mark.station,
        "totals": [str(total) for total in mark.totals],
        "mean": str(rules.cut(mark.mean)),
        "fatal": list(mark.fatal),
    }
    if mark.counted != mark.totals:
        told["counted"] = [str(total) for total in mark.counted]
    if mark.single:
        told["fatal_signed_once"] = list(mark.single)
    if mark.void_part:
        told["fatal_for_the_part"] = True
    if mark.replaced is not None and arbitration is not None:
        told["arbitration"] = {"row": arbitration.pk, "sheet": arbitration.sheet.pk, "replaced": mark.replaced}
    return told
