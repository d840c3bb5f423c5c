"""Writing a plan: the short form that proposes the rest, the full form, a copy of an earlier plan, its rooms."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.plans import services
from certification.plans.access import bodies_planned_by, plan_for
from certification.plans.forms import CopyForm, PlanForm, RoomsForm, ShortPlanForm
from certification.plans.models import Plan
from certification.plans.occupancy import room_choices, rooms_with_seats
from certification.plans.places import CHOOSING_STATUSES
from certification.plans.presentation import crumbs_of
from certification.plans.rules import Status
from certification.plans.rules.proposals import earliest_exam, usual_exam
from certification.plans.writing import copy_plan, last_plan, propose_plan, subjects_for
from certification.standards.rules import parameter
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of
from lms.core.workdays import add_workdays
from lms.organisations.models import Organisation

USUAL_CANDIDATES = 30


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The quick way: what, when, how many; the draft that comes of it is complete as far as the registers know."""
    bodies = _bodies(request)
    today = clock.today()
    subjects = subjects_for(bodies, today=today)
    before = last_plan(bodies[0])
    words = not any(rooms_with_seats(body).exists() for body in bodies)
    form = ShortPlanForm(
        posted(request), subjects=subjects, bodies=bodies, ask_place=words, initial=_initial(before, today=today)
    )
    if request.method == "POST" and form.is_valid():
        try:
            plan = propose_plan(**form.wanted(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(_field_of(error), text_of(error))
        else:
            messages.success(request, _("The draft is complete as far as our registers know. Check it and hand it in."))
            return redirect("plans:detail", pk=plan.pk)
    context = {
        "form": form,
        "before": before,
        "earliest": _first_day(today),
        "crumbs": _crumbs(_("New plan")),
    }
    return render(request, "plans/new.html", context, status=422 if form.errors else 200)


def _initial(before: Plan | None, *, today: date) -> dict[str, Any]:
    found: dict[str, Any] = {"candidates": before.capacity if before else USUAL_CANDIDATES}
    try:
        found["exam_date"] = usual_exam(_usual_parameters(), today=today, add_workdays=add_workdays)
    except DomainError:
        # The calendar does not know next year's holidays yet; the officer types the day herself.
        pass
    if before:
        found["subject"] = f"{before.organisation_id}.{before.scheme_id}.{before.level}.{before.work_type}"
        found |= {"site_name": before.site_name, "address": before.address, "room": before.room}
    return found


def _usual_parameters() -> dict[str, Any]:
    return {"plan_lead_days": parameter({}, "plan_lead_days")}


def _first_day(today: date) -> date | None:
    try:
        return earliest_exam(_usual_parameters(), today=today, add_workdays=add_workdays)
    except DomainError:
        return None


def _field_of(error: DomainError) -> str | None:
    return {"plans.no_rooms": "candidates", "plans.place_needed": "site_name", "workdays.unknown_year": "exam_date"}.get(
        error.code
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """A draft like an earlier plan, on another day."""
    plan = plan_for(request.user, pk, write=True)
    form = CopyForm(posted(request), initial={"exam_date": _initial(None, today=clock.today()).get("exam_date")})
    if request.method == "POST" and form.is_valid():
        try:
            made = copy_plan(plan, exam_date=form.cleaned_data["exam_date"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("exam_date", text_of(error))
        else:
            messages.success(request, _("The draft is complete as far as our registers know. Check it and hand it in."))
            return redirect("plans:detail", pk=made.pk)
    context = {"form": form, "plan": plan, "earliest": _first_day(clock.today()), "crumbs": crumbs_of(plan, _("Copy"))}
    return render(request, "plans/copy.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: AuthenticatedHttpRequest) -> HttpResponse:
    """The full form, each field by hand."""
    form = PlanForm(posted(request), bodies=[body.pk for body in _bodies(request)])
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.create_plan(**form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("level" if "level" in error.code else None, text_of(error))
        else:
            messages.success(request, _("The draft is stored. Check it and hand it in."))
            return redirect("plans:detail", pk=plan.pk)
    return _form(request, form, _("New plan"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = plan_for(request.user, pk, write=True)
    if plan.status in (Status.SUBMITTED, Status.APPROVED):
        raise DomainError("plans.take_back_first")
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Rooms of the register for the plan; the seats follow from them, and who has a room already is told."""
    plan = plan_for(request.user, pk, write=True)
    if plan.status not in CHOOSING_STATUSES:
        raise DomainError("plans.rooms_fixed")
    sites = room_choices(plan)
    form = RoomsForm(posted(request), sites=sites)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_rooms(plan, rooms=form.wanted(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("rooms", text_of(error))
        else:
            messages.success(request, _("The rooms are chosen; the plan has as many seats as they have."))
            return redirect("plans:detail", pk=pk)
    context = {
        "plan": plan,
        "form": form,
        "sites": form.shown(),
        "published": plan.status != Status.DRAFT,
        "crumbs": crumbs_of(plan, _("Rooms")),
    }
    return render(request, "plans/rooms.html", context, status=422 if form.errors else 200)


def _bodies(request: AuthenticatedHttpRequest) -> list[Organisation]:
    bodies = list(bodies_planned_by(request.user).order_by("pk"))
    if not bodies:
        raise PermissionDenied
    return bodies


def _crumbs(title: str) -> list[dict[str, str]]:
    return [{"title": _("Desk"), "url": "/desk/"}, {"title": _("Plans"), "url": reverse("plans:list")}, {"title": title}]


def _form(request: AuthenticatedHttpRequest, form: PlanForm, title: str) -> HttpResponse:
    context = {"form": form, "title": title, "crumbs": _crumbs(title)}
    return render(request, "plans/form.html", context, status=422 if form.errors else 200)
