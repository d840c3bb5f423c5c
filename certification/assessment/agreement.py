"""How far the assessors of a plan agree, once it is closed: of each station, of each assessor, and over her career."""

from dataclasses import dataclass
from fractions import Fraction

from certification.assessment.models import ScoreSheet, Station
from certification.assessment.rules import SheetStatus, agreement
from certification.assessment.signed import signed_of
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User

OPEN = frozenset(
    {
        PlanStatus.DRAFT,
        PlanStatus.SUBMITTED,
        PlanStatus.APPROVED,
        PlanStatus.PUBLISHED,
        PlanStatus.REGISTRATION_CLOSED,
        PlanStatus.ARRANGED,
        PlanStatus.IN_EXAM,
        PlanStatus.CANCELLED,
    }
)


def is_closed(plan: Plan) -> bool:
    """Tell whether the assessment is over, so that points may be compared."""
    return PlanStatus(plan.status) not in OPEN


@dataclass(frozen=True)
class StationAgreement:
    """`icc` is None where it says nothing; `candidates` are those whom the whole team scored."""

    station: Station
    candidates: int
    spread: float
    icc: float | None


@dataclass(frozen=True)
class AssessorBias:
    """By how many points at a station an assessor gives more than her colleagues, on average; below 0 less."""

    user: User
    sheets: int
    bias: float


@dataclass(frozen=True)
class Report:
    stations: list[StationAgreement]
    assessors: list[AssessorBias]
    largest: float
    """The largest bias either way, for the width of the drawing; never 0."""


def report_of(plan: Plan) -> Report:
    """Return the statistics of a closed plan, from the totals as they were signed. Constant queries."""
    signed = signed_of(plan)
    people = User.objects.in_bulk(signed.team)
    stations, sums = [], {pk: (Fraction(0), 0) for pk in signed.team}
    for station in signed.stations:
        places = sorted(place for place in signed.sheets if place[1] == station.pk and signed.is_complete(place))
        rows = [[Fraction(sheet.total) for sheet in sorted(signed.sheets[p], key=lambda s: s.assessor_id)] for p in places]
        if not rows or len(rows[0]) < 2:
            continue
        icc = agreement.icc_2k(rows)
        spread = float(agreement.mean_spread(rows))
        stations.append(StationAgreement(station, len(rows), spread, None if icc is None else float(icc)))
        for pk, bias in zip(sorted(signed.team), agreement.biases(rows), strict=True):
            before, count = sums[pk]
            sums[pk] = (before + bias * len(rows), count + len(rows))
    assessors = [AssessorBias(people[pk], count, float(total / count)) for pk, (total, count) in sums.items() if count]
    largest = max((abs(row.bias) for row in assessors), default=0.0) or 1.0
    return Report(stations, sorted(assessors, key=lambda row: row.user.get_full_name()), largest)


@dataclass(frozen=True)
class PlanBias:
    plan: Plan
    sheets: int
    bias: float


def history_of(user: User, *, most: int = 20) -> list[PlanBias]:
    """Return an assessor's bias in her closed plans, the latest first; for the register of the body."""
    signed = ScoreSheet.objects.filter(assessor=user, status=SheetStatus.SIGNED.value).values("station__plan")
    plans = (
        Plan.objects.filter(pk__in=signed)
        .exclude(status__in=[status.value for status in OPEN])
        .select_related("scheme", "organisation")
        .order_by("-exam_date", "-pk")[:most]
    )
    found = ((plan, next((row for row in report_of(plan).assessors if row.user == user), None)) for plan in plans)
    return [PlanBias(plan, row.sheets, row.bias) for plan, row in found if row is not None]
