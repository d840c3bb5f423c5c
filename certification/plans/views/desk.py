"""What the office sees of its plans: the list, one plan, its way in ten nodes."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from certification.plans.access import OFFICE_ROLES, bodies_planned_by, is_officer, plan_for, plans_visible_to
from certification.plans.cases import case_counts
from certification.plans.forms import ReturnForm
from certification.plans.models import Plan
from certification.plans.places import CHOOSING_STATUSES
from certification.plans.presentation import (
    STATUS_CHIPS,
    crumbs_of,
    may_approve,
    session_staff_of,
    stages_of,
    timeline_of,
)
from certification.plans.rules import FINISHED_STATUSES, PUBLIC_STATUSES, STAFFING_STATUSES, TRANSITIONS, Event, Status
from certification.plans.selectors import assessors_of, plans_page, publication_problems, start_problems, status_counts, unsettled
from certification.plans.timeline import stops_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.messages import text_of
from lms.organisations.selectors import organisations_where

PAGE = 25
SHOWN_SEATS = 100
"""Seats on the page of the plan; all of them stand on the lists of the exam."""


@login_required
@require_safe
def plans(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The body's plans, latest exam first; pages by key, so the last page costs as much as the first."""
    if not organisations_where(request.user, *OFFICE_ROLES).exists():
        raise PermissionDenied
    visible = plans_visible_to(request.user)
    counts = status_counts(visible)
    wanted = request.GET.get("status", "")
    chosen = visible.filter(status=wanted) if wanted in counts else visible
    rows, more = plans_page(chosen, before=_key(request.GET.get("before", "")), size=PAGE)
    older = f"?{_query(wanted)}before={rows[-1].exam_date.isoformat()}.{rows[-1].pk}" if more else ""
    context = {
        "rows": [{"plan": plan, "chip": STATUS_CHIPS[Status(plan.status)]} for plan in rows],
        "tabs": [
            {"status": status.value, "label": Plan(status=status).get_status_display(), "count": counts[status.value]}
            for status in Status
            if counts[status.value]
        ],
        "total": sum(counts.values()),
        "wanted": wanted if wanted in counts else "",
        "older_url": older,
        "newer_url": f"?{_query(wanted)}" if request.GET.get("before") else "",
        "may_plan": bodies_planned_by(request.user).exists(),
    }
    return render(request, "plans/list.html", context)


def _query(status: str) -> str:
    return f"status={status}&" if status in set(Status) else ""


def _key(text: str) -> tuple[date, int] | None:
    """Read "2026-10-31.17"; anything else means the first page."""
    day, _dot, pk = text.partition(".")
    try:
        return (date.fromisoformat(day), int(pk))
    except ValueError:
        return None


@login_required
@require_safe
def detail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One plan: what it waits for on top, then its nodes with their due days, its people and its seats."""
    plan = plan_for(request.user, pk)
    now = clock.now()
    status = Status(plan.status)
    unpublished = status in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
    problems = publication_problems(plan, now=now)[0] if unpublished else []
    starting = start_problems(plan, now=now) if status is Status.ARRANGED else []
    starting = [problem for problem in starting if problem.code != "plans.exam_day_not_reached"]
    codes = {problem.code for problem in starting}
    counts = case_counts(plan)
    context = {
        "plan": plan,
        "chip": STATUS_CHIPS[status],
        "officer": is_officer(request.user, plan),
        "approver": status is Status.SUBMITTED and may_approve(request.user, plan),
        "return_form": ReturnForm(),
        "approvals": list(plan.approvals.select_related("handed_in_by", "decided_by")),
        "corrections": list(plan.corrections.all()),
        "problems": [text_of(problem.error()) for problem in problems],
        "starting": [text_of(problem.error()) for problem in starting],
        # Naming people anew does not help against a declaration that somebody still owes.
        "team_faulty": bool(codes - {"plans.declarations_missing", *SESSION_CODES}),
        "session_faulty": bool(codes & SESSION_CODES),
        "silent": "plans.declarations_missing" in codes,
        "unsettled": [text_of(problem.error()) for problem in unsettled(plan)] if status is Status.SCORED else [],
        "stages": stages_of(plan, today=clock.today(), counts=counts),
        "counts": counts,
        "team": list(assessors_of(plan)),
        "session_staff": session_staff_of(plan),
        "rooms": list(plan.rooms.select_related("room")),
        "seats": list(plan.seats.select_related("candidate").order_by("plan_room__order", "number", "pk")[:SHOWN_SEATS]),
        "seat_count": plan.seats.count(),
        "registration_over": clock.today() > plan.registration_closes,
        "may_staff": status in STAFFING_STATUSES,
        "may_choose_rooms": status in CHOOSING_STATUSES,
        "may_correct": status in PUBLIC_STATUSES and status not in FINISHED_STATUSES,
        "may_cancel": (status, Event.CANCEL) in TRANSITIONS,
        "crumbs": crumbs_of(plan),
    }
    return render(request, "plans/detail.html", context)


SESSION_CODES = {"plans.too_few_invigilators", "plans.supervisor_missing"}


@login_required
@require_safe
def timeline(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The plan's way: ten nodes with due day, day done, who is responsible and what to do next; made to be printed."""
    plan = plan_for(request.user, pk)
    today = clock.today()
    stops = stops_of(plan, today=today)
    context = {
        "plan": plan,
        "chip": STATUS_CHIPS[Status(plan.status)],
        "today": today,
        "stages": timeline_of(plan, stops),
        "late": sum(stop.late for stop in stops),
        "done": sum(stop.state == "done" for stop in stops),
        "crumbs": crumbs_of(plan, _("Timeline")),
    }
    return render(request, "plans/timeline.html", context)
