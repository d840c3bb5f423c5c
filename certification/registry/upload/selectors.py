"""Reads about uploads."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _

from certification.bodies.models import Filing
from certification.certificates.models import Certificate
from certification.certificates.rules import Kind, Status
from certification.plans.models import Plan
from certification.registry.upload import due
from certification.registry.upload.cells import row_of, with_facts
from certification.registry.upload.column_packs import ColumnPack, column_pack
from certification.registry.upload.models import STATE_LABELS, UploadBatch, UploadRecord
from certification.registry.upload.rules import Operation, RecordStatus, UploadState
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.models import Organisation

READ_AT_ONCE = 500
SHOWN_PROBLEMS = 100


@dataclass(frozen=True)
class Selection:
    """What somebody wants to report: one filing, one kind of data, and of a plan or a period if named.

    `since` and `until` are dates of issue, both inclusive.
    """

    filing: Filing
    operation: Operation
    plan: Plan | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None

    def certificates(self) -> QuerySet[Certificate]:
        """Return the certificates that are due, by date of issue and number."""
        return self._narrowed(due.due(self.operation, [self.filing]))

    def unfinished(self) -> QuerySet[Certificate]:
        """Return those that would be reported as new if they were made: they have a number and no file."""
        if self.operation is not Operation.ADD:
            return Certificate.objects.none()
        return self._narrowed(due.being_made([self.filing])).order_by("issued_on", "number")

    def _narrowed(self, certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
        if self.plan is not None:
            certificates = certificates.filter(decision__seat__plan=self.plan)
        if self.since is not None:
            certificates = certificates.filter(issued_on__gte=self.since)
        if self.until is not None:
            certificates = certificates.filter(issued_on__lte=self.until)
        return certificates


@dataclass(frozen=True)
class Candidate:
    """A certificate that is due, with the sentence why it cannot be reported, or ""."""

    certificate: Certificate
    reason: str


def candidates(selection: Selection, *, pack: ColumnPack, today: datetime.date) -> Iterator[Candidate]:
    """Yield every certificate that is due, checked cell by cell. Two queries, read in blocks."""
    for certificate in with_facts(selection.certificates()).iterator(chunk_size=READ_AT_ONCE):
        problems = row_of(certificate, pack=pack, today=today).problems
        yield Candidate(certificate, " ".join(text_of(problem) for problem in problems))
    for certificate in selection.unfinished().iterator(chunk_size=READ_AT_ONCE):
        yield Candidate(certificate, text_of(DomainError("registry.upload_not_issued")))


@dataclass(frozen=True)
class Preview:
    """What a batch would hold: head-count, and of those left out the first with their reasons."""

    ready: int
    excluded: int
    problems: tuple[Candidate, ...]


def preview(found: Iterable[Candidate]) -> Preview:
    """Return the counts of the candidates and the first hundred problems."""
    ready = excluded = 0
    problems: list[Candidate] = []
    for candidate in found:
        if not candidate.reason:
            ready += 1
            continue
        excluded += 1
        if len(problems) < SHOWN_PROBLEMS:
            problems.append(candidate)
    return Preview(ready, excluded, tuple(problems))


def pack_of(batch: UploadBatch) -> ColumnPack:
    """Return the template that the batch was made with."""
    return column_pack(batch.pack_key, batch.pack_version)


def record_counts(batch: UploadBatch) -> dict[str, int]:
    """Return how many records are in which state. One query."""
    return dict(batch.records.order_by().values_list("status").annotate(count=Count("pk")))


@dataclass(frozen=True)
class Backlog:
    """Certificates of one filing that are due in an upload of one kind: how many, and since when."""

    filing: Filing
    operation: Operation
    count: int
    oldest: datetime.date


def backlog(organisations: QuerySet[Organisation]) -> list[Backlog]:
    """Return what these bodies have not reported yet, by filing and kind. Four queries."""
    filings = {filing.pk: filing for filing in Filing.objects.filter(organisation__in=organisations)}
    rows: list[Backlog] = []
    for operation in Operation:
        certificates = due.due(operation, list(filings.values())).order_by()
        counted = certificates.values_list("filing_id").annotate(Count("pk"), Min("issued_on"))
        rows += [Backlog(filings[filing], operation, count, oldest) for filing, count, oldest in counted]
    return rows


@dataclass(frozen=True)
class Reported:
    """What is known of a certificate's upload. `on`: date of the receipt behind it, where there is one."""

    state: UploadState
    on: datetime.date | None = None

    @property
    def label(self) -> str:
        return str(STATE_LABELS[self.state])

    @property
    def sentence(self) -> str:
        """The state, with the date of the receipt where there is one."""
        if self.on is None:
            return self.label
        return _("%(state)s, receipt of %(date)s") % {"state": self.label, "date": self.on.isoformat()}


def upload_state(certificate: Certificate) -> Reported:
    """Return the state of a certificate's upload ("上报状态"). One query, two when the number was accepted.

    "In the national register" only when the authority's receipt says so (I37).
    """
    if certificate.kind != Kind.SKILL_LEVEL.value:
        return Reported(UploadState.NOT_DUE)
    records = list(
        UploadRecord.objects.filter(number=certificate.number)
        .exclude(status=RecordStatus.DROPPED.value)
        .select_related("batch__receipt")
        .order_by("pk")
    )
    by_operation = {operation: [record for record in records if record.operation == operation.value] for operation in Operation}
    withdrawn = _accepted(by_operation[Operation.REVOKE])
    if withdrawn is not None:
        return Reported(UploadState.WITHDRAWN, _date_of(withdrawn))
    published = _accepted(by_operation[Operation.ADD])
    if published is not None:
        corrected = _accepted(by_operation[Operation.CORRECT])
        return Reported(_after_publication(certificate), _date_of(corrected or published))
    if certificate.state not in (Status.VALID, Status.SUSPENDED):
        return Reported(UploadState.NOT_DUE)
    last = by_operation[Operation.ADD][-1] if by_operation[Operation.ADD] else None
    return Reported(_WAITING[last.status] if last else UploadState.NOT_UPLOADED)


_WAITING = {
    RecordStatus.QUEUED.value: UploadState.QUEUED,
    RecordStatus.SENT.value: UploadState.SENT,
    RecordStatus.REJECTED.value: UploadState.REJECTED,
}


def _after_publication(certificate: Certificate) -> UploadState:
    if certificate.state is Status.REVOKED:
        return UploadState.WITHDRAWAL_DUE
    if due.corrected(Certificate.objects.filter(pk=certificate.pk)).exists():
        return UploadState.CORRECTION_DUE
    return UploadState.PUBLISHED


def _accepted(records: list[UploadRecord]) -> UploadRecord | None:
    return next((record for record in reversed(records) if record.status == RecordStatus.ACCEPTED.value), None)


def _date_of(record: UploadRecord) -> datetime.date:
    return record.batch.receipt.dated_on
