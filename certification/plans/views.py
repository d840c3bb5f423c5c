from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.bodies.access import require_head
from certification.bodies.selectors import assessors_available
from certification.plans import services
from certification.plans.access import (
    OFFICE_ROLES,
    bodies_planned_by,
    is_officer,
    own_assignment,
    plan_for,
    plans_open_to_staff,
    plans_visible_to,
)
from certification.plans.conflicts import blocking, conflicts_of, findings_in, writers_who_taught
from certification.plans.forms import CancelForm, PlanForm, RulingForm, TeamForm
from certification.plans.models import Plan
from certification.plans.presentation import STATUS_CHIPS, case_counts, stages_of, warnings_of
from certification.plans.rules import STAFFING_STATUSES, TRANSITIONS, Event, Status
from certification.plans.selectors import assessors_of, plans_page, publication_problems, start_problems, status_counts, unsettled
from certification.plans.staffing import DECLARATION
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role, organisations_where

PAGE = 25


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
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    bodies = list(bodies_planned_by(request.user).values_list("pk", flat=True))
    if not bodies:
        raise PermissionDenied
    form = PlanForm(posted(request), bodies=bodies)
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.create_plan(**form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("level" if "level" in error.code else None, text_of(error))
        else:
            messages.success(request, _("The draft is stored. Check it and publish."))
            return redirect("plans:detail", pk=plan.pk)
    return _form(request, form, _("New plan"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_for(request.user, pk, write=True)
    if plan.status != Status.DRAFT:
        raise DomainError("plans.frozen")
    form = PlanForm(posted(request), instance=Plan.objects.get(pk=plan.pk), bodies=[plan.organisation_id])
    if request.method == "POST" and form.is_valid():
        try:
            services.change_draft(plan, changes=form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
        else:
            messages.success(request, _("The draft is changed."))
            return redirect("plans:detail", pk=pk)
    return _form(request, form, plan.title)


def _form(request: AuthenticatedHttpRequest, form: PlanForm, title: str) -> HttpResponse:
    crumbs = [{"title": _("Desk"), "url": "/desk/"}, {"title": _("Plans"), "url": reverse("plans:list")}, {"title": title}]
    context = {"form": form, "title": title, "crumbs": crumbs}
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def detail(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One plan: what it waits for on top, then its nodes with their due days, its team and its seats."""
    plan = plan_for(request.user, pk)
    now = clock.now()
    draft = plan.status == Status.DRAFT
    problems = publication_problems(plan, now=now)[0] if draft else []
    arranged = plan.status == Status.ARRANGED
    starting = (
        [problem for problem in start_problems(plan, now=now) if problem.code != "plans.exam_day_not_reached"] if arranged else []
    )
    context = {
        "plan": plan,
        "chip": STATUS_CHIPS[Status(plan.status)],
        "officer": is_officer(request.user, plan),
        "problems": [text_of(problem.error()) for problem in problems],
        "starting": [text_of(problem.error()) for problem in starting],
        # Naming people anew does not help against a declaration that somebody still owes.
        "team_faulty": any(problem.code != "plans.declarations_missing" for problem in starting),
        "unsettled": [text_of(problem.error()) for problem in unsettled(plan)] if plan.status == Status.SCORED else [],
        "silent": any(problem.code == "plans.declarations_missing" for problem in starting),
        "stages": stages_of(plan, today=clock.today()),
        "counts": case_counts(plan),
        "team": list(assessors_of(plan)),
        "seats": list(plan.seats.select_related("candidate").order_by("number")),
        "registration_over": clock.today() > plan.registration_closes,
        "may_staff": plan.status in STAFFING_STATUSES,
        "may_cancel": (Status(plan.status), Event.CANCEL) in TRANSITIONS,
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": _("Plans"), "url": reverse("plans:list")},
            {"title": plan.title},
        ],
    }
    return render(request, "plans/detail.html", context)


def _act(request: AuthenticatedHttpRequest, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    plan = plan_for(request.user, pk, write=True)
    try:
        service(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, done)
    return redirect("plans:detail", pk=pk)


@login_required
@require_POST
def publish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.publish_plan, _("The plan is published; people can apply."))


@login_required
@require_POST
def close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, services.close_registration, _("Registration is closed."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assessors(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Choose the team among those whose card covers the level; who must stand back is told, not hidden."""
    plan = plan_for(request.user, pk, write=True)
    cards = assessors_available(
        plan.organisation,
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=plan.exam_date,
        senior_levels=plan.scheme.parameter("senior_assessor_levels"),
    )
    candidates = set(plan.seats.values_list("candidate_id", flat=True))
    found = conflicts_of([card.user for card in cards], candidate_ids=candidates, plan=plan)
    options = [{"card": card, "conflicts": found[card.user_id], "blocked": bool(blocking(found[card.user_id]))} for card in cards]
    form = TeamForm(posted(request), choices=[(str(card.user_id), card.user.name) for card in cards])
    if request.method == "POST" and form.is_valid():
        wanted = set(form.cleaned_data["assessors"])
        users = [card.user for card in cards if str(card.user_id) in wanted]
        try:
            team = services.assign_assessors(plan, users=users, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("assessors", text_of(error))
        else:
            messages.success(request, _("The team is named. Each assessor now declares that there is no conflict."))
            for text in warnings_of(team):
                messages.warning(request, text)
            return redirect("plans:detail", pk=pk)
    chosen = set(request.POST.getlist("assessors")) if form.is_bound else {str(row.user_id) for row in assessors_of(plan)}
    crumbs = [
        {"title": _("Desk"), "url": "/desk/"},
        {"title": plan.title, "url": plan.get_desk_url()},
        {"title": _("Assessors")},
    ]
    context = {
        "plan": plan,
        "form": form,
        "options": options,
        "chosen": chosen,
        "minimum": plan.scheme.parameter("min_assessors"),
        "crumbs": crumbs,
    }
    return render(request, "plans/assessors.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What is known about the team today; after the exam the head rules on what came to light since."""
    plan = plan_for(request.user, pk)
    form = RulingForm(posted(request))
    if request.method == "POST":
        require_head(request.user, plan.organisation)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        assignment = get_object_or_404(plan.assignments.select_related("user"), pk=facts.pop("assignment"))
        try:
            services.settle_conflict(plan, assignment=assignment, **facts, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("reason", text_of(error))
        else:
            messages.success(request, _("Your ruling is stored."))
            return redirect("plans:conflicts", pk=pk)
    context = {
        "plan": plan,
        "form": form,
        "rows": findings_in(plan),
        "writers": writers_who_taught(plan),
        "may_rule": has_role(request.user, plan.organisation, Role.HEAD) and plan.status not in STAFFING_STATUSES,
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": plan.title, "url": plan.get_desk_url()},
            {"title": _("Conflicts of interest")},
        ],
    }
    return render(request, "plans/conflicts.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_for(request.user, pk, write=True)
    if (Status(plan.status), Event.CANCEL) not in TRANSITIONS:
        raise DomainError("plans.not_cancellable")
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        services.cancel_plan(plan, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
        messages.success(request, _("The plan is cancelled."))
        return redirect("plans:detail", pk=pk)
    return render(request, "plans/cancel.html", {"plan": plan, "form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
def duties(request: AuthenticatedHttpRequest) -> HttpResponse:
    """My coming exam days, and what I have to declare before I see who is examined."""
    rows = plans_open_to_staff(request.user, clock.today()).order_by("plan__exam_date", "pk")
    return render(request, "plans/duties.html", {"rows": rows[:50], "declaration": DECLARATION})


@login_required
@require_POST
def declare(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.declare_no_conflict(own_assignment(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("Your declaration is stored."))
    return redirect("plans:duties")
