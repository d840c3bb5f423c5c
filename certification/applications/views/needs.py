"""Accommodations: what I need in the exam, and the reviewer's decision on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.applications import services
from certification.applications.access import (
    applications_of,
    needs_request_to_decide,
    needs_requests_of,
    needs_requests_reviewable_by,
    own_needs_request,
)
from certification.applications.models import Application, NeedsRequest
from certification.applications.needs import needs_in_words, needs_of
from certification.applications.needs_form import NeedsDecisionForm, NeedsForm
from certification.applications.paging import moment_key, read_moment_key
from certification.applications.rules.accommodations import Needs, NeedsStatus
from certification.applications.services.accommodations import note_reading
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

PAGE = 50
CHIPS = {
    NeedsStatus.ASKED: "wait",
    NeedsStatus.GRANTED: "good",
    NeedsStatus.REFUSED: "bad",
    NeedsStatus.ENDED: "neutral",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: AuthenticatedHttpRequest) -> HttpResponse:
    """What I have been granted, what I asked for, and the form to ask; once granted it is valid for later plans, too."""
    case = _case_to_ask_with(request)
    waiting = needs_requests_of(request.user).filter(status=NeedsStatus.ASKED.value).exists()
    may_ask = case is not None and not waiting
    form = NeedsForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST":
        if case is None:
            raise DomainError("applications.needs_without_case")
        if form.is_valid():
            given = form.cleaned_data
            try:
                services.ask_for_needs(
                    request.user,
                    organisation=case.plan.organisation,
                    needs=form.needs(),
                    reason=given["reason"],
                    files=given["proofs"],
                    consent=given["consent"],
                    now=clock.now(),
                )
            except DomainError as error:
                form.add_error(None, text_of(error))
            else:
                messages.success(request, _("Your request is handed in. A reviewer decides on it; you will be told."))
                return redirect("applications:needs")
    context = {
        "form": form,
        "case": case,
        "may_ask": may_ask,
        "needs": needs_in_words(needs_of([request.user.pk]).get(request.user.pk)),
        "requests": [_shown(row) for row in needs_requests_of(request.user)[:PAGE]],
        "crumbs": [{"title": _("Certification"), "url": "/apply/"}, {"title": _("Help I need in the exam")}],
    }
    return render(request, "applications/needs.html", context, status=422 if form.errors else 200)


def _case_to_ask_with(request: AuthenticatedHttpRequest) -> Application | None:
    """Return the live case that names the body to ask: the one she came from, else her newest."""
    live = Application.objects.live().filter(candidate=request.user)
    mine = applications_of(request.user).filter(pk__in=live.values("pk")).order_by("-started_at", "-pk")
    wanted = whole_number(request.GET.get("case"))
    return (mine.filter(pk=wanted).first() if wanted else None) or mine.first()


def _shown(row: NeedsRequest) -> dict[str, object]:
    return {
        "row": row,
        "chip": CHIPS[NeedsStatus(row.status)],
        "asked": needs_in_words(Needs(**row.asked)),
        "granted": needs_in_words(Needs(**row.granted)) if row.granted else [],
        "may_end": row.status in (NeedsStatus.ASKED, NeedsStatus.GRANTED),
    }


@login_required
@require_POST
def end(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    services.end_needs(own_needs_request(request.user, pk), actor=request.user, now=clock.now())
    messages.success(request, _("Taken back."))
    return redirect("applications:needs")


@login_required
@require_safe
def requests(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Requests that wait for a decision, longest waiting first."""
    if not organisations_where(request.user, Role.ELIGIBILITY_REVIEWER).exists():
        raise PermissionDenied
    rows = needs_requests_reviewable_by(request.user).filter(status=NeedsStatus.ASKED.value).order_by("asked_at", "pk")
    after = read_moment_key(request.GET.get("after", ""))
    if after is not None:
        moment, pk = after
        rows = rows.filter(Q(asked_at__gt=moment) | Q(asked_at=moment, pk__gt=pk))
    # Why somebody needs it is encrypted, and no matter of a list.
    found = list(rows.defer("reason")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    context = {
        "rows": [_shown(row) for row in found[:PAGE]],
        "next": moment_key(last.asked_at, last.pk) if last is not None else "",
        "further": after is not None,
        "crumbs": [{"title": _("Desk"), "url": "/desk/"}, {"title": _("Help needed in the exam")}],
    }
    return render(request, "applications/needs_requests.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """One request with its evidence, and the decision."""
    found = needs_request_to_decide(request.user, pk)
    if request.method != "POST":
        note_reading(found, actor=request.user, now=clock.now())
    asked = Needs(**found.asked)
    form = NeedsDecisionForm(posted(request), asked=asked)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.decide_needs(
                found,
                granted=form.granted(),
                answer=given["answer"],
                valid_until=given["valid_until"],
                actor=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error("answer" if error.code.endswith("reasons_needed") else "decision", text_of(error))
        else:
            messages.success(request, _("Your decision is stored, and the person is told."))
            return redirect("applications:needs_requests")
    context = {
        "found": found,
        **_shown(found),
        "files": list(found.files.all()),
        "form": form,
        "waits": found.status == NeedsStatus.ASKED,
        "crumbs": [
            {"title": _("Desk"), "url": "/desk/"},
            {"title": _("Help needed in the exam"), "url": "/desk/needs/"},
            {"title": found.user.name},
        ],
    }
    return render(request, "applications/needs_request.html", context, status=422 if form.errors else 200)
