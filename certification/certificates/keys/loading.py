"""A body's private key in memory, opened once from where it lies."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder_data

from certification.certificates.envelope import smaller_s
from certification.certificates.models import SigningKey
from lms.core.errors import DomainError


class DigestSigner(Protocol):
    """Whatever can sign for a body: a key in memory, one in a hardware token, one at a provider."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]: ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest (32 bytes): ECDSA in DER with the smaller s, or RSA PKCS #1 v1.5."""
        ...


@dataclass(frozen=True)
class LoadedKey:
    """A private key in memory with its certificate and the chain up to, and with, the root."""

    private_key: EllipticCurvePrivateKey | RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def roots(self) -> list[asn1_x509.Certificate]:
        """The issuer of the certificate, in the form that `validation` takes: trust is direct, no path is searched."""
        return asn1_certificates(self.chain[:1] or (self.certificate,))

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest (32 bytes): ECDSA in DER, with the smaller s, or RSA PKCS #1 v1.5."""
        if isinstance(self.private_key, RSAPrivateKey):
            return self.private_key.sign(digest, PKCS1v15(), Prehashed(hashes.SHA256()))
        return smaller_s(self.private_key.sign(digest, ECDSA(Prehashed(hashes.SHA256()))))


def asn1_certificates(certificates: tuple[x509.Certificate, ...]) -> list[asn1_x509.Certificate]:
    """Return the certificates in the form that pyHanko takes."""
    if not certificates:
        return []
    pem = b"".join(item.public_bytes(serialization.Encoding.PEM) for item in certificates)
    return list(load_certs_from_pemder_data(pem))


@lru_cache(maxsize=32)
def _load(path: Path, passphrase: str) -> LoadedKey:
    try:
        data = path.read_bytes()
    except OSError:
        raise DomainError("certificates.key_missing", status=500, name=path.name) from None
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(data, passphrase.encode())
    except ValueError:
        raise DomainError("certificates.key_locked", status=500, name=path.name) from None
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey) or certificate is None:
        raise DomainError("certificates.key_missing", status=500, name=path.name)
    return LoadedKey(key, certificate, tuple(chain))


def load_key(signing_key: SigningKey) -> LoadedKey:
    """Return the key that the row refers to, kept in memory from then on.

    Raises `DomainError` `certificates.key_missing`, `certificates.key_locked` (wrong passphrase) or
    `certificates.key_differs` when the file holds another certificate than the register says.
    """
    key = _load(settings.SIGNING_KEY_DIR / signing_key.key_reference, settings.SIGNING_PASSPHRASE)
    if key.certificate.public_bytes(serialization.Encoding.PEM).decode().strip() != signing_key.certificate_pem.strip():
        raise DomainError("certificates.key_differs", status=500, name=signing_key.name)
    return key


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name, or all of the subject when it has none."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
