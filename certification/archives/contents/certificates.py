"""Volume 5: the numbers with the fingerprints of their files, the lists, the reports to the authority, what was revoked."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from certification.archives.contents.columns import AT_ONCE, File, Section, col, person, says, table
from certification.certificates.models import ArchivedFile, Certificate, ChangeRequest, IssueBatch, IssueItem, RequestEvidence
from certification.plans.models import Plan
from certification.registry.models import UploadBatch, UploadExclusion, UploadReceipt, UploadRecord


def _certificates(plan: Plan) -> QuerySet[Certificate]:
    """Return every version of every number of the plan: a corrected one has no decision of its own."""
    numbers = Certificate.objects.filter(decision__seat__plan=plan).values("number")
    return Certificate.objects.filter(number__in=numbers)


def _rows(plan: Plan) -> Iterable[Any]:
    rows: QuerySet[Certificate] = _certificates(plan).select_related("holder__identity", "issued_by")
    return rows.order_by("number", "version", "pk").iterator(chunk_size=AT_ONCE)


def _renewed(plan: Plan) -> Iterable[Any]:
    rows = ArchivedFile.objects.filter(certificate__in=_certificates(plan)).select_related("certificate")
    return rows.order_by("certificate__number", "pk").iterator(chunk_size=AT_ONCE)


def _requests(plan: Plan) -> Iterable[Any]:
    rows = ChangeRequest.objects.filter(certificate__in=_certificates(plan)).select_related(
        "certificate", "filed_by", "answered_by"
    )
    return rows.order_by("pk").iterator(chunk_size=AT_ONCE)


def _request_evidence(plan: Plan) -> Iterable[Any]:
    rows = RequestEvidence.objects.filter(request__certificate__in=_certificates(plan)).select_related("request__certificate")
    return rows.order_by("pk").iterator(chunk_size=AT_ONCE)


def _batches(plan: Plan) -> Iterable[Any]:
    keys = UploadRecord.objects.filter(certificate__in=_certificates(plan)).values("batch")
    rows = UploadBatch.objects.filter(pk__in=keys).select_related("prepared_by", "released_by")
    return rows.order_by("pk").iterator(chunk_size=AT_ONCE)


def _records(plan: Plan) -> Iterable[Any]:
    rows = UploadRecord.objects.filter(certificate__in=_certificates(plan)).select_related("batch")
    return rows.order_by("batch_id", "row", "pk").iterator(chunk_size=AT_ONCE)


def _exclusions(plan: Plan) -> Iterable[Any]:
    rows = UploadExclusion.objects.filter(certificate__in=_certificates(plan)).select_related("batch", "certificate")
    return rows.order_by("pk").iterator(chunk_size=AT_ONCE)


def _receipts(plan: Plan) -> Iterable[Any]:
    keys = UploadRecord.objects.filter(certificate__in=_certificates(plan)).values("batch")
    rows = UploadReceipt.objects.filter(batch__in=keys).select_related("batch", "recorded_by")
    return rows.order_by("pk").iterator(chunk_size=AT_ONCE)


def _file(row: Certificate) -> Iterable[File]:
    return [(f"{row.number}-{row.version}.pdf", row.pdf_sha256)] if row.pdf_sha256 else []


def _renewed_file(row: ArchivedFile) -> Iterable[File]:
    return [(f"{row.certificate.number}-{row.certificate.version}-stamped.pdf", row.pdf_sha256)]


def _evidence(row: RequestEvidence) -> Iterable[File]:
    return [(row.file_name, row.sha256)]


def _sheet(row: UploadBatch) -> Iterable[File]:
    return [(row.file_name, row.file_sha256)] if row.file_sha256 else []


def _receipt(row: UploadReceipt) -> Iterable[File]:
    return [(row.file_name, row.file_sha256)]


NUMBER = says(_("Certificate number"), lambda row: row.certificate.number, 4)
BATCH = says(_("Batch"), lambda row: row.batch.number or row.batch_id, 2)

SECTIONS = (
    table("issue_batches", _("Lists of certificates"), IssueBatch, "plan",
          "status", "prepared_by", "prepared_at", "approved_by", "approved_at", "finished_at",
          related=["prepared_by", "approved_by"]),
    table("issue_items", _("People on the lists"), IssueItem, "batch__plan",
          says(_("List"), lambda row: row.batch_id, 1), says(_("Candidate"), lambda row: person(row.holder), 4), "status",
          "reason:5", order=["batch_id"], related=["batch", "holder__identity"]),
    Section("certificates", _("Certificates"), Certificate, _rows, (
        says(_("Number"), lambda row: row.number, 4),
        says(_("Version"), lambda row: row.version, 1),
        says(_("Holder"), lambda row: person(row.holder), 4),
        says(_("Issued on"), lambda row: row.issued_on),
        says(_("Issued by"), lambda row: row.issued_by),
        col(Certificate, "status"),
        says(_("Reason of the status"), lambda row: row.status_reason, 3),
        says(_("Status since"), lambda row: row.status_at),
        says(_("File, SHA-256"), lambda row: row.pdf_sha256, 5),
    ), files=_file),
    Section("renewed", _("Files with a later time stamp"), ArchivedFile, _renewed, (
        NUMBER,
        says(_("Before, SHA-256"), lambda row: row.before_sha256, 5),
        says(_("After, SHA-256"), lambda row: row.pdf_sha256, 5),
        says(_("Stamped at"), lambda row: row.stamped_at),
        says(_("Stamped by"), lambda row: row.stamped_by, 3),
    ), files=_renewed_file),
    Section("change_requests", _("Requests for correction or a copy"), ChangeRequest, _requests, (
        NUMBER,
        col(ChangeRequest, "change"),
        says(_("Reason"), lambda row: row.reason, 5),
        col(ChangeRequest, "status"),
        says(_("Filed by"), lambda row: row.filed_by),
        says(_("Filed at"), lambda row: row.filed_at),
        says(_("Answered by"), lambda row: row.answered_by),
        says(_("Answer"), lambda row: row.answer, 4),
    )),
    Section("request_evidence", _("Evidence of the requests"), RequestEvidence, _request_evidence, (
        says(_("Certificate number"), lambda row: row.request.certificate.number, 4),
        says(_("File"), lambda row: row.file_name, 4),
        says(_("SHA-256"), lambda row: row.sha256, 5),
    ), files=_evidence),
    Section("upload_batches", _("Reports to the national register"), UploadBatch, _batches, (
        says(_("Batch"), lambda row: row.number or row.pk),
        col(UploadBatch, "operation"),
        col(UploadBatch, "status"),
        says(_("Records in all"), lambda row: row.count, 1),
        col(UploadBatch, "prepared_by"),
        col(UploadBatch, "released_by"),
        col(UploadBatch, "released_at"),
        says(_("Sheet, SHA-256"), lambda row: row.file_sha256, 5),
    ), files=_sheet),
    Section("upload_records", _("Reported certificates"), UploadRecord, _records, (
        BATCH, says(_("Row"), lambda row: row.row, 1), says(_("Certificate number"), lambda row: row.number, 4),
        col(UploadRecord, "operation"), col(UploadRecord, "status"), col(UploadRecord, "reason", 4),
    )),
    Section("upload_exclusions", _("Certificates left out of a report"), UploadExclusion, _exclusions,
            (BATCH, NUMBER, says(_("Reason"), lambda row: row.reason, 6))),
    Section("upload_receipts", _("Receipts of the national register"), UploadReceipt, _receipts, (
        BATCH, col(UploadReceipt, "number", 3), col(UploadReceipt, "dated_on"), col(UploadReceipt, "accepted", 1),
        col(UploadReceipt, "rejected", 1), col(UploadReceipt, "recorded_by"), col(UploadReceipt, "recorded_at"),
        says(_("Receipt, SHA-256"), lambda row: row.file_sha256, 5),
    ), files=_receipt),
)  # fmt: skip
