"""The record of a session, the overview of quality, and the draw of sessions to inspect."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.supervision import access, selectors, services
from certification.supervision.forms import AdditionForm, LateSupervisorForm, RecordForm, SamplingForm, SpanForm
from certification.supervision.models import Sampling
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted
from lms.core.messages import text_of

YEAR = timedelta(days=365)
PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The record that I write about the session I supervise; once signed, it is read."""
    plan = access.plan_supervised_by(request.user, pk)
    if request.method != "POST" and selectors.own_record(plan, request.user) is not None:
        return redirect("supervision:session", pk=pk)
    form = RecordForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.write_record(plan, **form.facts(), actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("finding" if "finding" in error.code else "conclusion", text_of(error))
        else:
            messages.success(request, _("Your record is signed."))
            return redirect("supervision:session", pk=pk)
    context = {"plan": plan, "form": form, "crumbs": [{"title": _("Record of supervision")}]}
    return render(request, "supervision/record.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def session(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """What supervisors wrote about one session."""
    plan = access.plan_to_read(request.user, pk)
    records = selectors.records_of(plan)
    written = {record.supervisor_id for record in records}
    context = {
        "plan": plan,
        "records": [{"record": record, "lines": selectors.lines_of(record)} for record in records],
        "missing": [row.user for row in selectors.supervisors_of(plan) if row.user_id not in written],
        "form": AdditionForm(),
        "crumbs": [{"title": _("Quality supervision"), "url": "/desk/supervision/"}, {"title": plan.title}],
    }
    return render(request, "supervision/session.html", context)


@login_required
@require_POST
def add(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Add to my own record."""
    own = access.own_record(request.user, pk)
    try:
        services.add_to_record(own, text=request.POST.get("text", ""), actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    else:
        messages.success(request, _("Added."))
    return redirect("supervision:session", pk=own.plan_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def late(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The head names who supervised a running session for which nobody was named."""
    plan = access.plan_to_name_for(request.user, pk)
    people = {str(card.user_id): card.user for card in selectors.holders_of_cards(plan)}
    form = LateSupervisorForm(posted(request), people=[(key, user.name) for key, user in people.items()])
    if request.method == "POST" and form.is_valid():
        facts = {"user": people[form.cleaned_data["user"]], "reason": form.cleaned_data["reason"]}
        try:
            services.name_supervisor_late(plan, **facts, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("reason" if "reason" in error.code else "user", text_of(error))
        else:
            messages.success(request, _("The supervisor is named. She declares on her duties' page and writes the record."))
            return redirect("supervision:session", pk=pk)
    context = {"plan": plan, "form": form, "crumbs": [{"title": _("Supervisor of the session")}]}
    return render(request, "supervision/late.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def overview(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Sessions, records, faults and incidents of each body; an authority sees all bodies, a body itself."""
    sessions = access.sessions_watched_by(request.user)
    span = SpanForm(request.GET or None)
    asked = span.cleaned_data if span.is_bound and span.is_valid() else {}
    until = asked.get("until") or clock.today()
    since = asked.get("since") or until - YEAR
    held = sessions & selectors.sessions_held(since, until)
    bodies = selectors.quality(held)
    recent = held.select_related("organisation").prefetch_related("supervisor_records").order_by("-exam_date", "-pk")
    own = not access.authorities_of(request.user).exists()
    context = {
        "span": SpanForm(initial={"since": since, "until": until}),
        "since": since,
        "until": until,
        "bodies": bodies,
        "faults": selectors.faults_of(bodies),
        "sessions": recent[:PER_PAGE] if own else [],
        "may_draw": not own,
    }
    return render(request, "supervision/overview.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draws(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Draw sessions to inspect, and the draws so far."""
    authority = access.authority_of(request.user)
    today = clock.today()
    form = SamplingForm(posted(request), initial={"since": today - timedelta(days=90), "until": today, "wanted": 3})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.draw_sample(authority, **form.cleaned_data, actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error("since" if "days" in error.code else "wanted", text_of(error))
        else:
            return redirect("supervision:sampling", pk=row.pk)
    context = {
        "authority": authority,
        "form": form,
        "rows": Sampling.objects.filter(authority=authority).select_related("by")[:PER_PAGE],
        "crumbs": [{"title": _("Quality supervision"), "url": "/desk/supervision/"}, {"title": _("Sessions to inspect")}],
    }
    return render(request, "supervision/draws.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def sampling(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One draw: how it came about, and the sessions drawn with what was written about them."""
    row = access.sampling_of(request.user, pk)
    context = {
        "row": row,
        "sessions": selectors.drawn_sessions(row),
        "crumbs": [
            {"title": _("Quality supervision"), "url": "/desk/supervision/"},
            {"title": _("Sessions to inspect"), "url": "/desk/supervision/draws/"},
            {"title": f"{row.turn}"},
        ],
    }
    return render(request, "supervision/sampling.html", context)
