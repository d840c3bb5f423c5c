"""Keeps certificates provable: finds the files whose time stamp is near its end and stamps them once more.

Every file is read and compared with its name on the way, so the same run tells which bytes in the store are damaged.
A run may be killed at any moment and started again: a file is either stamped and on record, or untouched.
"""

import datetime
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from certification.certificates.models import Certificate
from certification.certificates.stamping.archive import AHEAD, last_stamp, lift_to_lta, needs_new_stamp
from certification.certificates.stamping.material import (
    StampService,
    chain_of,
    material_of,
    revocation_material,
    time_stamp_service,
)
from certification.certificates.stamping.models import ArchivedFile
from certification.certificates.stamping.revocation import RevocationMaterial
from certification.certificates.stamping.tokens import Stamp
from certification.certificates.validation import FileReport, check_pdf, trusted_roots, trusted_stamps
from lms.accounts.models import User
from lms.core import jobs, ledger, store
from lms.core.errors import DomainError
from lms.core.models import Job

log = logging.getLogger(__name__)

JOB = "certificates.renew_time_stamps"


@dataclass
class Renewal:
    """What a run did: numbers of files looked at, stamped, and not to be stamped, with the job that lists them."""

    job: Job
    seen: int = 0
    stamped: int = 0
    failed: int = 0


@dataclass
class _Proofs:
    """Revocation lists of the services met in one run, each asked once."""

    service: StampService
    now: datetime.datetime
    own: RevocationMaterial
    of_others: dict[bytes, RevocationMaterial] = field(default_factory=dict)

    def for_file(self, stamp: Stamp) -> RevocationMaterial:
        """Return the new service's proof, and that of the stamp to be covered where its list can still be had."""
        certificate = stamp.certificate.dump()
        if certificate not in self.of_others:
            try:
                found = material_of([chain_of(stamp.certificate, trusted_stamps())], now=self.now)
            except DomainError as error:
                # The service may be gone; the proof from the day of issue is in the file, and time does not wait.
                log.warning("No revocation list for %s: %s", stamp.authority, error)
                found = RevocationMaterial()
            self.of_others[certificate] = found
        return self.of_others[certificate].with_more(self.own)


def newest_file(certificate: Certificate) -> str:
    """Return the SHA-256 of the file to hand out: the youngest archived one, or the original."""
    archived = ArchivedFile.objects.filter(certificate=certificate).order_by("-id").values_list("pdf_sha256", flat=True).first()
    return archived or certificate.pdf_sha256


def certificate_of_file(sha256: str) -> Certificate | None:
    """Return the certificate that these bytes were ever handed out for, as issued or as archived later."""
    archived = ArchivedFile.objects.filter(pdf_sha256=sha256).select_related("certificate").first()
    if archived is not None:
        return archived.certificate
    return Certificate.objects.filter(pdf_sha256=sha256).exclude(pdf_sha256="").first()


def renew_time_stamps(
    *, now: datetime.datetime, actor: User | None = None, ahead: datetime.timedelta = AHEAD, dry_run: bool = False
) -> Renewal:
    """Stamp every file whose youngest time stamp ends within `ahead`; nothing is deleted, and one entry each is recorded.

    Raises `DomainError` `certificates.no_time_stamps` or `certificates.stamp_failed` before anything is done; a single
    file that cannot be stamped is a row of the job.
    """
    service = time_stamp_service()
    proofs = _Proofs(service, now, revocation_material(None, service, now=now))
    job = jobs.start(JOB, actor=actor, total=0, params={"ahead_days": ahead.days, "dry_run": dry_run}, now=now)
    renewal = Renewal(job)
    for certificate, sha256 in _files():
        renewal.seen += 1
        key = f"{certificate.number}/{certificate.version}"
        try:
            if not _is_due(sha256, now=now, ahead=ahead):
                continue
            if not dry_run:
                _renew(certificate, sha256, proofs, actor=actor, now=now)
        except DomainError as error:
            renewal.failed += 1
            jobs.record(job, key, ok=False, message=str(error)[:200])
        else:
            renewal.stamped += 1
            jobs.record(job, key, ok=True)
    Job.objects.filter(pk=job.pk).update(total=renewal.stamped + renewal.failed)
    jobs.finish(job, now=now)
    return renewal


def _files() -> Iterator[tuple[Certificate, str]]:
    """Yield every certificate that has a file with its newest file's SHA-256, oldest first; revoked ones are evidence too."""
    for certificate in Certificate.objects.exclude(pdf_sha256="").order_by("pk").iterator(chunk_size=500):
        yield certificate, newest_file(certificate)


def _is_due(sha256: str, *, now: datetime.datetime, ahead: datetime.timedelta) -> bool:
    data = store.read(sha256)
    try:
        return needs_new_stamp(data, now=now, ahead=ahead)
    except (ValueError, TypeError, KeyError):
        raise DomainError("certificates.stamp_unreadable", sha256=sha256) from None


def _renew(certificate: Certificate, sha256: str, proofs: _Proofs, *, actor: User | None, now: datetime.datetime) -> None:
    """Stamp one file, check the result, keep it and write it down. Another run that was faster wins."""
    data = store.read(sha256)
    # Nothing is stamped that is not sound: a time stamp over a damaged file would only make the damage look old.
    _checked(data, now=now)
    stamp = last_stamp(data)
    if stamp is None:
        return
    renewed = lift_to_lta(data, time_stamper=proofs.service.time_stamper, material=proofs.for_file(stamp))
    report, newest = _checked(renewed, now=now), last_stamp(renewed)
    if report.archived_at is None or newest is None:
        raise DomainError("certificates.signature_failed", status=500)
    renewed_sha256 = store.put(renewed, suffix=".pdf")
    try:
        with transaction.atomic():
            archived = ArchivedFile.objects.create(
                certificate=certificate,
                before_sha256=sha256,
                pdf_sha256=renewed_sha256,
                level=report.level,
                stamped_at=report.archived_at,
                stamped_by=newest.authority[:200],
                provable_until=newest.provable_until,
            )
            ledger.append(
                "certificates.time_stamp_renewed",
                subject=certificate,
                actor=actor,
                now=now,
                before_sha256=sha256,
                pdf_sha256=archived.pdf_sha256,
                level=archived.level,
            )
    except IntegrityError:
        log.info("Another run has stamped %s already", sha256)


def _checked(data: bytes, *, now: datetime.datetime) -> FileReport:
    report = check_pdf(data, roots=trusted_roots(), stamp_roots=trusted_stamps(), moment=now)
    if not report.ok:
        raise DomainError("certificates.file_not_sound", finding=report.finding.value, sha256=report.sha256)
    return report
