"""What results ask of staff and candidates."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.examday.models import Incident
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Seat, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.rules import Status as PlanStatus
from certification.results.access import plans_with_results
from certification.results.case_queues import CaseSource, case_rows
from certification.results.models import Decision, PartResult, PreparedList, Recording, Voiding
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

    VOID = auto()
    RECORD = auto()
    CHECK = auto()
    DECIDE = auto()
    CONFIRM = auto()
    PREPARE = auto()
    PUBLISH = auto()
    ANSWER = auto()
    END = auto()


PAGES = {Step.VOID: "results:voids", Step.CHECK: "results:check"}


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
            seated=Count("seats", distinct=True),
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
    waiting = [(found, step) for found in plans for step in _open_steps(found, today) if _may(step, found)]
    for plan, step in waiting:
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
            url=reverse(PAGES.get(step, "results:plan"), args=[plan.pk]),
            due=plan.answer_due if step is Step.ANSWER and plan.answer_due else due,
            plan=plan.pk,
            organisation=plan.organisation_id,
        )


def _what_keeps_back(user: Any) -> dict[str, Any]:
    """Return what decides, beside the step, whether this person may act in the outer plan.

    The services ask more (I44: nobody decides about those she trained); they have the last word.
    """
    roles = Membership.objects.filter(user_id=user.pk, organisation=OuterRef("organisation"))
    decisions = Decision.objects.filter(seat__plan=OuterRef("pk"))
    recording = Recording.objects.filter(plan=OuterRef("pk")).order_by("-pk")
    voidings = Voiding.objects.filter(seat__plan=OuterRef("pk"), incident=None, verdict=None)
    stops = Incident.objects.filter(
        plan=OuterRef("pk"),
        kind=IncidentKind.STOPPED.value,
        seat__isnull=False,
        countersignature__isnull=False,
        voiding=None,
        stop_answer=None,
    )
    team = StaffAssignment.objects.filter(plan=OuterRef("pk"), user_id=user.pk, role=StaffRole.ASSESSOR.value)
    return {
        "is_officer": Exists(roles.filter(role=Role.EXAM_OFFICER.value)),
        "is_head": Exists(roles.filter(role=Role.HEAD.value)),
        "leads": Exists(roles.filter(role__in=[Role.EXAM_OFFICER.value, Role.HEAD.value])),
        "assessed": Exists(team),
        "sat": Exists(Seat.objects.filter(plan=OuterRef("pk"), candidate_id=user.pk)),
        "marks": Exists(PartResult.objects.filter(seat__plan=OuterRef("pk"))),
        "recorded_by": Subquery(recording.values("recorded_by_id")[:1]),
        "checked_by": Subquery(recording.values("check_row__checked_by_id")[:1]),
        "prepared_by": Subquery(PreparedList.objects.filter(plan=OuterRef("pk")).order_by("-pk").values("prepared_by_id")[:1]),
        "to_agree": Exists(voidings.exclude(proposed_by_id=user.pk)),
        "stopped": Exists(stops),
        "others_wait": Exists(decisions.filter(confirmed_at=None).exclude(decided_by_id=user.pk)),
        "me": Value(user.pk or 0),
        "decided_here": Exists(decisions.filter(decided_by_id=user.pk)),
        "confirmed_here": Exists(decisions.filter(confirmed_by_id=user.pk)),
    }


def _open_steps(plan: Any, today: date) -> list[Step]:
    step = _next_step(plan, today)
    before = plan.status == PlanStatus.SCORED and not plan.decided and (plan.to_agree or plan.stopped)
    return ([Step.VOID] if before else []) + ([step] if step is not None else [])


def _next_step(plan: Any, today: date) -> Step | None:
    publication = getattr(plan, "publication", None)
    if publication is None:
        return _before_publication(plan)
    if plan.objections:
        return Step.ANSWER
    over = not is_running(closes_on=publication.closes_on, today=today)
    return Step.END if publication.status == PublicationStatus.OPEN and over else None


def _before_publication(plan: Any) -> Step:
    """Return the first of the steps that is not done."""
    done = {
        Step.RECORD: plan.marks,
        Step.CHECK: plan.checked_by is not None,
        Step.DECIDE: plan.decided >= plan.seated,
        Step.CONFIRM: not plan.waiting,
        Step.PREPARE: plan.prepared_by is not None,
    }
    return next((step for step, is_done in done.items() if not is_done), Step.PUBLISH)


def _may(step: Step, plan: Any) -> bool:
    """Tell whether the person of the annotations may do this step; the same roles as in `services`."""
    examined = plan.assessed or plan.sat
    may = {
        Step.VOID: plan.leads and (plan.to_agree or plan.stopped),
        Step.RECORD: plan.is_officer,
        Step.CHECK: plan.leads and plan.recorded_by != plan.me,
        # Who has decided here and left some has a tie to those that are left.
        Step.DECIDE: plan.is_officer and not plan.assessed and not plan.decided_here,
        Step.CONFIRM: plan.leads and not plan.assessed and plan.others_wait,
        Step.PREPARE: plan.is_officer,
        Step.PUBLISH: plan.is_head and plan.prepared_by != plan.me,
    }
    if step in may:
        return bool(may[step])
    if step is Step.ANSWER:
        # Officer, head or supervisor: whoever sees the plan at all, unless she had a part in it (I45).
        return not (examined or plan.decided_here or plan.confirmed_here)
    return bool(plan.leads)


def _detail(step: Step) -> str:
    return {
        Step.VOID: _("Answer stopped exams and proposed voidings"),
        Step.RECORD: _("Compute the marks"),
        Step.CHECK: _("Check the marks as a second person"),
        Step.DECIDE: _("Decide by the pass rule"),
        Step.CONFIRM: _("Confirm the decisions as a second person"),
        Step.PREPARE: _("Prepare the list of results"),
        Step.PUBLISH: _("Approve and publish the results"),
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
