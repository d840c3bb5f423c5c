"""What may happen after the last day of the retention: two people, and a record that stays (I40)."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from certification.archives.access import KEEPERS
from certification.archives.models import Archive, Destruction, DestructionVerdict
from certification.archives.rules import Kept
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

LONGEST = 1000


@transaction.atomic
def propose_destruction(archive: Archive, *, kept: Kept, reason: str, actor: User, now: datetime) -> Destruction:
    """Propose to destroy papers or recordings whose time is over.

    This site destroys nothing by itself: the act is the permission, and the record of it. The electronic volumes and the
    register stay. Raises `PermissionDenied` unless the actor is officer or head of the body, `DomainError`
    "archives.not_sealed", "archives.electronic_kept", "archives.retention_running", "archives.reason_missing" (422) or
    "archives.destroyed_already".
    """
    if not has_role(actor, archive.plan.organisation_id, *KEEPERS):
        raise PermissionDenied
    if not archive.is_sealed:
        raise DomainError("archives.not_sealed")
    if kept is Kept.ELECTRONIC:
        raise DomainError("archives.electronic_kept")
    last = getattr(archive, f"{kept.value}_until")
    if localdate(now) <= last:
        raise DomainError("archives.retention_running", date=last)
    words = reason.replace("\0", "").strip()[:LONGEST]
    if not words:
        raise DomainError("archives.reason_missing", status=422)
    try:
        with transaction.atomic():
            row = Destruction.objects.create(archive=archive, kept=kept.value, reason=words, proposed_by=actor, proposed_at=now)
    except IntegrityError:
        raise DomainError("archives.destroyed_already") from None
    ledger.append("archives.destruction_proposed", subject=archive, actor=actor, now=now, destruction=row.pk, kept=kept.value)
    return row


@transaction.atomic
def approve_destruction(destruction: Destruction, *, actor: User, now: datetime) -> DestructionVerdict:
    """Agree to it; the head's act, who did not propose it.

    Raises `PermissionDenied`, `DomainError` "archives.destruction_same_person" (403) or "archives.answered_already".
    """
    if not has_role(actor, destruction.archive.plan.organisation_id, Role.HEAD):
        raise PermissionDenied
    if destruction.proposed_by_id == actor.pk:
        raise DomainError("archives.destruction_same_person", status=403)
    try:
        with transaction.atomic():
            verdict = DestructionVerdict.objects.create(
                destruction=destruction, proposed_by_id=destruction.proposed_by_id, approved_by=actor, approved_at=now
            )
    except IntegrityError:
        raise DomainError("archives.answered_already") from None
    ledger.append(
        "archives.destruction_approved",
        subject=destruction.archive,
        actor=actor,
        now=now,
        destruction=destruction.pk,
        kept=destruction.kept,
    )
    return verdict
