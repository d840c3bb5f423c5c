"""Files that leave the house. A skill-level certificate bears the whole ID number, so who takes one is written down."""

from datetime import datetime

from django.db import transaction

from certification.certificates.models import Certificate, CertificateQuerySet, IssueBatch
from lms.accounts.models import User
from lms.core import ledger, store


@transaction.atomic
def take_file(certificate: Certificate, *, actor: User, now: datetime) -> bytes:
    """Return the file as it was signed; that somebody else than its holder took it is written down (I39, I43).

    Raises `DomainError` `store.missing` or `store.damaged`.
    """
    if actor.pk != certificate.holder_id:
        ledger.append("certificates.file_taken", subject=certificate, actor=actor, now=now, number=certificate.number)
    return store.read(certificate.pdf_sha256)


@transaction.atomic
def take_files(batch: IssueBatch, *, actor: User, now: datetime) -> CertificateQuerySet:
    """Return the issued certificates of a list, whose files are about to be sent, and write down who takes how many."""
    issued = Certificate.objects.public().filter(issue_item__batch=batch).order_by("number")
    ledger.append("certificates.files_taken", subject=batch, actor=actor, now=now, certificates=issued.count())
    return issued
