"""How a public credential stands for a person without saying who: by hashes that only the holder can open.

A name has perhaps twenty bits and an ID number perhaps thirty, most of them printed masked beside it. A hash whose
salt stands next to it would be undone in seconds. So each salt is a secret of 128 bits of its own, derived from the
installation's secret and the certificate's token; the holder's wallet hands out the one that she wants to prove.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HolderSalts:
    """One salt (32 hex) for each fact, so that proving the name does not open the ID number."""

    name: str
    id_number: str


def holder_salts(secret: bytes, token: str) -> HolderSalts:
    """Return the salts of the certificate with this token. `secret` must stay the same for as long as they count."""
    return HolderSalts(*(_salt(secret, fact, token) for fact in ("name", "id_number")))


def _salt(secret: bytes, fact: str, token: str) -> str:
    return hmac.new(secret, f"holder-salt:{fact}:{token}".encode(), hashlib.sha256).hexdigest()[:32]


def identity_hash(fact: str, salt: str) -> str:
    """Return `sha256$` and the SHA-256 of the fact followed by its salt. Source: Open Badges 3.0, IdentityHash."""
    return f"sha256${hashlib.sha256((fact + salt).encode()).hexdigest()}"


def identity_node(kind: str, fact: str, salt: str) -> dict[str, Any]:
    """Return the `IdentityObject`; `kind` is one of the standard's identifier types ("name", "nationalIdentityNumber")."""
    return {"type": "IdentityObject", "hashed": True, "identityHash": identity_hash(fact, salt), "identityType": kind}
