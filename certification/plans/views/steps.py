"""What moves a plan on: handed in, approved or returned, published, closed, corrected, cancelled."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from certification.bodies.access import require_head
from certification.plans import services
from certification.plans.access import plan_for
from certification.plans.forms import CancelForm, CorrectionForm, ReturnForm
from certification.plans.models import Plan
from certification.plans.presentation import crumbs_of
from certification.plans.rules import FINISHED_STATUSES, PUBLIC_STATUSES, TRANSITIONS, Event, Status
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of


def _act(request: AuthenticatedHttpRequest, plan: Plan, service: Callable[..., Any], done: str, **facts: Any) -> HttpResponse:
    try:
        service(plan, **facts, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, done)
    return redirect("plans:detail", pk=plan.pk)


def _as_officer(request: AuthenticatedHttpRequest, pk: int) -> Plan:
    return plan_for(request.user, pk, write=True)


def _as_head(request: AuthenticatedHttpRequest, pk: int) -> Plan:
    plan = plan_for(request.user, pk)
    require_head(request.user, plan.organisation)
    return plan


@login_required
@require_POST
def hand_in(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_officer(request, pk)
    return _act(request, plan, services.hand_in_plan, _("The plan is handed in; the head has been told."))


@login_required
@require_POST
def take_back(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_officer(request, pk)
    return _act(request, plan, services.take_back_plan, _("The plan is a draft again. Change it and hand it in anew."))


@login_required
@require_POST
def approve(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_head(request, pk)
    return _act(request, plan, services.approve_plan, _("The plan is approved; the officer can publish it."), seen=_seen(request))


@login_required
@require_POST
def give_back(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Return the plan to its officer, with reasons."""
    plan = _as_head(request, pk)
    form = ReturnForm(request.POST)
    reasons = form.cleaned_data["reasons"] if form.is_valid() else ""
    done = _("The plan is returned; the officer reads your reasons.")
    return _act(request, plan, services.return_plan, done, reasons=reasons, seen=_seen(request))


def _seen(request: AuthenticatedHttpRequest) -> int | None:
    """Return which question stood on the page that the head decides from."""
    return whole_number(request.POST["approval"]) if "approval" in request.POST else None


@login_required
@require_POST
def publish(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_officer(request, pk)
    return _act(request, plan, services.publish_plan, _("The plan is published; people can apply."))


@login_required
@require_POST
def close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_officer(request, pk)
    return _act(request, plan, services.close_registration, _("Registration is closed."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_officer(request, pk)
    if Status(plan.status) not in PUBLIC_STATUSES or Status(plan.status) in FINISHED_STATUSES:
        raise DomainError("plans.not_correctable")
    form = CorrectionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        done = _("The notice is public, and everybody who applied has been told.")
        return _act(request, plan, services.correct_plan, done, text=form.cleaned_data["text"])
    context = {"plan": plan, "form": form, "crumbs": crumbs_of(plan, _("Correction notice"))}
    return render(request, "plans/correct.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    plan = _as_officer(request, pk)
    if (Status(plan.status), Event.CANCEL) not in TRANSITIONS:
        raise DomainError("plans.not_cancellable")
    form = CancelForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return _act(request, plan, services.cancel_plan, _("The plan is cancelled."), reason=form.cleaned_data["reason"])
    context = {"plan": plan, "form": form, "published": Status(plan.status) in PUBLIC_STATUSES}
    return render(request, "plans/cancel.html", context, status=422 if form.errors else 200)
