"""Telling holders what happened to their certificates."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from certification.certificates import notice_kinds
from certification.certificates.models import Certificate
from lms.notices.models import Notice
from lms.notices.services import news, tell_many


@transaction.atomic
def tell_holders(certificates: Sequence[Certificate], *, now: datetime) -> None:
    """Tell each holder, in her language, that her certificate is issued; sent when the transaction has committed."""
    tell_many([_notice(certificate, now) for certificate in certificates])


def _notice(certificate: Certificate, now: datetime) -> Notice:
    return news(
        notice_kinds.ISSUED,
        certificate.holder,
        facts={"what": what_of(certificate), "number": certificate.number},
        url=reverse("certificates:own"),
        organisation=certificate.organisation_id,
        now=now,
    )


def what_of(certificate: Certificate) -> str:
    """Return what it certifies in a few words: occupation and level, or the programme."""
    claims = certificate.claims
    if "occupation" in claims:
        return f"{claims['occupation']['zh']} {claims['level']['zh']}"
    return str(claims["programme"]["zh"])
