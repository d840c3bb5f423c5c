"""What stands in one entry of the public log. Pure: an auditor uses it too.

A leaf says nothing that names a person and nothing that can be guessed: no certificate number, and no hash over
values that could be tried out. `certificate` is the SHA-256 of a token with 192 random bits, `ledger` that of a salt
and the hash of the ledger's entry.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

VERSION = 1
SALT_BYTES = 16
SUBJECT_PREFIX = "certificates.certificate:"

PUBLIC_KINDS = {
    "certificates.issued": "issue",
    "certificates.issue": "issue",
    "certificates.revoke": "revoke",
    "certificates.revoked": "revoke",
    "certificates.suspend": "suspend",
    "certificates.suspended": "suspend",
    "certificates.reinstate": "reinstate",
    "certificates.reinstated": "reinstate",
    "certificates.correct": "correct",
    "certificates.corrected": "correct",
    "certificates.reissue": "reissue",
    "certificates.reissued": "reissue",
    "certificates.replace": "replace",
    "certificates.replaced": "replace",
    "certificates.renew": "renew",
    "certificates.renewed": "renew",
    "certificates.expire": "expire",
    "certificates.expired": "expire",
}
"""What the public log calls each act of the ledger. What is not here, a download for one, never becomes public."""

ENDING = frozenset({"revoke", "suspend", "replace", "expire"})
"""Acts after which a certificate may not be relied on, until a `reinstate` follows."""

_FIELDS = {"version", "kind", "at", "organisation", "certificate", "pdf_sha256", "ledger_sequence", "ledger"}
_SUBJECT = re.compile(re.escape(SUBJECT_PREFIX) + "[0-9]{1,18}")
_HEX = re.compile(r"[0-9a-f]{64}")


def public_kind(kind: str, subject: str) -> str | None:
    """Return what the log calls this act of the ledger, None when it is not about a certificate or not public."""
    return PUBLIC_KINDS.get(kind) if _SUBJECT.fullmatch(subject) else None


def certificate_reference(token: str) -> str:
    """Return the name (64 hex) under which a certificate stands in the log: who has its token can compute it."""
    return hashlib.sha256(token.encode()).hexdigest()


def commitment(salt: bytes, ledger_hash: str) -> str:
    """Return what binds the log to the ledger (64 hex) without telling the ledger's hash.

    Hashes of the ledger follow from each other and from values that can be tried out (numbers of certificates among
    them), so they are not published. Who runs the ledger shows salt and entry when it has to be proved.
    """
    return hashlib.sha256(salt + bytes.fromhex(ledger_hash)).hexdigest()


@dataclass(frozen=True)
class Leaf:
    """One act. `certificate` and `organisation` are empty when the certificate's row was gone before the log saw the act."""

    kind: str
    at: str
    organisation: str
    certificate: str
    pdf_sha256: str
    ledger_sequence: int
    ledger: str

    def data(self) -> str:
        """Return the text whose UTF-8 bytes are hashed: JSON with sorted keys and no spaces; empty fields are left out."""
        facts: dict[str, Any] = {"version": VERSION, **{name: value for name, value in vars(self).items() if value != ""}}
        return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def moment_text(moment: datetime) -> str:
    """Return the moment to the second, in UTC: 2026-09-21T01:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_leaf(data: str) -> Leaf:
    """Return the leaf that this text says. Raises `ValueError` unless it is exactly what `Leaf.data` writes."""
    try:
        facts = json.loads(data)
    except json.JSONDecodeError:
        raise ValueError("it is not JSON") from None
    if not isinstance(facts, dict) or not facts.keys() <= _FIELDS:
        raise ValueError("it has fields that are not known")
    if facts.pop("version", None) != VERSION:
        raise ValueError("its version is not known")
    sequence = facts.pop("ledger_sequence", None)
    if type(sequence) is not int or not all(isinstance(value, str) for value in facts.values()):
        raise ValueError("a field is of the wrong kind")
    leaf = Leaf(
        kind=facts.get("kind", ""),
        at=facts.get("at", ""),
        organisation=facts.get("organisation", ""),
        certificate=facts.get("certificate", ""),
        pdf_sha256=facts.get("pdf_sha256", ""),
        ledger_sequence=sequence,
        ledger=facts.get("ledger", ""),
    )
    if leaf.kind not in PUBLIC_KINDS.values():
        raise ValueError("its kind is not known")
    if not _HEX.fullmatch(leaf.ledger) or any(
        value and not _HEX.fullmatch(value) for value in (leaf.certificate, leaf.pdf_sha256)
    ):
        raise ValueError("a hash is malformed")
    if leaf.data() != data:
        raise ValueError("it is not written in the one canonical form")
    return leaf
