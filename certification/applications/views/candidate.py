from datetime import timedelta
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.applications import services
from certification.applications.access import (
    application_for,
    applications_of,
    entries_for,
    entry_for,
    organisations_entering,
)
from certification.applications.explanation import explain_kept
from certification.applications.finding_plans import level_to_try, plans_to_apply
from certification.applications.forms import PlanSearchForm
from certification.applications.history import rounds_of
from certification.applications.models import Application
from certification.applications.needs import needs_in_words, needs_of, theory_minutes_of
from certification.applications.paging import day_key, read_day_key
from certification.applications.presentation import candidate_chip, map_url, next_thing, record_rows, steps_of
from certification.applications.resits import resit_of
from certification.applications.rules import TRANSITIONS, Event, Status
from certification.applications.selectors import evidence_label, live_case, missing_for_submission, reviews_of_round
from certification.applications.spine import stages_of
from certification.plans.access import public_plan
from certification.plans.selectors import coming_plans
from certification.plans.ticket_tokens import ticket_address
from certification.standards.selectors import level_of
from lms.accounts.http import AuthenticatedHttpRequest
from lms.accounts.rules import normalise_name
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of

MOST_CASES = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is open, and for who is signed in her own cases on top."""
    today = clock.today()
    cases: list[Application] = []
    if request.user.is_authenticated:
        cases = list(applications_of(request.user).prefetch_related("evidence").order_by("-started_at", "-pk")[:MOST_CASES])
        for case in cases:
            # Herself, with her document: not to be fetched once for each case.
            case.candidate = request.user
    own_plans = {case.plan_id for case in cases if case.status not in (Status.REJECTED, Status.WITHDRAWN)}
    form = PlanSearchForm(request.GET)
    words, level = form.asked()
    after = read_day_key(request.GET.get("after", ""))
    found, more = plans_to_apply(today, words=words, level=level, after=after, without=own_plans)
    last = found[-1] if found and more else None
    context = {
        "cases": [_case_row(case) for case in cases],
        "entries": list(entries_for(request.user)[:MOST_CASES]) if request.user.is_authenticated else [],
        "form": form,
        "searching": bool(words or level),
        "try_level": level_to_try(cases),
        "open_plans": found,
        "next": day_key(last.registration_closes, last.exam_date, last.pk) if last else "",
        "further": after is not None,
        "coming_plans": [] if after or words or level else coming_plans(today)[:20],
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What somebody entered for me: take it over as my own application, or decline it."""
    found = entry_for(request.user, pk)
    # A wrong digit in a table leads to a stranger's phone: who has another name learns the name, and nothing else.
    is_hers = normalise_name(request.user.name) == found.name
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("answer") == "decline":
                services.decline_entry(found, actor=request.user, now=clock.now())
                messages.success(request, _("Declined. What was written about you is deleted."))
                return redirect("applications:home")
            accepted = services.accept_entry(found, actor=request.user, now=clock.now())
        except DomainError as error:
            problem = text_of(error)
        else:
            messages.success(request, _("This is your application now. Complete it and hand it in."))
            return redirect(accepted)
    context = {
        "entry": found,
        "plan": found.plan,
        "problem": problem,
        "is_hers": is_hers,
        "record": record_rows(found.record, found.private_record) if is_hers else [],
        "employments": found.facts.get("employments", []) if is_hers else [],
        "recorded": getattr(request.user, "identity", None),
        "crumbs": [{"title": _("Certification"), "url": "/apply/"}, {"title": found.plan.title}],
    }
    return render(request, "applications/entry.html", context, status=409 if problem else 200)


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
        "corrections": list(found.corrections.order_by("-published_at", "-pk")),
        "map_url": map_url(found),
        "enters": request.user.is_authenticated and organisations_entering(request.user, found).exists(),
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
    application.candidate = request.user
    missing = missing_for_submission(application) if application.is_editable else []
    steps = steps_of(application, missing)
    attached = {row.kind for row in application.evidence.all()}
    entry = getattr(application, "entry", None) if application.is_editable else None
    context = {
        "application": application,
        "explanation": explain_kept(application, attached=attached),
        "entered_by": entry.intake.organisation.name if entry is not None else "",
        "needs": needs_in_words(needs_of([request.user.pk]).get(request.user.pk)),
        "resit": resit_of(application).lines,
        "rounds": application.submissions.count(),
        "plan": application.plan,
        "next": next_thing(application, steps, today=clock.today()),
        "steps": steps,
        "show_steps": application.is_editable and application.window_is_open(clock.today()),
        "done": sum(step.done for step in steps),
        "stages": stages_of(application, reviews_of_round(application)),
        "chip": candidate_chip(application),
        "evidence": list(application.evidence.all()),
        "may_withdraw": (Status(application.status), Event.WITHDRAW) in TRANSITIONS,
        "crumbs": [{"title": _("Certification"), "url": "/apply/"}, {"title": application.plan.title}],
    }
    return render(request, "applications/case.html", context)


@login_required
@require_safe
def history(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What I handed in, what the reviewers said, and what I changed since."""
    application = application_for(request.user, pk)
    context = {
        "application": application,
        "plan": application.plan,
        "rounds": rounds_of(application),
        "shows_reviewers": False,
        "crumbs": [
            {"title": _("Certification"), "url": "/apply/"},
            {"title": application.plan.title, "url": application.get_absolute_url()},
            {"title": _("What was handed in")},
        ],
    }
    return render(request, "applications/history.html", context)


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
    needs = needs_of([request.user.pk], on=application.plan.exam_date).get(request.user.pk)
    code = segno.make(ticket_address(application.seat), error="m", micro=False)
    context = {
        "application": application,
        "plan": application.plan,
        "seat": application.seat,
        "kept": {row.part: row for row in application.seat.kept_parts.all()},
        "identity": request.user.identity,
        "needs": needs_in_words(needs),
        "theory_ends_at": application.plan.theory_starts_at + timedelta(minutes=theory_minutes_of(application.plan, needs)),
        "extra_time": bool(needs and needs.extra_time_percent),
        "map_url": map_url(application.plan),
        "way_in": application.plan.site.way_in if application.plan.site else "",
        "qr": code.svg_data_uri(scale=4, border=2),
        "crumbs": [
            {"title": _("Certification"), "url": "/apply/"},
            {"title": application.plan.title, "url": application.get_absolute_url()},
            {"title": _("Admission ticket")},
        ],
    }
    return render(request, "applications/ticket.html", context)
