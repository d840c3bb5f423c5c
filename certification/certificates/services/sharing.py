"""Showing some of a certificate to somebody, for a while, and ending it."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q

from certification.certificates.models import Certificate, ShareLink
from certification.certificates.rules.sharing import MAX_LIVE_LINKS, Claim, Term, ends_at
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

TOKEN_BYTES = 24
"""192 random bits: nobody guesses one."""


@transaction.atomic
def share_certificate(
    certificate: Certificate, *, claims: Collection[Claim], term: Term, note: str = "", actor: User, now: datetime
) -> ShareLink:
    """Make a link that shows these claims and nothing else of the certificate, for that long.

    Only the holder shares. Raises `PermissionDenied`; `DomainError` 422 `certificates.share_nothing` for an empty
    choice, 409 `certificates.share_too_many`.
    """
    if actor.pk != certificate.holder_id:
        raise PermissionDenied
    if not claims:
        raise DomainError("certificates.share_nothing", status=422)
    # The certificate's row is the lock under which its links are counted.
    Certificate.objects.select_for_update().get(pk=certificate.pk)
    working = ShareLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), withdrawn_at=None)
    if working.filter(certificate__number=certificate.number).count() >= MAX_LIVE_LINKS:
        raise DomainError("certificates.share_too_many", limit=MAX_LIVE_LINKS)
    link = ShareLink.objects.create(
        certificate=certificate,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        claims=[claim.value for claim in Claim if claim in claims],
        note=note.strip(),
        created_at=now,
        expires_at=ends_at(term, now=now),
    )
    ledger.append(
        "certificates.shared",
        subject=link,
        actor=actor,
        now=now,
        number=certificate.number,
        claims=link.claims,
        expires_at=link.expires_at.isoformat() if link.expires_at else None,
    )
    return link


@transaction.atomic
def withdraw_share(link: ShareLink, *, actor: User, now: datetime) -> ShareLink:
    """End a link at once, for good. Doing it again changes nothing."""
    if actor.pk != link.certificate.holder_id:
        raise PermissionDenied
    if ShareLink.objects.filter(pk=link.pk, withdrawn_at=None).update(withdrawn_at=now):
        link.withdrawn_at = now
        ledger.append("certificates.share_withdrawn", subject=link, actor=actor, now=now, number=link.certificate.number)
    return link


def count_opening(link: ShareLink) -> None:
    """Count that somebody opened the page. Not who, not when, not from where."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1)
