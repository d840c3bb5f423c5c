"""Status lists, made from the register whenever it changed and signed with the issuer's key in use.

A key for lists alone would be easier to keep online. But a DID document cannot say "for lists only": a thief of
that key could issue credentials. A list says nothing that the ledger does not hold, so making one decides nothing.
"""

import datetime
import hashlib
from dataclasses import dataclass

from django.core.cache import cache

from certification.certificates.credential.addresses import LIST_ENTRIES, Addresses, Purpose
from certification.certificates.credential.canonical import json_bytes
from certification.certificates.credential.public_keys import key_of
from certification.certificates.credential.status import build_status_list
from certification.certificates.keys.loading import load_key
from certification.certificates.models import Certificate
from certification.certificates.rules import Status
from certification.certificates.selectors import signing_key_of
from certification.registry.machine.access import Issuer

# What a set bit means. Credentials name the first list alone (Open Badges 3.0 lets them name one), so it holds whatever
# must not be relied on now; the second says which of these may come back. An expired certificate says so itself.
MARKED = {
    Purpose.REVOCATION: (Status.SUSPENDED, Status.REVOKED, Status.REPLACED, Status.VOIDED),
    Purpose.SUSPENSION: (Status.SUSPENDED,),
}
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class SignedList:
    """A signed list. `fingerprint` (64 hex) stays the same while the same bits are set and the same key signs."""

    data: bytes
    fingerprint: str


def list_exists(issuer: Issuer, number: int) -> bool:
    """Tell whether some certificate has its place in this list. The first one always exists."""
    if number == 0:
        return True
    places = Certificate.objects.filter(organisation_id=issuer.pk, status_index__gte=number * LIST_ENTRIES)
    return places.exists()


def marked_positions(issuer: Issuer, purpose: Purpose, number: int) -> list[int]:
    """Return the places within the list whose bit is set, in order. One query."""
    first = number * LIST_ENTRIES
    indexes = Certificate.objects.filter(
        organisation_id=issuer.pk,
        status__in=[status.value for status in MARKED[purpose]],
        status_index__gte=first,
        status_index__lt=first + LIST_ENTRIES,
    ).values_list("status_index", flat=True)
    return sorted(index - first for index in indexes)


def signed_list(issuer: Issuer, purpose: Purpose, number: int, *, addresses: Addresses, now: datetime.datetime) -> SignedList:
    """Return the list as it stands in the register now; a signature over the same bits is used for an hour.

    Raises `DomainError` when the issuer has no key in use or it cannot be opened.
    """
    positions = marked_positions(issuer, purpose, number)
    key = load_key(signing_key_of(issuer.pk))
    facts = [addresses.status_list(issuer.slug, purpose, number * LIST_ENTRIES), key_of(key.certificate).thumbprint, positions]
    fingerprint = hashlib.sha256(repr(facts).encode()).hexdigest()
    data = cache.get(f"status-list:{fingerprint}")
    if data is None:
        document = build_status_list(
            positions,
            addresses=addresses,
            issuer_slug=issuer.slug,
            purpose=purpose,
            number=number,
            signer=key,
            at=now,
        )
        data = json_bytes(document)
        cache.set(f"status-list:{fingerprint}", data, timeout=KEPT_SECONDS)
    return SignedList(data, fingerprint)
