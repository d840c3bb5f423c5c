"""Pages of the statutory upload under /desk/uploads/."""

from typing import Any
from urllib.parse import quote

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.registry.upload import access, selectors, services
from certification.registry.upload.column_packs import NEWEST, column_pack
from certification.registry.upload.forms import ReceiptForm, SelectionForm
from certification.registry.upload.models import RECORD_LABELS, UploadBatch
from certification.registry.upload.receipts import ReceiptReport, read_receipt
from certification.registry.upload.rules import RecordStatus, UploadStatus
from certification.registry.upload.standing import standing
from lms.accounts.http import AuthenticatedHttpRequest
from lms.core import clock
from lms.core.crypto import mask_id_number
from lms.core.errors import DomainError
from lms.core.forms import whole_number
from lms.core.messages import text_of
from lms.core.tables import MAX_BYTES
from lms.organisations.selectors import organisations_where

ROWS = 100
BATCHES = 50
SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def uploads(request: AuthenticatedHttpRequest) -> HttpResponse:
    """List this person's uploads, newest first, under what is still to be reported."""
    before = whole_number(request.GET.get("before"))
    found = access.uploads_visible_to(request.user)
    page = list((found.filter(pk__lt=before) if before else found)[: BATCHES + 1])
    context = {
        "batches": page[:BATCHES],
        "backlog": selectors.backlog(organisations_where(request.user, *access.READERS)),
        "newer_url": "?" if before else "",
        "older_url": f"?before={page[BATCHES - 1].pk}" if len(page) > BATCHES else "",
    }
    return render(request, "registry/uploads.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedHttpRequest) -> HttpResponse:
    """Choose what to report and see what the list would hold; POST makes the list."""
    filings = access.filings_to_report(request.user)
    if not organisations_where(request.user, *access.READERS).exists():
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    form = SelectionForm(sent if sent else None, filings=filings, plans=access.plans_to_report(request.user))
    found, status = None, 200
    if sent and form.is_valid():
        selection = form.selection()
        if request.method == "POST":
            try:
                batch = services.prepare_upload(selection, actor=request.user, now=clock.now())
            except DomainError as error:
                form.add_error(None, text_of(error))
                status = error.status
            else:
                return redirect("registry:upload", pk=batch.pk)
        found = selectors.preview(selectors.candidates(selection, pack=column_pack(*NEWEST), today=clock.today()))
    elif sent:
        status = 422
    context = {
        "form": form,
        "preview": found,
        "has_filings": filings.exists(),
        "pack": column_pack(*NEWEST),
        "shown": selectors.SHOWN_PROBLEMS,
        "crumbs": [{"title": _("Reports"), "url": "/desk/uploads/"}, {"title": _("New list")}],
    }
    return render(request, "registry/upload_new.html", context, status=status)


@login_required
@require_safe
def upload(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Show one upload: what is to be done, its head-counts, its records by state, and what was left out."""
    return _page(request, access.upload_for(request.user, pk), receipt_form=ReceiptForm())


def _page(
    request: AuthenticatedHttpRequest,
    batch: UploadBatch,
    *,
    receipt_form: ReceiptForm,
    report: ReceiptReport | None = None,
    status: int = 200,
) -> HttpResponse:
    counts = selectors.record_counts(batch)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in set(RecordStatus) else ""
    after = whole_number(request.GET.get("after"))
    records = batch.records.filter(row__gt=after).order_by("row").select_related("certificate")
    if chosen:
        records = records.filter(status=chosen)
    rows = list(records[: ROWS + 1])
    for record in rows:
        record.certificate.masked = mask_id_number(record.certificate.id_number)  # type: ignore[attr-defined]
    state = f"&state={chosen}" if chosen else ""
    is_head = access.is_head(request.user, batch)
    context: dict[str, Any] = {
        "batch": batch,
        "pack": selectors.pack_of(batch),
        "rows": rows[:ROWS],
        "tabs": [(value, label, counts[value]) for value, label in RECORD_LABELS.items() if counts.get(value)],
        "chosen": chosen,
        "newer_url": f"?{state.lstrip('&')}" if after else "",
        "older_url": f"?after={rows[ROWS - 1].row}{state}" if len(rows) > ROWS else "",
        "exclusions": batch.exclusions.select_related("certificate").order_by("pk")[:SHOWN],
        "excluded": batch.exclusions.count(),
        "receipt": getattr(batch, "receipt", None),
        "downloads": batch.downloads.select_related("user")[:20],
        "may_release": access.may_release(request.user, batch),
        "is_head": is_head,
        "standing": standing(batch),
        "is_draft": batch.state is UploadStatus.DRAFT,
        "is_waiting": batch.state is UploadStatus.SUBMITTED,
        "receipt_form": receipt_form,
        "report": report,
        "findings": report.findings[:SHOWN] if report else [],
        "unanswered": report.unanswered[:SHOWN] if report else [],
        "crumbs": [{"title": _("Reports"), "url": "/desk/uploads/"}, {"title": str(batch)}],
    }
    return render(request, "registry/upload.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Freeze the sheet under the authority's number. Who releases proves once more who she is."""
    batch = access.upload_for(request.user, pk)
    if not access.is_head(request.user, batch):
        raise PermissionDenied
    response: HttpResponse = _release(request, batch)
    return response


@reauthentication_required
def _release(request: AuthenticatedHttpRequest, batch: UploadBatch) -> HttpResponse:
    # A look at this address is the way back from the proof; the decision is still to be made.
    if request.method == "POST":
        try:
            services.release_upload(batch, number=request.POST.get("number", ""), actor=request.user, now=clock.now())
        except DomainError as error:
            messages.error(request, text_of(error))
    return redirect("registry:upload", pk=batch.pk)


@login_required
@require_POST
def drop(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Drop a list that was not released."""
    batch = access.upload_for(request.user, pk)
    try:
        services.drop_upload(batch, actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
    return redirect("registry:upload", pk=pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Send the frozen sheet to the head, who says what for and proves once more who she is."""
    batch = access.upload_for(request.user, pk)
    if not access.is_head(request.user, batch):
        raise PermissionDenied
    response: HttpResponse = _download(request, batch)
    return response


@reauthentication_required
def _download(request: AuthenticatedHttpRequest, batch: UploadBatch) -> HttpResponse:
    if request.method != "POST":
        return redirect("registry:upload", pk=batch.pk)
    try:
        data = services.download_upload(batch, purpose=request.POST.get("purpose", ""), actor=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, text_of(error))
        return redirect("registry:upload", pk=batch.pk)
    return HttpResponse(
        data,
        content_type=XLSX,
        headers={
            "Content-Disposition": f"attachment; filename=\"upload-{batch.pk}.xlsx\"; filename*=UTF-8''{quote(batch.file_name)}",
            "Cache-Control": "private, no-store",
        },
    )


@login_required
@require_POST
def receipt(request: AuthenticatedHttpRequest, pk: int) -> HttpResponse:
    """Record the authority's answer; what does not fit is shown line by line and nothing is recorded."""
    batch = access.upload_for(request.user, pk)
    form = ReceiptForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, batch, receipt_form=form, status=422)
    file = form.cleaned_data["file"]
    data, report = file.read(MAX_BYTES + 1), None
    try:
        services.record_receipt(
            batch,
            data=data,
            file_name=str(file.name),
            number=form.cleaned_data["number"],
            dated_on=form.cleaned_data["dated_on"],
            actor=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        form.add_error(None, text_of(error))
        if error.code == "registry.receipt_not_sound":
            report = read_receipt(data, batch=batch, pack=selectors.pack_of(batch))
        return _page(request, batch, receipt_form=form, report=report, status=error.status)
    messages.success(request, _("The receipt is recorded."))
    return redirect("registry:upload", pk=pk)
