"""What results ask of staff and candidates."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.plans.models import Seat, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.rules import Status as PlanStatus
from certification.results.access import plans_with_results
from certification.results.case_queues import CaseSource, case_rows
from certification.results.models import Decision
from certification.results.rules import OPEN_OBJECTION, PublicationStatus, is_running
from lms.core.queues import QueueRow
from lms.core.workdays import add_workdays
from lms.organisations.models import Membership
from lms.organisations.rules import Role

RESULTS = gettext_lazy("Results")
SOURCES = [CaseSource()]


_WAITING = Q(
    publication__objections__status__in=[status.value for status in OPEN_OBJECTION], publication__objections__republication=None
)


class Step(Enum):
    """What a plan's results wait for."""

    DECIDE = auto()
    CONFIRM = auto()
    PUBLISH = auto()
    ANSWER = auto()
    END = auto()


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Plans whose results wait for a step that this person may do, and corrections. Nine queries."""
    yield from _plans(user, now)
    yield from case_rows(user, now)


def _plans(user: Any, now: datetime) -> Iterable[QueueRow]:
    plans = (
        plans_with_results(user)
        .filter(status__in=[PlanStatus.SCORED.value, PlanStatus.IN_PUBLICATION.value])
        .select_related("scheme", "publication")
        .annotate(
            decided=Count("seats__decision", distinct=True),
            waiting=Count("seats__decision", filter=Q(seats__decision__confirmed_at=None), distinct=True),
            objections=Count(
                "publication__objections",
                filter=_WAITING,
                distinct=True,
            ),
            answer_due=Min("publication__objections__due_on", filter=_WAITING),
            **_what_keeps_back(user),
        )
    )
    today = timezone.localdate(now)
    for plan in plans:
        step = _next_step(plan, today)
        if step is None or not _may(step, plan):
            continue
        publication = getattr(plan, "publication", None)
        due = (
            publication.closes_on
            if publication is not None
            else add_workdays(plan.exam_date, plan.scheme.parameter("publication_start_due"))
        )
        yield QueueRow(
            queue=RESULTS,
            title=plan.title,
            detail=_detail(step),
            url=reverse("results:plan", args=[plan.pk]),
            due=plan.answer_due if step is Step.ANSWER and plan.answer_due else due,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )


def _what_keeps_back(user: Any) -> dict[str, Exists]:
    """Return what decides, beside the step, whether this person may act in the outer plan.

    The services ask more (I44: nobody decides about those she trained); they have the last word.
    """
    roles = Membership.objects.filter(user_id=user.pk, organisation=OuterRef("organisation"))
    decisions = Decision.objects.filter(seat__plan=OuterRef("pk"))
    team = StaffAssignment.objects.filter(plan=OuterRef("pk"), user_id=user.pk, role=StaffRole.ASSESSOR.value)
    return {
        "is_officer": Exists(roles.filter(role=Role.EXAM_OFFICER.value)),
        "leads": Exists(roles.filter(role__in=[Role.EXAM_OFFICER.value, Role.HEAD.value])),
        "assessed": Exists(team),
        "sat": Exists(Seat.objects.filter(plan=OuterRef("pk"), candidate_id=user.pk)),
        "decided_here": Exists(decisions.filter(decided_by_id=user.pk)),
        "confirmed_here": Exists(decisions.filter(confirmed_by_id=user.pk)),
    }


def _next_step(plan: Any, today: date) -> Step | None:
    publication = getattr(plan, "publication", None)
    if publication is None:
        if not plan.decided:
            return Step.DECIDE
        return Step.CONFIRM if plan.waiting else Step.PUBLISH
    if plan.objections:
        return Step.ANSWER
    over = not is_running(closes_on=publication.closes_on, today=today)
    return Step.END if publication.status == PublicationStatus.OPEN and over else None


def _may(step: Step, plan: Any) -> bool:
    """Tell whether the person of the annotations may do this step; the same roles as in `services`."""
    examined = plan.assessed or plan.sat
    if step is Step.DECIDE:
        return bool(plan.is_officer and not examined)
    if step is Step.CONFIRM:
        return bool(plan.leads and not examined and not plan.decided_here)
    if step is Step.ANSWER:
        # Officer, head or supervisor: whoever sees the plan at all, unless she had a part in it (I45).
        return not (examined or plan.decided_here or plan.confirmed_here)
    return bool(plan.leads)


def _detail(step: Step) -> str:
    return {
        Step.DECIDE: _("Compute the marks and decide"),
        Step.CONFIRM: _("Confirm the decisions as a second person"),
        Step.PUBLISH: _("Publish the results"),
        Step.ANSWER: _("Answer the objections"),
        Step.END: _("End the publication"),
    }[step]


def own(user: Any, now: datetime) -> Iterable[QueueRow]:
    """The candidate's results while they hang out and she may object. One query."""
    seats = Seat.objects.filter(
        candidate=user,
        publication_row__publication__status=PublicationStatus.OPEN.value,
        publication_row__publication__closes_on__gte=timezone.localdate(now),
    ).select_related("plan", "publication_row__publication")
    for seat in seats:
        yield QueueRow(
            queue=RESULTS,
            title=seat.plan.title,
            detail=_("Your result is out; you can object until the last day"),
            url=reverse("results:own", args=[seat.pk]),
            due=seat.publication_row.publication.closes_on,
        )
