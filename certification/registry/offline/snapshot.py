"""What a page without a network has to know: whose keys are whose, and which certificates must not be relied on."""

import base64
import datetime
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from django.conf import settings
from django.utils import timezone

from certification.certificates.models import Certificate
from certification.certificates.rules import Status
from certification.registry.machine import access
from certification.registry.machine.documents import key_history

REFERENCE_BYTES = 12
"""So much of the SHA-256 of a token names a certificate: 96 bits, more than chance meets in any register."""

ENDED = (Status.SUSPENDED, Status.REVOKED, Status.REPLACED)
"""States that the paper cannot know. That a term has ended stands on the paper itself."""


def reference(token: str) -> bytes:
    """Return the name of a certificate in the snapshot; from it nobody gets back to the token."""
    return hashlib.sha256(token.encode()).digest()[:REFERENCE_BYTES]


def snapshot(*, now: datetime.datetime) -> dict[str, Any]:
    """Return the keys of all issuers and the references of ended certificates by state (base64, one behind the other).

    Two queries. Keys that write no QR tokens (RSA) are left out.
    """
    keys = []
    for issuer in access.issuers():
        written = {key.written.key_id.hex(): key.written for key in issuer.keys}
        for row in key_history(issuer, access.addresses())["keys"]:
            if isinstance(written[row["key_id"]].public_key, EllipticCurvePublicKey):
                jwk = {name: row["jwk"][name] for name in ("crv", "kty", "x", "y")}
                facts = {name: row[name] for name in ("key_id", "state", "used_from", "retired_at", "revoked_at")}
                keys.append({**facts, "jwk": jwk, "slug": issuer.slug, "zh": issuer.name, "en": issuer.name_en or issuer.name})
    found: dict[str, list[bytes]] = {status.value: [] for status in ENDED}
    rows = Certificate.objects.filter(status__in=list(found)).values_list("status", "token")
    for status, token in rows.iterator(chunk_size=5000):
        found[status].append(reference(token))
    return {
        "made_at": timezone.localtime(now).isoformat(timespec="minutes"),
        "site": settings.PUBLIC_URL,
        "keys": keys,
        # In the order of the references, so that the file does not tell who was revoked when.
        "ended": {status: base64.b64encode(b"".join(sorted(names))).decode() for status, names in found.items()},
    }
