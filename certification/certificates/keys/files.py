"""Keys in PKCS#12 files, encrypted with the passphrase of this installation."""

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from django.conf import settings

from certification.certificates.envelope import smaller_s
from certification.certificates.rules.keys import RSA_BITS, Algorithm
from lms.core.errors import DomainError

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\.p12")


@dataclass(frozen=True)
class KeyFile:
    """What a file holds. A key that was made here has no certificate yet; it comes later and stands in the register."""

    private_key: PrivateKey
    certificate: x509.Certificate | None
    chain: tuple[x509.Certificate, ...]


def new_private_key(algorithm: Algorithm) -> PrivateKey:
    """Return a fresh private key. Raises `DomainError` `certificates.algorithm_not_here` for what no file can hold."""
    if algorithm is Algorithm.ECDSA_P256:
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm in RSA_BITS:
        return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS[algorithm])
    raise DomainError("certificates.algorithm_not_here", status=422, algorithm=algorithm.value)


def public_bytes(key: PrivateKey) -> bytes:
    """Return the SubjectPublicKeyInfo in DER."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign_digest(key: PrivateKey, digest: bytes) -> bytes:
    """Return the signature over a SHA-256 digest (32 bytes): ECDSA in DER with the smaller s, or RSA PKCS #1 v1.5."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, PKCS1v15(), Prehashed(hashes.SHA256()))
    return smaller_s(key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))


def write_key_file(name: str, key: PrivateKey, *, label: str) -> None:
    """Keep the key under a file name that is still free, complete or not at all, readable for its owner only.

    Raises `DomainError` `certificates.passphrase_missing` and `FileExistsError`.
    """
    if not settings.SIGNING_PASSPHRASE:
        raise DomainError("certificates.passphrase_missing", status=500)
    box = serialization.BestAvailableEncryption(settings.SIGNING_PASSPHRASE.encode())
    data = pkcs12.serialize_key_and_certificates(label.encode(), key, None, None, box)
    write_once(settings.SIGNING_KEY_DIR / name, data, mode=0o600)


def write_once(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file that is complete or absent and replaces none. Raises `FileExistsError`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def destroy_key_file(name: str) -> None:
    """Remove the file of a key that never came into a register."""
    (settings.SIGNING_KEY_DIR / name).unlink(missing_ok=True)


def open_key_file(name: str) -> KeyFile:
    """Return what the file holds, kept in memory until the file changes or goes.

    Raises `DomainError` `certificates.key_missing`, or `certificates.key_locked` for a wrong passphrase.
    """
    path = settings.SIGNING_KEY_DIR / name
    try:
        written = path.stat().st_mtime_ns
    except OSError:
        raise DomainError("certificates.key_missing", status=500, name=name) from None
    return _open(path, settings.SIGNING_PASSPHRASE, written)


@lru_cache(maxsize=32)
def _open(path: Path, passphrase: str, written: int) -> KeyFile:
    try:
        data = path.read_bytes()
    except OSError:
        raise DomainError("certificates.key_missing", status=500, name=path.name) from None
    return unpack(data, passphrase, name=path.name)


def unpack(data: bytes, passphrase: str, *, name: str) -> KeyFile:
    """Return what a PKCS#12 file holds; raises as `open_key_file` does."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, passphrase.encode())
    except ValueError:
        raise DomainError("certificates.key_locked", status=500, name=name) from None
    if not isinstance(key, PrivateKey):
        raise DomainError("certificates.key_missing", status=500, name=name)
    return KeyFile(key, certificate, tuple(chain))
