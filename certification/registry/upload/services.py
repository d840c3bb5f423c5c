"""What happens to an upload: prepared by one person, released and so frozen by another, answered by the authority."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from certification.registry.upload import due
from certification.registry.upload.cells import row_of
from certification.registry.upload.column_packs import NEWEST, ColumnPack, column_pack
from certification.registry.upload.models import (
    UploadBatch,
    UploadDownload,
    UploadExclusion,
    UploadReceipt,
    UploadRecord,
)
from certification.registry.upload.receipts import Answer, read_receipt
from certification.registry.upload.rules import (
    UPLOAD_TRANSITIONS,
    Operation,
    RecordStatus,
    UploadEvent,
    UploadStatus,
)
from certification.registry.upload.selectors import READ_AT_ONCE, Candidate, Selection, candidates, pack_of
from certification.registry.upload.workbook import write_workbook
from lms.accounts.models import User
from lms.core import ledger, store
from lms.core.errors import DomainError
from lms.core.states import move
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

PREPARERS = (Role.EXAM_OFFICER, Role.HEAD)


@transaction.atomic
def prepare_upload(selection: Selection, *, actor: User, now: datetime) -> UploadBatch:
    """Put what is due on a list for the head's release; what cannot be reported is listed apart with its reason.

    Raises `PermissionDenied`; `DomainError` `registry.upload_nobody_due` when nothing can be reported, and
    `registry.upload_taken` when somebody put one of them on another list meanwhile.
    """
    _require(actor, selection.filing.organisation_id, *PREPARERS)
    pack = column_pack(*NEWEST)
    batch = UploadBatch.objects.create(
        filing=selection.filing,
        pack_key=pack.key,
        pack_version=pack.version,
        operation=selection.operation.value,
        prepared_by=actor,
        prepared_at=now,
    )
    found = candidates(selection, pack=pack, today=timezone.localdate(now))
    excluded = 0
    try:
        # A savepoint: after the refusal of a row the outer transaction can still say what was wrong.
        with transaction.atomic():
            while block := list(islice(found, READ_AT_ONCE)):
                ready = [candidate for candidate in block if not candidate.reason]
                UploadRecord.objects.bulk_create(_records(batch, ready))
                excluded += len(block) - len(ready)
                UploadExclusion.objects.bulk_create(
                    UploadExclusion(batch=batch, certificate=candidate.certificate, reason=candidate.reason[:300])
                    for candidate in block
                    if candidate.reason
                )
    except IntegrityError:
        raise DomainError("registry.upload_taken") from None
    if not batch.count:
        raise DomainError("registry.upload_nobody_due")
    batch.save(update_fields=["count"])
    ledger.append(
        "registry.upload_prepared",
        subject=batch,
        actor=actor,
        now=now,
        filing=selection.filing.record_number,
        operation=batch.operation,
        records=batch.count,
        excluded=excluded,
    )
    return batch


def _records(batch: UploadBatch, ready: list[Candidate]) -> Iterator[UploadRecord]:
    """Yield the records at their rows, and count them on the batch."""
    for candidate in ready:
        batch.count += 1
        yield UploadRecord(
            batch=batch,
            certificate=candidate.certificate,
            row=batch.count,
            number=candidate.certificate.number,
            operation=batch.operation,
        )


@transaction.atomic
def release_upload(batch: UploadBatch, *, number: str, actor: User, now: datetime) -> UploadBatch:
    """Freeze the sheet under the authority's batch number: from now on it has a fingerprint and is never changed (I37).

    `actor` is head of the body and did not prepare it. Raises `PermissionDenied`; `DomainError` `registry.same_person`;
    422 `registry.upload_number_needed`; `registry.upload_number_taken`; `registry.upload_changed` when a certificate on
    the list was revoked, replaced or no longer passes the check since.
    """
    _require(actor, batch.filing.organisation_id, Role.HEAD)
    if batch.prepared_by_id == actor.pk:
        raise DomainError("registry.same_person")
    number = number.strip()
    if not number or len(number) > 40 or not number.isprintable():
        raise DomainError("registry.upload_number_needed", status=422)
    if UploadBatch.objects.filter(filing=batch.filing, number=number).exists():
        raise DomainError("registry.upload_number_taken", number=number)
    pack = pack_of(batch)
    name = pack.name_of(batch=number, operation=batch.operation, body=batch.filing.filed_name)
    frozen = _frozen(batch, pack=pack, number=number, now=now)
    try:
        with transaction.atomic():
            move(
                batch,
                batch.state,
                UploadEvent.RELEASE,
                UPLOAD_TRANSITIONS,
                number=number,
                released_by=actor,
                released_at=now,
                file_name=name[-200:],
                **frozen,
            )
    except IntegrityError:
        # Another list got the number while this sheet was written.
        raise DomainError("registry.upload_number_taken", number=number) from None
    batch.records.update(status=RecordStatus.SENT.value)
    ledger.append(
        "registry.upload_released",
        subject=batch,
        actor=actor,
        now=now,
        number=number,
        operation=batch.operation,
        records=batch.count,
        file_sha256=batch.file_sha256,
        by=batch.prepared_by_id,
    )
    return batch


def _frozen(batch: UploadBatch, *, pack: ColumnPack, number: str, now: datetime) -> dict[str, object]:
    """Write the sheet into the store and return its fingerprint and head-counts."""
    facts = [
        ("批次号", number),
        ("数据类型", pack.operations[batch.operation]),
        ("评价机构", batch.filing.filed_name),
        ("备案号", batch.filing.record_number),
        ("记录数", str(batch.count)),
        ("生成时间", timezone.localtime(now).strftime("%Y-%m-%d %H:%M")),
    ]
    file, summary = write_workbook(pack, _checked_rows(batch, pack, timezone.localdate(now)), facts=facts, moment=now)
    with file:
        return {"file_sha256": store.put(file.read(), suffix="xlsx"), "summary": summary}


def _checked_rows(batch: UploadBatch, pack: ColumnPack, today: date) -> Iterator[tuple[str, ...]]:
    operation = Operation(batch.operation)
    records = batch.records.order_by("row").select_related("certificate__filing", "certificate__decision__seat__application")
    for record in records.iterator(chunk_size=READ_AT_ONCE):
        row = row_of(record.certificate, pack=pack, today=today)
        if row.problems or not due.fits(operation, record.certificate):
            raise DomainError("registry.upload_changed", number=record.number)
        yield row.cells


@transaction.atomic
def drop_upload(batch: UploadBatch, *, actor: User, now: datetime) -> UploadBatch:
    """Drop a list that was not released; its certificates are due again."""
    _require(actor, batch.filing.organisation_id, *PREPARERS)
    move(batch, batch.state, UploadEvent.DROP, UPLOAD_TRANSITIONS)
    batch.records.update(status=RecordStatus.DROPPED.value)
    ledger.append("registry.upload_dropped", subject=batch, actor=actor, now=now)
    return batch


@transaction.atomic
def download_upload(batch: UploadBatch, *, purpose: str, actor: User, now: datetime) -> bytes:
    """Return the frozen sheet with full ID numbers, checked against its fingerprint, and write down who took it for what.

    Source: I39, I43. Raises `PermissionDenied` for anybody but the head; `DomainError` 422 `registry.purpose_needed`;
    `registry.upload_not_released`; `store.damaged` when the file was changed.
    """
    _require(actor, batch.filing.organisation_id, Role.HEAD)
    if len(purpose.strip()) < 4:
        raise DomainError("registry.purpose_needed", status=422)
    if not batch.file_sha256:
        raise DomainError("registry.upload_not_released")
    data = store.read(batch.file_sha256)
    download = UploadDownload.objects.create(batch=batch, user=actor, purpose=purpose.strip()[:200], at=now)
    # The purpose may name people; it stays with the row.
    ledger.append(
        "registry.upload_downloaded", subject=batch, actor=actor, now=now, download=download.pk, file_sha256=batch.file_sha256
    )
    return data


@transaction.atomic
def record_receipt(
    batch: UploadBatch, *, data: bytes, file_name: str, number: str, dated_on: date, actor: User, now: datetime
) -> UploadReceipt:
    """Record the authority's answer; each record of the batch is accepted or rejected by it. All lines fit, or none counts.

    Raises `PermissionDenied`; `DomainError` 422 `registry.receipt_number_needed`, `registry.receipt_date` for a date
    before the release or in the future, `registry.receipt_not_sound` with what does not fit; `registry.receipt_known` for
    a file that answered another batch; what `read_receipt` raises.
    """
    _require(actor, batch.filing.organisation_id, *PREPARERS)
    # Whoever else answers the same batch waits here.
    batch = UploadBatch.objects.select_for_update(of=("self",)).select_related("filing").get(pk=batch.pk)
    if batch.state is not UploadStatus.SUBMITTED or batch.released_at is None:
        raise DomainError("registry.upload_not_waiting")
    if not number.strip():
        raise DomainError("registry.receipt_number_needed", status=422)
    if not timezone.localdate(batch.released_at) <= dated_on <= timezone.localdate(now):
        raise DomainError("registry.receipt_date", status=422, released=timezone.localdate(batch.released_at))
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 == batch.file_sha256:
        raise DomainError("registry.receipt_is_the_sheet", status=422)
    if UploadReceipt.objects.filter(file_sha256=sha256).exists():
        raise DomainError("registry.receipt_known")
    report = read_receipt(data, batch=batch, pack=pack_of(batch))
    if not report.is_sound:
        raise DomainError("registry.receipt_not_sound", status=422, wrong=len(report.findings), unanswered=len(report.unanswered))
    store.put(data)
    receipt = UploadReceipt.objects.create(
        batch=batch,
        number=number.strip()[:60],
        dated_on=dated_on,
        file_name=file_name[:200],
        file_sha256=sha256,
        accepted=report.accepted,
        rejected=report.rejected,
        recorded_by=actor,
        recorded_at=now,
    )
    _apply(batch, report.answers)
    move(batch, batch.state, UploadEvent.APPROVE if report.accepted else UploadEvent.REJECT, UPLOAD_TRANSITIONS)
    ledger.append(
        "registry.upload_answered",
        subject=batch,
        actor=actor,
        now=now,
        receipt=receipt.number,
        file_sha256=sha256,
        accepted=receipt.accepted,
        rejected=receipt.rejected,
    )
    return receipt


def _apply(batch: UploadBatch, answers: dict[str, Answer]) -> None:
    rejected = iter([number for number, answer in answers.items() if not answer.accepted])
    batch.records.update(status=RecordStatus.ACCEPTED.value)
    while block := list(islice(rejected, READ_AT_ONCE)):
        records = list(batch.records.filter(number__in=block))
        for record in records:
            record.status, record.reason = RecordStatus.REJECTED.value, answers[record.number].reason
        UploadRecord.objects.bulk_update(records, ["status", "reason"])


def _require(actor: User, organisation_id: int, *roles: Role) -> None:
    if not has_role(actor, organisation_id, *roles):
        raise PermissionDenied
