"""Skill stations, laid out before anybody is scored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.assessment import rules
from certification.assessment.models import ScorePoint, ScoreSheet, Station
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
    of the body, `DomainError` "assessment.stations_in_use" once a sheet exists,
    "assessment.not_running" after the assessment, or what `rules.check_stations` finds (422).
    """
    if not has_role(actor, plan.organisation, Role.EXAM_OFFICER):
        raise PermissionDenied
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    if PlanStatus(locked.status) not in SETTABLE:
        raise DomainError("assessment.not_running")
    layout = rules.read_stations(stations)
    rules.check_stations(layout, skill_weights(plan))
    if ScoreSheet.objects.filter(station__plan=plan).exists():
        raise DomainError("assessment.stations_in_use")
    Station.objects.filter(plan=plan).delete()
    made = []
    for order, station in enumerate(layout, start=1):
        row = Station.objects.create(
            plan=plan, order=order, name=station.name, functions=list(station.functions), minutes=station.minutes
        )
        ScorePoint.objects.bulk_create(
            ScorePoint(station=row, order=place, text=point.text, max=point.maximum, fatal=point.fatal)
            for place, point in enumerate(station.points, start=1)
        )
        made.append(row)
    ledger.append(
        "assessment.stations_set",
        subject=plan,
        actor=actor,
        now=now,
        stations=len(made),
        points=sum(len(s.points) for s in layout),
    )
    return made
