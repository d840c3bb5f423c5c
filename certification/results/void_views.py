"""Void parts at the desk: proposed, agreed by a second person, or taken from a stopped exam of the room's record."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification.plans.models import Plan, Seat
from certification.results import access, selectors, services
from certification.results.part_forms import StopStandsForm, VoidForm, VoidVerdictForm
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


def _kinds(plan: Plan) -> list[str]:
    return [part.kind for part in selectors.required_parts(plan)]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voids(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """All voidings and stopped exams of a plan; an officer proposes one."""
    plan = access.plan_with_results(request.user, pk)
    form = VoidForm(request.POST or None, kinds=_kinds(plan))
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            seat = Seat.objects.filter(plan=plan, ticket_number=form.cleaned_data["ticket_number"].strip()).first()
            try:
                if seat is None:
                    raise DomainError("results.ticket_unknown", ticket=form.cleaned_data["ticket_number"], status=422)
                services.void_parts(seat, **form.facts(), actor=request.user, now=clock.now())
            except DomainError as error:
                problem, status = text_of(error), error.status
            else:
                messages.success(request, _("Proposed. A second person has to agree."))
                return redirect("results:voids", pk)
    context: dict[str, Any] = {
        "plan": plan,
        "form": form,
        "voidings": list(selectors.voidings_of(plan)),
        "stops": selectors.open_stops(plan),
        "is_officer": has_role(request.user, plan.organisation, Role.EXAM_OFFICER),
        "may_still": selectors.may_void(plan),
        "problem": problem,
    }
    return render(request, "results/voids.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One proposed voiding; the second person agrees or refuses."""
    voiding = access.voiding_to_answer(request.user, pk)
    form = VoidVerdictForm(request.POST or None)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            agreed, note = form.cleaned_data["verdict"] == "agree", form.cleaned_data["note"]
            try:
                services.agree_to_voiding(voiding, agreed=agreed, note=note, actor=request.user, now=clock.now())
            except DomainError as error:
                problem, status = text_of(error), error.status
            else:
                messages.success(request, _("The parts are void.") if agreed else _("Refused. The parts count."))
                return redirect("results:voids", voiding.seat.plan_id)
    plan = voiding.seat.plan
    open_ = voiding.incident_id is None and not hasattr(voiding, "verdict")
    context = {
        "plan": plan,
        "voiding": voiding,
        "form": form,
        "may_answer": open_ and has_role(request.user, plan.organisation, Role.HEAD, Role.EXAM_OFFICER),
        "mine": voiding.proposed_by_id == request.user.pk,
        "problem": problem,
    }
    return render(request, "results/voiding.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One stopped exam of the room's record: the officer voids parts, or the head says why it counts."""
    incident = access.stop_to_answer(request.user, pk)
    plan = incident.plan
    stands = "stands" in request.POST
    void_form = VoidForm(request.POST if request.POST and not stands else None, kinds=_kinds(plan), ticket=False)
    stands_form = StopStandsForm(request.POST if stands else None, prefix=None)
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        form = stands_form if stands else void_form
        if form.is_valid():
            try:
                if stands:
                    reason = form.cleaned_data["reason"]
                    services.let_stop_stand(incident, reason=reason, actor=request.user, now=clock.now())
                    messages.success(request, _("Answered: the exam counts."))
                else:
                    assert incident.seat is not None
                    facts = void_form.facts()
                    services.void_parts(incident.seat, **facts, incident=incident, actor=request.user, now=clock.now())
                    messages.success(request, _("The parts are void."))
            except DomainError as error:
                problem, status = text_of(error), error.status
            else:
                return redirect("results:voids", plan.pk)
    context = {
        "plan": plan,
        "incident": incident,
        "void_form": void_form,
        "stands_form": stands_form,
        "is_officer": has_role(request.user, plan.organisation, Role.EXAM_OFFICER),
        "is_head": has_role(request.user, plan.organisation, Role.HEAD),
        "problem": problem,
    }
    return render(request, "results/stop.html", context, status=status)
