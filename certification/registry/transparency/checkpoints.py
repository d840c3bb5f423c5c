"""The signed text of a tree head, and what vouches for a new key. Pure: an auditor uses it too.

The text is the body of a C2SP checkpoint (origin, size, root in base64) with two more lines: the time, and how far
the ledger went. Signed with ECDSA P-256 over SHA-256, the signature in DER and base64, so that

    openssl dgst -sha256 -verify key.pem -signature head.der head.txt

checks it without a program of ours. Source: C2SP tlog-checkpoint; RFC 6962 §3.5 for what a head has to say.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey

ALGORITHM = "ECDSA P-256, SHA-256"
_TEXT = re.compile(
    r"(?P<origin>\S+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n"
    r"ledger (?P<sequence>0|[1-9][0-9]{0,18}) (?P<ledger>[0-9a-f]{64})\n"
)


@dataclass(frozen=True)
class Checkpoint:
    """What a tree head says: `size` leaves with this `root` (64 hex), and `ledger`, the commitment to the ledger's
    entry `ledger_sequence` (`leaves.commitment`; 0 is the ledger without entries)."""

    origin: str
    size: int
    root: str
    time: datetime
    ledger_sequence: int
    ledger: str

    def text(self) -> str:
        """Return the text that is signed."""
        moment = self.time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        root = base64.b64encode(bytes.fromhex(self.root)).decode()
        return f"{self.origin}\n{self.size}\n{root}\ntime {moment}\nledger {self.ledger_sequence} {self.ledger}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Return what the text says. Raises `ValueError` unless it is exactly what `Checkpoint.text` writes."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise ValueError("The text of the tree head is malformed.")
    checkpoint = Checkpoint(
        origin=found["origin"],
        size=int(found["size"]),
        root=base64.b64decode(found["root"]).hex(),
        time=datetime.fromisoformat(found["time"]),
        ledger_sequence=int(found["sequence"]),
        ledger=found["ledger"],
    )
    if checkpoint.text() != text:
        raise ValueError("The text of the tree head is malformed.")
    return checkpoint


def endorsement_text(*, origin: str, key_id: str) -> str:
    """Return the text with which an old key of the log vouches for its successor."""
    return f"{origin}\nnext key {key_id}\n"


def load_public_key(pem: str) -> EllipticCurvePublicKey:
    """Return the key. Raises `ValueError` for anything but a P-256 public key."""
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("The key is not a P-256 public key.")
    return key


def key_id_of(key: EllipticCurvePublicKey) -> str:
    """Return the SHA-256 (64 hex) of the key's SubjectPublicKeyInfo, as RFC 6962 §3.2 names a log."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def signed_by(key: EllipticCurvePublicKey, *, text: str, signature: str) -> bool:
    """Tell whether the signature (DER in base64) over the text is this key's."""
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode(), ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
