"""Pages of the officer who prepares certificates and the head who has them issued."""

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.certificates import access, selectors, services
from certification.certificates.archive import zip_of
from certification.certificates.dossiers import dossiers_for_plan
from certification.certificates.models import Certificate, IssueBatch
from certification.certificates.rules import BATCH_TRANSITIONS
from certification.certificates.services.handing_out import take_files
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results.selectors import decided_for_issue
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

ITEMS_PER_PAGE = 100


@login_required
@require_safe
def plans(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List the plans of this person's body whose certificates are due or out."""
    rows = selectors.plans_with_progress(access.plans_to_certify(request.user))
    return render(request, "certificates/plans.html", {"rows": rows})


@login_required
@require_safe
def plan(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show who has passed, what is issued, and the list that is being prepared, approved or worked on."""
    return _plan_page(request, access.plan_to_certify(request.user, pk))


def _plan_page(
    request: AuthenticatedHttpRequest, plan: Plan, *, left_out: dict[int, str] | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    rows = selectors.issue_rows(plan)
    batch = selectors.last_batch_of(plan)
    due = selectors.without_certificate(decided_for_issue(plan))
    refusal = selectors.refusal_for_plan(plan, today=timezone.localdate(now))
    dossiers = dossiers_for_plan(plan, due, actor=None, today=timezone.localdate(now)) if due and refusal is None else []
    context = {
        "plan": plan,
        "rows": rows,
        "dossiers": dossiers,
        "left_out": left_out,
        "waiting": len(due),
        "ready": sum(dossier.refusal is None for dossier in dossiers),
        "issued": sum(row.certificate is not None for row in rows),
        "refusal": refusal,
        "publication": selectors.publication_of(plan),
        "may_issue": access.may_issue(request.user, plan),
        "is_open": plan.status == PlanStatus.IN_PUBLICATION.value,
        "batch": batch,
        "batch_is_open": batch is not None and batch.status in selectors.OPEN_BATCH,
        "progress": selectors.progress_of(batch) if batch else None,
        "crumbs": [{"title": _("Certificates"), "url": "/desk/certificates/"}, {"title": plan.title}],
    }
    return render(request, "certificates/plan.html", context, status=status)


@login_required
@require_POST
def prepare(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Put those who are due on a list for the head's approval; people ticked as left out need a reason."""
    plan = access.plan_to_certify(request.user, pk)
    left_out = {key: request.POST.get(f"reason-{key}", "") for key in map(whole_number, request.POST.getlist("exclude")) if key}
    try:
        batch = services.prepare_batch(plan, exclusions=left_out, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        return _plan_page(request, plan, left_out=left_out, status=error.status)
    return redirect("certificates:batch", pk=batch.pk)


@login_required
@require_POST
def close(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """End a plan whose certificates are all out."""
    plan = access.plan_to_certify(request.user, pk)
    if not access.may_issue(request.user, plan):
        raise PermissionDenied
    if not services.close_plan(plan, actor=request.user, now=clock.now()):
        messages.error(request, _("Somebody in this plan is still due a certificate."))
    return redirect("certificates:plan", pk=pk)


@login_required
@require_safe
def batch(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show a list of certificates to issue: who is on it, who prepared and approved it, how far it is."""
    batch = access.batch_for(request.user, pk)
    after = whole_number(request.GET.get("after"))
    items = list(
        batch.items.filter(pk__gt=after or 0).select_related("holder", "certificate").order_by("pk")[: ITEMS_PER_PAGE + 1]
    )
    source = batch.plan or batch.programme
    context = {
        "batch": batch,
        "source": source,
        "items": items[:ITEMS_PER_PAGE],
        "first_url": reverse("certificates:batch", args=[pk]) if after else "",
        "first_label": _("From the beginning"),
        "next_url": f"?after={items[ITEMS_PER_PAGE - 1].pk}" if len(items) > ITEMS_PER_PAGE else "",
        "next_label": _("Further people"),
        "progress": selectors.progress_of(batch),
        "may_approve": access.may_approve(request.user, batch),
        "may_steer": access.may_steer(request.user, batch),
        "engines": selectors.engine_share(Certificate.objects.filter(issue_item__batch=batch)),
        "actions": [event.value for (state, event) in BATCH_TRANSITIONS if state is batch.state],
        "crumbs": [
            {"title": _("Certificates"), "url": "/desk/certificates/"},
            {"title": str(source), "url": _address_of(batch)},
            {"title": _("List of %(day)s") % {"day": date_format(timezone.localdate(batch.prepared_at))}},
        ],
    }
    template = "certificates/partials/batch_progress.html" if request.headers.get("X-Fragment") else "certificates/batch.html"
    return render(request, template, context)


def _address_of(batch: IssueBatch) -> str:
    """Return the page of the plan or the programme that a list is for."""
    if batch.plan_id:
        return reverse("certificates:plan", args=[batch.plan_id])
    return reverse("certificates:programme", args=[batch.programme_id])


@login_required
@require_safe
def archive(request: AuthenticatedHttpRequest, pk: int) -> StreamingHttpResponse:
    """Send all files of a list as one ZIP file, streamed as it is packed (ZIP64, whatever its size); written down."""
    batch = access.batch_for(request.user, pk)
    issued = take_files(batch, actor=request.user, now=clock.now())
    return StreamingHttpResponse(
        zip_of(issued),
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="certificates-{batch.pk}.zip"',
            "Cache-Control": "private, no-store",
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Let the body's key sign what is on the list. Who approves proves once more who he is."""
    batch = access.batch_for(request.user, pk)
    if not has_role(request.user, batch.organisation_id, Role.HEAD):
        raise PermissionDenied
    page: HttpResponse = _approve(request, pk)
    return page


@reauthentication_required
def _approve(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        # The person comes back here from proving who she is; the decision is still to be made.
        return redirect("certificates:batch", pk=pk)
    return _steer(request, pk, services.approve_batch)


@login_required
@require_POST
def pause(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.pause_batch)


@login_required
@require_POST
def resume(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.resume_batch)


@login_required
@require_POST
def cancel(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    return _steer(request, pk, services.cancel_batch)


def _steer(request: AuthenticatedHttpRequest, pk: int, act: Callable[..., IssueBatch]) -> HttpResponse:
    batch = access.batch_for(request.user, pk)
    try:
        act(batch, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    return redirect("certificates:batch", pk=pk)
