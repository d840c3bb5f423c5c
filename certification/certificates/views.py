"""Pages of the head who issues and of the person who holds."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.certificates import access, selectors, services
from certification.certificates.forms import StatusForm
from certification.certificates.models import STATUS_LABELS
from certification.certificates.rules import Event
from certification.plans.rules import Status as PlanStatus
from certification.results.selectors import decided_for_issue
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock, store
from lms.core.errors import DomainError
from lms.core.messages import text_of

CHANGES = {
    Event.REVOKE: services.revoke_certificate,
    Event.SUSPEND: services.suspend_certificate,
    Event.REINSTATE: services.reinstate_certificate,
}


@login_required
@require_safe
def plans(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the plans of this person's body whose certificates are due or out."""
    rows = selectors.plans_with_progress(access.plans_to_certify(request.user))
    return render(request, "certificates/plans.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show who has passed and what is issued; POST issues everything that is due."""
    plan = access.plan_to_certify(request.user, pk)
    now = clock.now()
    status = 200
    if request.method == "POST":
        try:
            services.issue_plan(plan, actor=request.user, now=now)
        except DomainError as error:
            messages.error(request, text_of(error))
            status = error.status
        else:
            return redirect("certificates:plan", pk=pk)
    rows = selectors.issue_rows(plan)
    job = access.issue_job_of(plan)
    context = {
        "plan": plan,
        "rows": rows,
        "waiting": len(selectors.without_certificate(decided_for_issue(plan))),
        "issued": sum(row.certificate is not None for row in rows),
        "refusal": selectors.refusal_for_plan(plan, today=timezone.localdate(now)),
        "publication": selectors.publication_of(plan),
        "may_issue": access.may_issue(request.user, plan),
        "is_open": plan.status == PlanStatus.IN_PUBLICATION.value,
        "job": job,
        "job_done": job.done if job else 0,
        "problems": selectors.problems_of(job),
        "crumbs": [{"title": _("Certificates"), "url": "/desk/certificates/"}, {"title": plan.title}],
    }
    return render(request, "certificates/plan.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show one issued certificate; POST suspends, reinstates or revokes it, with a reason."""
    certificate = access.certificate_for(request.user, pk)
    form = StatusForm(request.POST or None, state=certificate.state)
    status = 200
    if request.method == "POST" and form.is_valid():
        change = CHANGES[Event(form.cleaned_data["event"])]
        try:
            change(certificate, reason=form.cleaned_data["reason"], actor=request.user, now=clock.now())
        except DomainError as error:
            form.add_error(None, text_of(error))
            status = error.status
        else:
            messages.success(request, _("The register says “%(status)s” now.") % {"status": STATUS_LABELS[certificate.state]})
            return redirect("certificates:certificate", pk=pk)
    elif request.method == "POST":
        status = 422
    plan = certificate.decision.seat.plan
    context = {
        "certificate": certificate,
        "claims": certificate.claims,
        "form": form if form.choices and access.may_issue(request.user, plan) else None,
        "crumbs": [
            {"title": _("Certificates"), "url": "/desk/certificates/"},
            {"title": plan.title, "url": f"/desk/certificates/{plan.pk}/"},
            {"title": certificate.number},
        ],
    }
    return render(request, "certificates/certificate.html", context, status=status)


@login_required
@require_safe
def own(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Show the person's own certificates."""
    return render(request, "certificates/own.html", {"certificates": access.own_certificates(request.user)})


@login_required
@require_safe
def download(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send the file as it was signed, checked against its fingerprint."""
    certificate = access.certificate_to_download(request.user, pk)
    return HttpResponse(
        store.read(certificate.pdf_sha256),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{certificate.file_name}"',
            "Cache-Control": "private, no-store",
        },
    )
