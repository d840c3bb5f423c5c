"""Telling holders what happened to their certificates."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from certification.certificates.models import Certificate
from lms.notices.models import Notice
from lms.notices.services import in_language_of, tell_many


def tell_holders(certificates: Sequence[Certificate], *, now: datetime) -> None:
    """Tell each holder, in her language, that her certificate is issued; sent when the transaction has committed."""
    tell_many([_notice(certificate, now) for certificate in certificates])


def _notice(certificate: Certificate, now: datetime) -> Notice:
    with in_language_of(certificate.holder):
        return Notice(
            user=certificate.holder,
            subject=_("Your certificate is issued"),
            text=_("%(what)s, number %(number)s. You can download and share it now.")
            % {"what": what_of(certificate), "number": certificate.number},
            url=reverse("certificates:own"),
            created_at=now,
        )


def what_of(certificate: Certificate) -> str:
    """Return what it certifies in a few words: occupation and level, or the programme."""
    claims = certificate.claims
    if "occupation" in claims:
        return f"{claims['occupation']['zh']} {claims['level']['zh']}"
    return str(claims["programme"]["zh"])
