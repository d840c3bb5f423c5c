"""Returned cases on the officer's desk, and the reminder to those who have to correct them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy, ngettext

from certification.applications import notice_kinds
from certification.applications.models import Application
from certification.applications.rules import Status
from certification.plans.access import require_officer
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.queues import Action, Chosen, Done, Line, QueueRow, queue_key
from lms.notices.kinds import said
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

RETURNED = gettext_lazy("Waiting for candidates")
REMINDER = notice_kinds.ASSESSMENT.kind(
    "reminder",
    gettext_lazy("A reminder of a case that was returned to me"),
    said(
        gettext_lazy("Your application still waits for your correction"),
        gettext_lazy("%(plan)s: correct it and hand it in again by %(day)s."),
    ),
)
MOST_PLANS = 100


def returned_rows(user: Any) -> Iterable[QueueRow]:
    """For officers: plans whose returned cases still lie with their candidates. One query."""
    lying = Application.objects.filter(
        status=Status.RETURNED.value,
        plan__status=PlanStatus.PUBLISHED.value,
        plan__organisation__in=organisations_where(user, Role.EXAM_OFFICER),
    )
    names = ("plan_id", "plan__title", "plan__organisation_id", "plan__registration_closes")
    for row in lying.values(*names).annotate(count=Count("pk")).order_by("plan__registration_closes", "plan_id")[:MOST_PLANS]:
        detail = ngettext(
            "%(count)s returned case is not corrected yet", "%(count)s returned cases are not corrected yet", row["count"]
        )
        yield QueueRow(
            queue=RETURNED,
            title=row["plan__title"],
            detail=detail % {"count": row["count"]},
            url=reverse("plans:detail", args=[row["plan_id"]]),
            due=row["plan__registration_closes"],
            key=str(row["plan_id"]),
            plan=row["plan_id"],
            organisation=row["plan__organisation_id"],
            seen_as=str(row["count"]),
        )


@dataclass(frozen=True)
class Lying:
    """The returned cases of one plan: those whose candidates can be reminded today, and how many were today already."""

    fresh: list[Application]
    told: int


def returned_cases(plan: Plan, now: datetime) -> Lying:
    """Return the cases that wait for their candidates. Two queries."""
    cases = list(plan.applications.filter(status=Status.RETURNED.value).select_related("candidate").order_by("pk"))
    told = set(Notice.objects.filter(once__in=[_once(case, now) for case in cases]).values_list("once", flat=True))
    fresh = [case for case in cases if _once(case, now) not in told]
    return Lying(fresh, len(cases) - len(fresh))


@transaction.atomic
def remind_candidates(plan: Plan, *, actor: User, now: datetime) -> int:
    """Tell each candidate whose case was returned that it still waits, at most once a day, and return how many were told.

    Raises `PermissionDenied` unless the actor is an exam officer of the body, and `DomainError` when nobody is to be told.
    """
    require_officer(actor, plan.organisation)
    if plan.status != PlanStatus.PUBLISHED.value:
        raise DomainError("applications.nobody_to_remind")
    lying = returned_cases(plan, now)
    if not lying.fresh:
        raise DomainError("applications.nobody_to_remind")
    facts = {"plan": plan.title, "day": plan.registration_closes}
    notices = [
        news(
            REMINDER,
            case.candidate,
            facts=facts,
            url=reverse("applications:case", args=[case.pk]),
            organisation=plan.organisation_id,
            once=_once(case, now),
            now=now,
        )
        for case in lying.fresh
    ]
    return len(tell_many(notices))


def _once(case: Application, now: datetime) -> str:
    return f"applications.reminder:{case.pk}:{localdate(now).isoformat()}"


class RemindCandidates(Action):
    """Remind the candidates of returned cases."""

    key = "applications.remind"
    label = gettext_lazy("Remind the candidates")
    effect = gettext_lazy("Each candidate gets a notice, at most one a day. What is sent cannot be taken back.")

    def takes(self, row: QueueRow) -> bool:
        return row.queue_key == queue_key(RETURNED)

    def preview(self, rows: Sequence[QueueRow], chosen: Chosen, *, actor: Any, now: datetime) -> list[Line]:
        plans = _own_plans(actor).in_bulk([int(row.key) for row in rows])
        return [self._line(row, plans.get(int(row.key)), now) for row in rows]

    def _line(self, row: QueueRow, plan: Plan | None, now: datetime) -> Line:
        lying = returned_cases(plan, now) if plan is not None else Lying([], 0)
        if not lying.fresh:
            return Line(row, text_of(DomainError("applications.nobody_to_remind")), ok=False)
        count = len(lying.fresh)
        return Line(row, ngettext("%(count)s notice", "%(count)s notices", count) % {"count": count})

    def apply(self, row: QueueRow, chosen: Chosen, *, actor: Any, now: datetime) -> Done:
        plan = _own_plans(actor).filter(pk=int(row.key)).first()
        if plan is None:
            raise DomainError("applications.nobody_to_remind")
        count = remind_candidates(plan, actor=actor, now=now)
        return Done(ngettext("%(count)s notice", "%(count)s notices", count) % {"count": count})


def _own_plans(actor: Any) -> QuerySet[Plan]:
    return Plan.objects.filter(organisation__in=organisations_where(actor, Role.EXAM_OFFICER)).select_related("organisation")
