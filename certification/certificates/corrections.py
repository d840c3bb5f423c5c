"""What a corrected result does to a certificate; results asks before somebody confirms, and when it takes effect."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.certificates.models import Certificate
from certification.certificates.rules import STANDING, PublicReason, Status
from certification.certificates.services.standing import revoke_certificate
from certification.results.effects import Change, Effect
from lms.accounts.models import User
from lms.core.errors import DomainError

CERTIFICATE = gettext_lazy("Certificate")
REVOCABLE = frozenset({Status.VALID, Status.SUSPENDED, Status.EXPIRED})


def tell(change: Change) -> Iterable[Effect]:
    """Say what becomes of this person's certificate. One query."""
    certificate = _certificates(change).first()
    if change.now_fails:
        yield _of_a_lost_pass(certificate)
    elif change.now_passes:
        yield Effect(CERTIFICATE, _("It can be issued with the next list, once the renewed publication has ended."), "good")
    elif certificate is not None and certificate.state in STANDING:
        number = certificate.number
        yield Effect(CERTIFICATE, _("%(number)s stays as it is: it names the parts and prints no marks.") % {"number": number})
    else:
        yield Effect(CERTIFICATE, _("None is issued, and none follows from this."))


def carry_out(change: Change, *, actor: User, now: datetime) -> None:
    """Revoke the certificate of somebody who does not pass any more; make room for one of somebody who passes now.

    `actor` is the head who puts the order into force, never the one who asked for it. Raises `DomainError`
    "certificates.in_the_making" while the file is being made, and those of `revoke_certificate`.
    """
    certificate = _certificates(change).select_for_update(of=("self",)).first()
    if certificate is None:
        return
    if change.now_fails:
        if certificate.state is Status.NUMBERED:
            raise DomainError("certificates.in_the_making", number=certificate.number)
        if certificate.state in REVOCABLE:
            reason = _("Correction order %(number)s") % {"number": change.order.pk}
            revoke_certificate(certificate, reason=reason, public_reason=PublicReason.ERROR, actor=actor, now=now)
    elif change.now_passes and certificate.state is Status.REVOKED:
        # A number is never used again (I35): the revoked one stays in the register by itself, and a new one may follow.
        Certificate.objects.filter(pk=certificate.pk, status=Status.REVOKED.value).update(decision=None)


def _certificates(change: Change) -> QuerySet[Certificate]:
    """Return the newest version of the certificate that followed from this person's decision, if there is one."""
    return Certificate.objects.filter(decision__seat=change.order.seat_id)


def _of_a_lost_pass(certificate: Certificate | None) -> Effect:
    if certificate is None:
        return Effect(CERTIFICATE, _("None was issued, and none will be."), "warn")
    number = {"number": certificate.number}
    if certificate.state is Status.NUMBERED:
        return Effect(CERTIFICATE, _("%(number)s is just being made: wait until its list is done.") % number, "warn")
    if certificate.state in REVOCABLE:
        return Effect(
            CERTIFICATE,
            _("%(number)s is revoked at once. The number stays in the register and answers “revoked” for ever.") % number,
            "bad",
        )
    return Effect(CERTIFICATE, _("%(number)s does not hold any more already, and stays so.") % number)
