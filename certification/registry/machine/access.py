"""The machines' way to rows: an issuer by its short name, a credential by the certificate's secret token."""

import datetime
from dataclasses import dataclass
from itertools import groupby

from cryptography import x509
from django.conf import settings
from django.db.models import QuerySet

from certification.certificates.credential.addresses import Addresses
from certification.certificates.credential.public_keys import WrittenKey, key_of
from certification.certificates.models import Certificate, SigningKey
from certification.certificates.rules.keys import KeyStatus

TOKEN_LENGTH = 32


@dataclass(frozen=True)
class IssuerKey:
    """One key of an issuer, past or present, in use from `used_from` to `retired_at`.

    A retired key still proves what it signed. One with `revoked_at` proves nothing any more: somebody else may have
    had it since then.
    """

    written: WrittenKey
    certificate: x509.Certificate
    valid_from: datetime.datetime
    valid_until: datetime.datetime
    active: bool
    used_from: datetime.datetime | None = None
    retired_at: datetime.datetime | None = None
    revoked_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Issuer:
    """An organisation that has, or had, a signing key. `keys` come oldest first."""

    pk: int
    slug: str
    name: str
    name_en: str
    keys: tuple[IssuerKey, ...]


def addresses() -> Addresses:
    """Return the addresses of this installation."""
    return Addresses(settings.PUBLIC_URL)


def issuers() -> list[Issuer]:
    """Return every organisation that has, or had, a signing key, in the order of their short names. One query."""
    return _issuers(SigningKey.objects.ever_used())


def issuer_by_slug(slug: str) -> Issuer | None:
    """Return the issuer with all its keys, or None when there is none of that name or it never had a key. One query."""
    return next(iter(_issuers(SigningKey.objects.ever_used().filter(organisation__slug=slug))), None)


def _issuers(rows: QuerySet[SigningKey]) -> list[Issuer]:
    found = []
    ordered = rows.select_related("organisation").order_by("organisation__slug", "not_before", "pk")
    for _slug, group in groupby(ordered, key=lambda row: row.organisation.slug):
        rows_of_one = list(group)
        who = rows_of_one[0].organisation
        keys = tuple(key for key in map(_key, rows_of_one) if key is not None)
        if keys:
            found.append(Issuer(who.pk, who.slug, who.name, who.name_en, keys))
    return found


def credential_of(token: str) -> str | None:
    """Return the SHA-256 under which the credential is stored; None for unknown and never issued certificates."""
    if len(token) != TOKEN_LENGTH:
        return None
    return (
        Certificate.objects.public()
        .filter(token=token)
        .exclude(credential_sha256="")
        .values_list("credential_sha256", flat=True)
        .first()
    )


def _key(row: SigningKey) -> IssuerKey | None:
    """Return the key, or None for one that the forms of the machines do not know (SM2)."""
    certificate = x509.load_pem_x509_certificate(row.certificate_pem.encode())
    try:
        written = key_of(certificate)
    except ValueError:
        return None
    return IssuerKey(
        written=written,
        certificate=certificate,
        valid_from=row.not_before,
        valid_until=row.not_after,
        active=row.active,
        used_from=row.activated_at,
        retired_at=row.retired_at,
        revoked_at=(row.unsafe_since or row.revoked_at) if row.state is KeyStatus.COMPROMISED else None,
    )
