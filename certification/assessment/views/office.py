"""The exam officer's pages: how far the assessment is, who is absent, the stations, the end."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.assessment import access, jury, selectors, services
from certification.assessment.agreement import is_closed
from certification.assessment.forms import StationForm, text_of_station
from certification.assessment.models import Absence, Station
from certification.assessment.rules import Part
from certification.assessment.services.stations import SETTABLE, skill_weights
from certification.examday.selectors.rooms import room_problems
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.plans.selectors import start_problems
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@login_required
@never_cache
@require_safe
def progress(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Seats against parts: who wrote, how many sheets are signed, what is missing."""
    return _progress_page(request, access.led_plan(request.user, pk))


@login_required
@require_POST
def open_plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Open the assessment."""
    plan = access.led_plan(request.user, pk)
    try:
        services.open_assessment(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        return _progress_page(request, access.led_plan(request.user, pk), error)
    return redirect("assessment:progress", pk)


@login_required
@require_POST
def absence(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Record an absence, or take one back."""
    plan = access.led_plan(request.user, pk)
    access.require_officer(request.user, plan)
    seat_key, part = request.POST.get("seat", ""), request.POST.get("part", "")
    seat = access.seat_of_led_plan(plan, whole_number(seat_key))
    if part not in set(Part):
        return redirect("assessment:progress", pk)
    try:
        if request.POST.get("withdraw"):
            row = Absence.objects.filter(seat=seat, part=part).first()
            if row is not None:
                services.withdraw_absence(row, actor=request.user, now=clock.now())
        else:
            services.record_absence(seat, part=part, actor=request.user, now=clock.now())
    except DomainError as error:
        return _progress_page(request, access.led_plan(request.user, pk), error)
    return redirect(f"{request.path.removesuffix('absence/')}#seat-{seat.pk}")


@login_required
@require_POST
def close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """End the assessment, or say what is missing."""
    plan = access.led_plan(request.user, pk)
    access.require_officer(request.user, plan)
    # On its own, so that a case which a change of the team made stays open although closing is refused.
    services.reconsider(plan, now=clock.now())
    try:
        services.close_assessment(plan, actor=request.user, now=clock.now())
    except DomainError as error:
        return _progress_page(request, access.led_plan(request.user, pk), error)
    messages.success(request, _("The assessment is closed. Next, compute the marks and decide."))
    return redirect("results:plan", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stations(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Lay out the skill stations against the weight table."""
    plan = access.led_plan(request.user, pk)
    if request.method == "POST":
        access.require_officer(request.user, plan)
    weights, layout = skill_weights(plan), selectors.layout_of(plan)
    kwargs = {"functions": list(weights)}
    extra = 0 if request.method == "POST" or plan.stations.exists() else 2
    forms = formset_factory(StationForm, extra=extra, max_num=20, absolute_max=20, can_delete=True)
    problem, status = "", 200
    if request.method == "POST" and request.POST.get("add"):
        data = request.POST.copy()
        data["form-TOTAL_FORMS"] = str(min(whole_number(data.get("form-TOTAL_FORMS")) + 1, 20))
        formset = forms(data, form_kwargs=kwargs)
    elif request.method == "POST":
        formset, status = forms(request.POST, form_kwargs=kwargs), 422
        if formset.is_valid():
            rows = [row for form in formset if (row := form.as_station())]
            try:
                services.set_up_stations(plan, rows, actor=request.user, now=clock.now())
            except DomainError as error:
                problem, status = text_of(error), error.status
            else:
                messages.success(request, _("The stations are set up."))
                return redirect("assessment:progress", pk)
    else:
        formset = forms(initial=_initial(layout), form_kwargs=kwargs)
    context = {
        "plan": plan,
        "formset": formset,
        "layout": layout,
        "weights": weights,
        "problem": problem,
        "settable": PlanStatus(plan.status) in SETTABLE and has_role(request.user, plan.organisation, Role.EXAM_OFFICER),
    }
    return render(request, "assessment/stations.html", context, status=status)


def _initial(layout: list[Station]) -> list[dict[str, Any]]:
    return [
        {
            "name": station.name,
            "minutes": station.minutes,
            "functions": station.functions,
            "points": text_of_station(station),
            "choose": station.choose or None,
        }
        for station in layout
    ]


def _progress_page(request: AuthenticatedHttpRequest, plan: Plan, error: DomainError | None = None) -> HttpResponse:
    now = clock.now()
    acts, cases = jury.waiting_acts(plan), [case for case in jury.cases_of(plan) if case.is_open]
    waiting = {(act.seat.pk, act.point.station_id) for act in acts} | {(case.seat_id, case.station_id) for case in cases}
    rows, kinds = selectors.matrix(plan, now=now, waiting=waiting), selectors.part_kinds(plan)
    team = selectors.team(plan)
    owed = sum(len(row.cells) * len(team) for row in rows if Part.SKILL.value not in row.absences)
    due = len(selectors.missing_sheets(plan))
    status = PlanStatus(plan.status)
    context = {
        "plan": plan,
        "rows": rows,
        "stations": selectors.stations_of(plan),
        "team": team,
        "leader": jury.leader_of(plan),
        "acts": acts,
        "cases": cases,
        "without_options": selectors.seats_without_options(plan),
        # Who scores here meets candidates by their numbers alone until the assessment is closed (I23).
        "blind": request.user in team and not is_closed(plan),
        "closed": is_closed(plan),
        "settable": status in SETTABLE,
        "theory": Part.THEORY.value in kinds,
        "written": sum(row.theory_done for row in rows),
        "late": [row for row in rows if row.late],
        "sheets_owed": owed,
        "sheets_signed": owed - due,
        "problem": text_of(error) if error else "",
        "obstacles": [text_of(p.error()) for p in (*start_problems(plan, now=now), *room_problems(plan))]
        if status is PlanStatus.ARRANGED
        else [],
        "arranged": status is PlanStatus.ARRANGED,
        "running": status is PlanStatus.IN_EXAM,
        "is_officer": has_role(request.user, plan.organisation, Role.EXAM_OFFICER),
        "now": now,
    }
    return render(request, "assessment/progress.html", context, status=error.status if error else 200)
