"""Skill stations, laid out before anybody is scored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment import rules
from certification.assessment.models import OptionDraw, ScorePoint, ScoreSheet, Station, StationItem
from certification.assessment.rules import PointPlan, StationPlan
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.standards.models import WeightRow
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

SETTABLE = frozenset(
    {PlanStatus.DRAFT, PlanStatus.PUBLISHED, PlanStatus.REGISTRATION_CLOSED, PlanStatus.ARRANGED, PlanStatus.IN_EXAM}
)


def skill_weights(plan: Plan) -> dict[str, Decimal]:
    """Return the skill weight table of the plan's level: function to percentage. One query."""
    rows = WeightRow.objects.filter(
        scheme_level__scheme=plan.scheme, scheme_level__level=plan.level, table=rules.Part.SKILL.value
    ).order_by("order")
    return dict(rows.values_list("function", "weight"))


@transaction.atomic
def set_up_stations(plan: Plan, stations: Sequence[Mapping[str, object]], *, actor: User, now: datetime) -> list[Station]:
    """Lay out the stations of a plan, in place of any earlier layout.

    `stations` is plain data as `rules.read_stations` takes it. They must follow the skill weight
    table of the plan's scheme version. Raises `PermissionDenied` for anybody but an exam officer
    of the body, `DomainError` "assessment.stations_in_use" once a sheet exists or optional items were drawn,
    "assessment.not_running" after the assessment, or what `rules.check_stations` finds (422).
    """
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    if PlanStatus(locked.status) not in SETTABLE:
        raise DomainError("assessment.not_running")
    layout = rules.read_stations(stations)
    rules.check_stations(layout, skill_weights(plan))
    if ScoreSheet.objects.filter(station__plan=plan).exists() or OptionDraw.objects.filter(station__plan=plan).exists():
        raise DomainError("assessment.stations_in_use")
    Station.objects.filter(plan=plan).delete()
    made = [_lay_out(plan, order, station) for order, station in enumerate(layout, start=1)]
    ledger.append(
        "assessment.stations_set",
        subject=plan,
        actor=actor,
        now=now,
        stations=len(made),
        points=sum(len(s.points) for s in layout),
    )
    return made


def _lay_out(plan: Plan, order: int, layout: StationPlan) -> Station:
    station = Station.objects.create(
        plan=plan,
        order=order,
        name=layout.name,
        functions=list(layout.functions),
        minutes=layout.minutes,
        choose=layout.choose,
    )
    place = 0
    for number, item in enumerate(layout.items, start=1):
        row = StationItem.objects.create(station=station, order=number, name=item.name, required=item.required)
        points = []
        for point in item.points:
            place += 1
            points.append(_line(station, row, place, point))
        ScorePoint.objects.bulk_create(points)
    return station


def _line(station: Station, item: StationItem, place: int, point: PointPlan) -> ScorePoint:
    deductions = [{"text": d.text, "points": rules.plain(d.points), "most": d.most} for d in point.deductions]
    return ScorePoint(
        station=station,
        item=item,
        order=place,
        text=point.text,
        max=point.maximum,
        step=point.step,
        deductions=deductions,
        fatal=point.fatal,
        scope=point.scope.value,
    )
