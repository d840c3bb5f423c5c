"""The key with which the log signs its heads: one file in the key folder, made at first use."""

import base64
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from certification.registry.transparency.checkpoints import key_id_of
from lms.core.errors import DomainError


@dataclass(frozen=True)
class NewKey:
    """A key that was just written to the key folder."""

    key_id: str
    public_pem: str
    key_reference: str


def make_key_file() -> NewKey:
    """Make a P-256 key and keep it encrypted under the installation's passphrase. Raises `DomainError` without one."""
    if not settings.SIGNING_PASSPHRASE:
        raise DomainError("certificates.passphrase_missing", status=500)
    key = ec.generate_private_key(ec.SECP256R1())
    key_id = key_id_of(key.public_key())
    path: Path = settings.SIGNING_KEY_DIR / f"log-{key_id[:16]}.pem"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(settings.SIGNING_PASSPHRASE.encode()),
            )
        )
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return NewKey(key_id, pem.decode(), path.name)


@lru_cache(maxsize=8)
def _load(path: Path, passphrase: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode())
    except OSError:
        raise DomainError("registry.log_key_missing", status=500, name=path.name) from None
    except (ValueError, TypeError):
        raise DomainError("registry.log_key_locked", status=500, name=path.name) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise DomainError("registry.log_key_locked", status=500, name=path.name)
    return key


def sign_text(key_reference: str, key_id: str, text: str) -> str:
    """Return the signature (DER in base64) of this key. Raises `DomainError` when its file is missing, locked or another's."""
    key = _load(settings.SIGNING_KEY_DIR / key_reference, settings.SIGNING_PASSPHRASE)
    if key_id_of(key.public_key()) != key_id:
        raise DomainError("registry.log_key_differs", status=500, name=key_reference)
    return base64.b64encode(key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))).decode()
