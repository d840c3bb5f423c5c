"""What supervision asks of people: the record of a running session; of heads, to name who watched where nobody was named."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.rules import Status as PlanStatus
from certification.supervision.selectors import waiting_for_record
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

RECORDS = gettext_lazy("Quality supervision")
LIMIT = 100


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Records to write, sessions without a supervisor. Two queries."""
    for row in waiting_for_record(user).order_by("plan__exam_date", "pk")[:LIMIT]:
        yield QueueRow(
            queue=RECORDS,
            title=_("Write the record of the session"),
            detail=row.plan.title,
            url=reverse("supervision:record", args=[row.plan_id]),
            due=row.plan.exam_date,
            plan=row.plan_id,
            organisation=row.plan.organisation_id,
        )
    watched = StaffAssignment.objects.filter(role=StaffRole.SUPERVISOR.value).values("plan")
    alone = Plan.objects.filter(organisation__in=organisations_where(user, Role.HEAD), status=PlanStatus.IN_EXAM.value)
    for plan in alone.exclude(pk__in=watched).order_by("exam_date", "pk")[:LIMIT]:
        yield QueueRow(
            queue=RECORDS,
            title=_("Name who supervised this session"),
            detail=plan.title,
            url=reverse("supervision:late", args=[plan.pk]),
            due=plan.exam_date,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )
