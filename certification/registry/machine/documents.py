"""What an issuer publishes about itself: its DID document, its JWKS, the history of its keys.

Sources: did:web; W3C Controlled Identifiers 1.0, 2.2; RFC 7517.
"""

import base64
import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from certification.certificates.credential.addresses import Addresses
from certification.certificates.credential.proof import moment
from certification.registry.machine.access import Issuer, IssuerKey

DID_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"]


def did_document(issuer: Issuer, addresses: Addresses) -> dict[str, Any]:
    """Return the DID document. Retired keys stay in `assertionMethod`, because what they signed still stands.

    No key has `expires`: by the standard, a verifier would then refuse the certificates of past years.
    """
    did = addresses.did(issuer.slug)
    return {
        "@context": DID_CONTEXTS,
        "id": did,
        "verificationMethod": [_method(key, did) for key in issuer.keys],
        "assertionMethod": [f"{did}#{key.written.thumbprint}" for key in issuer.keys if key.revoked_at is None],
    }


def jwks(issuer: Issuer) -> dict[str, Any]:
    """Return the keys that prove something, as a JWK set with their X.509 certificates."""
    return {"keys": [_jwk(key) for key in issuer.keys if key.revoked_at is None]}


def key_history(issuer: Issuer, addresses: Addresses) -> dict[str, Any]:
    """Return every key the issuer ever had, with its period and state. `key_id` is what a QR token names, in hex."""
    return {
        "issuer": addresses.did(issuer.slug),
        "slug": issuer.slug,
        "name": {"zh": issuer.name, "en": issuer.name_en},
        "keys": [
            {
                "id": addresses.method(issuer.slug, key.written.thumbprint),
                "key_id": key.written.key_id.hex(),
                "state": _state(key),
                "valid_from": moment(key.valid_from),
                "valid_until": moment(key.valid_until),
                "used_from": _when(key.used_from),
                "retired_at": _when(key.retired_at),
                "revoked_at": _when(key.revoked_at),
                "certificate_sha256": key.certificate.fingerprint(hashes.SHA256()).hex(),
                "jwk": _jwk(key),
            }
            for key in issuer.keys
        ],
    }


def _when(at: datetime.datetime | None) -> str | None:
    return moment(at) if at else None


def _state(key: IssuerKey) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "active" if key.active else "retired"


def _method(key: IssuerKey, did: str) -> dict[str, Any]:
    method: dict[str, Any] = {"id": f"{did}#{key.written.thumbprint}", "type": "Multikey", "controller": did}
    if key.written.multikey is not None:
        method["publicKeyMultibase"] = key.written.multikey
    else:
        method |= {"type": "JsonWebKey", "publicKeyJwk": key.written.jwk}
    if key.revoked_at is not None:
        method["revoked"] = moment(key.revoked_at)
    return method


def _jwk(key: IssuerKey) -> dict[str, Any]:
    # RFC 7517 4.7: base64, not base64url.
    return {**key.written.jwk, "x5c": [base64.b64encode(key.certificate.public_bytes(Encoding.DER)).decode()]}
