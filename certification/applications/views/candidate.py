from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.applications import services
from certification.applications.access import application_for, applications_of
from certification.applications.models import Application
from certification.applications.presentation import candidate_chip, next_thing, steps_of
from certification.applications.rules import TRANSITIONS, Event, Status
from certification.applications.selectors import evidence_label, live_case, missing_for_submission, reviews_of_round
from certification.applications.spine import stages_of
from certification.plans.access import public_plan
from certification.plans.selectors import coming_plans, open_plans
from certification.plans.ticket_tokens import ticket_address
from certification.standards.findings import sentences_of
from certification.standards.selectors import level_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is open, and for who is signed in her own cases on top."""
    today = clock.today()
    cases: list[dict[str, Any]] = []
    if request.user.is_authenticated:
        for case in applications_of(request.user).order_by("-started_at", "-pk")[:20]:
            cases.append(_case_row(case))
    own_plans = {row["case"].plan_id for row in cases if row["case"].status not in (Status.REJECTED, Status.WITHDRAWN)}
    context = {
        "cases": cases,
        "open_plans": [plan for plan in open_plans(today)[:60] if plan.pk not in own_plans],
        "coming_plans": coming_plans(today)[:20],
    }
    return render(request, "applications/home.html", context)


def _case_row(case: Application) -> dict[str, Any]:
    missing = missing_for_submission(case) if case.is_editable else []
    steps = steps_of(case, missing)
    return {
        "case": case,
        "chip": candidate_chip(case),
        "next": next_thing(case, steps, today=clock.today()),
        "done": sum(step.done for step in steps),
        "total": len(steps),
    }


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: when, where, what is examined, who may apply and what to bring."""
    found = public_plan(pk)
    level = level_of(found.scheme, found.level)
    conditions = [
        {
            "condition": condition,
            "evidence": [evidence_label([kinds] if isinstance(kinds, str) else kinds) for kinds in condition.evidence],
        }
        for condition in (level.conditions.all() if level else [])
    ]
    context = {
        "plan": found,
        "level": level,
        "conditions": conditions,
        "is_open": found.is_open_on(clock.today()),
        "case": live_case(request.user, found),
        "skill": level.weights("skill") if level else {},
        "crumbs": [{"title": _("Certification"), "url": "/apply/"}, {"title": found.title}],
    }
    return render(request, "applications/plan.html", context)


@login_required
@require_POST
def start(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    application = services.start_application(public_plan(pk), candidate=request.user, now=clock.now())
    return redirect(application)


@login_required
@require_safe
def case(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The whole case on one page: the one thing to do on top, then the spine."""
    application = application_for(request.user, pk)
    missing = missing_for_submission(application) if application.is_editable else []
    steps = steps_of(application, missing)
    context = {
        "application": application,
        "plan": application.plan,
        "next": next_thing(application, steps, today=clock.today()),
        "steps": steps,
        "show_steps": application.is_editable and application.window_is_open(clock.today()),
        "done": sum(step.done for step in steps),
        "stages": stages_of(application, reviews_of_round(application)),
        "chip": candidate_chip(application),
        "evidence": list(application.evidence.all()),
        "findings": sentences_of(application.evaluation),
        "may_withdraw": (Status(application.status), Event.WITHDRAW) in TRANSITIONS,
        "crumbs": [{"title": _("Certification"), "url": "/apply/"}, {"title": application.plan.title}],
    }
    return render(request, "applications/case.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    application = application_for(request.user, pk)
    if (Status(application.status), Event.WITHDRAW) not in TRANSITIONS:
        raise DomainError("applications.not_withdrawable")
    if request.method == "POST":
        services.withdraw_application(application, actor=request.user, now=clock.now())
        messages.success(request, _("Your application is withdrawn."))
        return redirect("applications:home")
    return render(request, "applications/withdraw.html", {"application": application, "plan": application.plan})


@login_required
@require_safe
def ticket(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The admission ticket, made to be printed; its code holds the ticket number, signed, and nothing else."""
    application = application_for(request.user, pk)
    if application.seat is None:
        raise DomainError("applications.not_seated")
    code = segno.make(ticket_address(application.seat), error="m", micro=False)
    context = {
        "application": application,
        "plan": application.plan,
        "seat": application.seat,
        "identity": request.user.identity,
        "qr": code.svg_data_uri(scale=4, border=2),
        "crumbs": [
            {"title": _("Certification"), "url": "/apply/"},
            {"title": application.plan.title, "url": application.get_absolute_url()},
            {"title": _("Admission ticket")},
        ],
    }
    return render(request, "applications/ticket.html", context)
