"""What becomes of an issued certificate: suspended, reinstated, revoked, expired. Nothing is ever deleted."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from certification.certificates.models import Certificate
from certification.certificates.rules import PUBLIC_REASONS, TRANSITIONS, Event, PublicReason, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import move
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role


@transaction.atomic
def revoke_certificate(
    certificate: Certificate, *, reason: str, actor: User, now: datetime, public_reason: PublicReason | None = None
) -> Certificate:
    """Revoke for good. The number stays in the register and answers “revoked” for ever (I35).

    `reason` stays with the body; `public_reason`, one of `PUBLIC_REASONS`, is what everybody is told.
    """
    return _change_status(certificate, Event.REVOKE, reason=reason, public_reason=public_reason, actor=actor, now=now)


@transaction.atomic
def suspend_certificate(
    certificate: Certificate, *, reason: str, actor: User, now: datetime, public_reason: PublicReason | None = None
) -> Certificate:
    """Suspend while something is being looked into."""
    return _change_status(certificate, Event.SUSPEND, reason=reason, public_reason=public_reason, actor=actor, now=now)


@transaction.atomic
def reinstate_certificate(certificate: Certificate, *, reason: str, actor: User, now: datetime) -> Certificate:
    """Make a suspended certificate valid again."""
    return _change_status(certificate, Event.REINSTATE, reason=reason, actor=actor, now=now)


@transaction.atomic
def expire_certificates(*, today: date, now: datetime) -> int:
    """Mark every certificate whose last day is over, and return how many; runs daily and may run twice.

    The register says "expired" from the first minute after the last day in any case; this writes it down.
    """
    over = Certificate.objects.select_for_update(of=("self",)).filter(
        valid_until__lt=today, status__in=[Status.VALID.value, Status.SUSPENDED.value]
    )
    expired = list(over.order_by("pk"))
    for certificate in expired:
        move(certificate, certificate.state, Event.EXPIRE, TRANSITIONS, status_at=now)
    ledger.append_many(
        [
            ledger.NewEntry(
                "certificates.expired", certificate, None, {"number": certificate.number, "status": certificate.status}
            )
            for certificate in expired
        ],
        now=now,
    )
    return len(expired)


def _change_status(
    certificate: Certificate,
    event: Event,
    *,
    reason: str,
    actor: User,
    now: datetime,
    public_reason: PublicReason | None = None,
) -> Certificate:
    require_head(certificate, actor=actor)
    if actor.pk == certificate.holder_id:
        raise DomainError("certificates.own_certificate")
    if not reason.strip():
        raise DomainError("certificates.reason_needed", status=422)
    choices = PUBLIC_REASONS.get(event)
    if public_reason is not None and public_reason not in (choices or ()):
        raise DomainError("certificates.public_reason_unfit", status=422)
    told = (public_reason or choices[-1]).value if choices else ""
    state = certificate.state_on(timezone.localdate(now))
    if state is Status.EXPIRED and certificate.state is not Status.EXPIRED:
        move(certificate, certificate.state, Event.EXPIRE, TRANSITIONS, status_at=now)
    move(certificate, certificate.state, event, TRANSITIONS, status_reason=reason.strip(), public_reason=told, status_at=now)
    # The reason may name people; the ledger keeps that something was decided, the row keeps why.
    ledger.append(
        f"certificates.{event.value}",
        subject=certificate,
        actor=actor,
        now=now,
        number=certificate.number,
        status=certificate.status,
    )
    return certificate


def require_head(certificate: Certificate, *, actor: User) -> None:
    """Raise `PermissionDenied` for anybody who is not head of the issuing body."""
    if not has_role(actor, certificate.organisation_id, Role.HEAD):
        raise PermissionDenied
