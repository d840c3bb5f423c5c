"""Reviews and appeals: asked for by the candidate, answered at the desk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.assessment.templatetags.assessment_parts import part_label
from certification.plans.models import Seat
from certification.results import case_access, services
from certification.results.case_forms import AppealForm, CaseAnswerForm, ReviewForm
from certification.results.case_rules import OPEN_CASE
from certification.results.case_selectors import has_open_order, orders_about, stages_of, things_about
from certification.results.case_wording import in_words
from certification.results.involvement import free_to_answer
from certification.results.models import Case, Objection
from certification.results.services.evidence import read_evidence
from certification.results.terms import appeal_until, review_until
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import posted, whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

CASES_PER_PAGE = 50


def parts_of(seat: Seat) -> list[tuple[str, Any]]:
    """Return the parts of the published result as choices."""
    return [(finding["kind"], part_label(finding["kind"])) for finding in seat.publication_row.parts]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_review(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Ask for a check of one part of one's own result."""
    seat = case_access.own_published_seat(request.user, pk)
    until = review_until(seat.publication_row.publication)
    form = ReviewForm(posted(request), request.FILES or None, parts=parts_of(seat))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = services.file_review(seat, **form.cleaned_data, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                return _filed(request, case)
    context = {"seat": seat, "plan": seat.plan, "form": form, "until": until, "over": clock.today() > until}
    return render(request, "results/ask_review.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: AuthenticatedHttpRequest, what: str, pk: int) -> HttpResponse:
    """Appeal against an answer, or against one's own result after its publication has ended."""
    seat, against = case_access.thing_to_appeal(request.user, what, pk)
    until = appeal_until(seat.publication_row.publication, against)
    form = AppealForm(posted(request), request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = services.file_appeal(seat, against=against, **form.cleaned_data, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                return _filed(request, case)
    context = {
        "seat": seat,
        "plan": seat.plan,
        "against": against,
        "is_own": seat.candidate_id == request.user.pk,
        "form": form,
        "until": until,
        "over": until is None or clock.today() > until,
    }
    return render(request, "results/appeal.html", context, status=status)


def _filed(request: AuthenticatedHttpRequest, case: Case) -> HttpResponse:
    messages.success(request, _("It is filed. Somebody who had no part in the result will answer it in writing."))
    return redirect("results:own_case", pk=case.pk)


@login_required
@never_cache
@require_safe
def own_case(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show a filer what she asked, how far it is, and what was answered."""
    case = case_access.own_case(request.user, pk)
    until = appeal_until(case.seat.publication_row.publication, case)
    context = {
        "case": case,
        "plan": case.seat.plan,
        "stages": stages_of(case),
        "evidence": list(case.evidence.all()),
        "is_own": case.seat.candidate_id == request.user.pk,
        "appeal_until": until if until is not None and clock.today() <= until and not case.appeals.exists() else None,
    }
    return render(request, "results/own_case.html", context)


@login_required
@require_safe
def cases(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List reviews and appeals: what waits, the longest waiting first, or what is answered, newest first."""
    everything = case_access.cases_of_body(request.user)
    waiting = everything.filter(status__in=[status.value for status in OPEN_CASE])
    answered = request.GET.get("show") == "answered"
    after = whole_number(request.GET.get("after"))
    rows = everything.exclude(decided_by=None).order_by("-pk") if answered else waiting.order_by("pk")
    if after:
        rows = rows.filter(pk__lt=after) if answered else rows.filter(pk__gt=after)
    found = list(rows[: CASES_PER_PAGE + 1])
    page = found[:CASES_PER_PAGE]
    show = "show=answered&" if answered else ""
    context = {
        "rows": page,
        "answered": answered,
        "waiting": waiting.count(),
        "today": clock.today(),
        "first_url": f"{reverse('results:cases')}?{show}" if after else "",
        "next_url": f"?{show}after={page[-1].pk}" if len(found) > len(page) else "",
    }
    return render(request, "results/cases.html", context)


@login_required
@never_cache
@require_safe
def case(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show a review or an appeal with the re-check, and what may be done about it."""
    found = case_access.case_of_body(request.user, pk)
    return _case_page(request, found, CaseAnswerForm(is_review=found.is_review))


@login_required
@require_POST
def accept(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Take it; the machine's re-check is made and kept."""
    found = case_access.case_of_body(request.user, pk)
    try:
        services.accept_case(found, actor=request.user, now=clock.now())
    except DomainError as error:
        again = case_access.case_of_body(request.user, pk)
        return _case_page(request, again, CaseAnswerForm(is_review=again.is_review), error)
    messages.success(request, _("You have taken it. The re-check stands below."))
    return redirect("results:case", pk=pk)


@login_required
@require_POST
def answer(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Answer it with reasons."""
    found = case_access.case_of_body(request.user, pk)
    form = CaseAnswerForm(request.POST, is_review=found.is_review)
    if not form.is_valid():
        return _case_page(request, found, form, status=422)
    try:
        services.decide_case(found, **form.decision(), actor=request.user, now=clock.now())
    except DomainError as error:
        return _case_page(request, case_access.case_of_body(request.user, pk), form, error)
    messages.success(request, _("It is answered, and the candidate is told."))
    return redirect("results:case", pk=pk)


@login_required
@require_safe
def evidence(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send a file; that the body reads it is written down."""
    row = case_access.evidence_to_read(request.user, pk)
    data = read_evidence(row, actor=request.user, now=clock.now())
    return HttpResponse(
        data,
        content_type=row.media_type,
        headers={
            "Content-Disposition": content_disposition_header(not row.media_type.startswith("image/"), row.file_name) or "",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _case_page(
    request: AuthenticatedHttpRequest, found: Case, form: CaseAnswerForm, error: DomainError | None = None, *, status: int = 200
) -> HttpResponse:
    seat = found.seat
    free = free_to_answer(seat, appeal=not found.is_review, but=[found.filer_id]) if found.is_open else []
    against: Objection | Case | None = found.against_objection or found.against_case
    context = {
        "case": found,
        "seat": seat,
        "plan": seat.plan,
        "line": seat.publication_row,
        "against": against,
        "stages": stages_of(found),
        "report": list(in_words(found.report)),
        "evidence": list(found.evidence.all()),
        "others": things_about(seat, but=found),
        "orders": orders_about(seat),
        "is_free": any(person.pk == request.user.pk for person in free),
        "nobody": found.is_open and not free,
        "is_head": has_role(request.user, seat.plan.organisation_id, Role.HEAD),
        "may_correct": found.needs_correction
        and not has_open_order(seat)
        and not found.orders.filter(applied_at__isnull=False).exists()
        and has_role(request.user, seat.plan.organisation_id, Role.HEAD, Role.EXAM_OFFICER),
        "late": found.is_open and clock.today() > found.due_on,
        "form": form,
        "problem": text_of(error) if error else "",
    }
    return render(request, "results/case.html", context, status=error.status if error else status)
