"""Tickets and sheets for the printer."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.examday import access
from certification.examday.models import Arrangement
from certification.examday.printing import render_tickets, tickets_of
from certification.examday.selectors.sheets import SHEETS, sheet_rows
from certification.examday.services import printing
from certification.examday.views.seating import crumbs_of
from certification.plans.access import is_officer, plan_for
from certification.plans.models import Plan
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock, store
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.notices.facts import unpacked


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tickets(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Print all tickets: a small plan's at once, a large plan's as a job."""
    plan = plan_for(request.user, pk)
    problem, status = "", 200
    if request.method == "POST":
        if not is_officer(request.user, plan):
            raise PermissionDenied
        try:
            if plan.seats.count() <= printing.AT_ONCE:
                return _pdf(printing.print_now(plan, actor=request.user, now=clock.now()), plan.number)
            job = printing.start_printing(plan, actor=request.user, now=clock.now())
        except DomainError as error:
            problem, status = text_of(error), error.status
        else:
            return redirect("examday:printing", pk=pk, job_pk=job.pk)
    context = {
        "plan": plan,
        "officer": is_officer(request.user, plan),
        "problem": problem,
        "count": plan.seats.count(),
        "jobs": printing.jobs_of(plan).order_by("-pk")[:5],
        "seats_of": Arrangement.objects.filter(plan=plan).values_list("confirmed_at", flat=True).first(),
        "sheets": SHEETS,
        "crumbs": crumbs_of(plan, {"title": _("Tickets and sheets")}),
    }
    return render(request, "examday/tickets.html", context, status=status)


@login_required
@require_safe
def progress(request: AuthenticatedHttpRequest, pk: int, job_pk: int) -> HttpResponse:
    """How far the job is; the part of the page that changes asks for itself."""
    plan = plan_for(request.user, pk)
    job = access.printing_job(plan, job_pk)
    template = "examday/_printing.html" if request.headers.get("X-Fragment") else "examday/printing.html"
    crumbs = crumbs_of(plan, {"title": _("Tickets and sheets")})
    refusal = job.params.get("refusal")
    problem = text_of(DomainError(refusal["code"], **unpacked(refusal["context"]))) if refusal else ""
    context = {"plan": plan, "job": job, "done": job.done, "problem": problem, "crumbs": crumbs}
    return render(request, template, context)


@login_required
@require_safe
def printed(request: AuthenticatedHttpRequest, pk: int, job_pk: int) -> HttpResponse:
    plan = plan_for(request.user, pk)
    job = access.printing_job(plan, job_pk)
    if not job.params.get("sha256"):
        raise Http404
    return _pdf(store.read(job.params["sha256"]), plan.number)


@login_required
@require_safe
def own(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """The candidate's own ticket as a file."""
    case = access.own_seated_case(request.user, pk)
    assert case.seat is not None
    return _pdf(render_tickets(case.plan, tickets_of(case.plan, [case.seat])), case.seat.ticket_number)


@login_required
@require_safe
def sheets(request: AuthenticatedHttpRequest, pk: int, kind: str) -> HttpResponse:
    """A list for each room, made to be printed: at the door, for signing, for the invigilators, for the office."""
    plan: Plan = plan_for(request.user, pk)
    if kind not in SHEETS:
        raise Http404
    context = {
        "plan": plan,
        "kind": kind,
        "title": SHEETS[kind],
        "sheets": SHEETS,
        "rooms": sheet_rows(plan, now=clock.now()),
        "crumbs": crumbs_of(plan, {"title": SHEETS[kind]}),
    }
    return render(request, "examday/sheets.html", context)


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.pdf") or ""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
