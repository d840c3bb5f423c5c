"""Opens a body's key from where it lies: a PKCS#12 file, a token with PKCS#11, or a licensed provider."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from certification.certificates.keys import token
from certification.certificates.keys.certified import Certified, asn1_certificates, chain_from, common_name, public_key_of
from certification.certificates.keys.files import PrivateKey, open_key_file, public_bytes, sign_digest
from certification.certificates.keys.providers import ProviderKey, provider_named, split_reference
from certification.certificates.keys.verifying import holds
from certification.certificates.models import SigningKey
from certification.certificates.rules.keys import FOR_PDF, Algorithm, Backend, KeyStatus
from lms.core.errors import DomainError

__all__ = ["DigestSigner", "LoadedKey", "TokenKey", "asn1_certificates", "common_name", "load_key", "open_key"]

TRIAL = hashlib.sha256(b"funeng: does this key belong to its certificate?").digest()


class DigestSigner(Protocol):
    """Whatever can sign for a body: a key in memory, one in a hardware token, one at a provider."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]: ...

    @property
    def roots(self) -> list[asn1_x509.Certificate]: ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest (32 bytes): ECDSA in DER with the smaller s, or RSA PKCS #1 v1.5.

        Safe to call from many threads. Raises `SignerUnavailable` when nobody can be signed for at the moment.
        """
        ...


@dataclass(frozen=True)
class LoadedKey:
    """A private key in memory with its certificate and the chain up to, and with, the root."""

    private_key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def roots(self) -> list[asn1_x509.Certificate]:
        """The issuer of the certificate, in the form that `validation` takes: trust is direct, no path is searched."""
        return Certified(self.certificate, self.chain).roots

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest (32 bytes): ECDSA in DER, with the smaller s, or RSA PKCS #1 v1.5."""
        return sign_digest(self.private_key, digest)


@dataclass(frozen=True)
class TokenKey(Certified):
    """A key that never leaves its token; this process keeps the session open."""

    address: token.TokenAddress
    algorithm: Algorithm

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest (32 bytes), as `DigestSigner` says."""
        return token.sign_digest(self.address, digest, algorithm=self.algorithm)


def load_key(signing_key: SigningKey) -> DigestSigner:
    """Return the key to sign with. Only the key in use is given out.

    Raises `DomainError` `certificates.key_not_in_use`, `certificates.key_differs` when the private key does not belong
    to the certificate on record, and what each kind of key raises when it cannot be opened: `files.open_key_file`,
    `token.sign_digest`, `providers.provider_named`.
    """
    if signing_key.state is not KeyStatus.ACTIVE:
        raise DomainError("certificates.key_not_in_use", name=signing_key.name)
    return open_key(signing_key)


def open_key(signing_key: SigningKey) -> DigestSigner:
    """Return the key, whether it is in use or not; raises as `load_key` does otherwise."""
    algorithm = Algorithm(signing_key.algorithm)
    if algorithm not in FOR_PDF:
        raise DomainError("certificates.algorithm_not_for_pdf", algorithm=algorithm.value)
    certificate = x509.load_pem_x509_certificate(signing_key.certificate_pem.encode())
    chain = chain_from(signing_key.chain_pem)
    match Backend(signing_key.backend):
        case Backend.PKCS12:
            return _from_file(signing_key, certificate, chain)
        case Backend.PKCS11:
            address = token.TokenAddress.parse(signing_key.key_reference)
            return _proven(TokenKey(certificate, chain, address, algorithm), signing_key)
        case Backend.PROVIDER:
            name, key_id = split_reference(signing_key.key_reference)
            # Asked for nothing yet: each of its signatures is verified when it comes.
            return ProviderKey(certificate, chain, provider_named(name), key_id, algorithm)


def _from_file(signing_key: SigningKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> LoadedKey:
    file = open_key_file(signing_key.key_reference)
    if public_bytes(file.private_key) != public_key_of(certificate) or file.certificate not in (None, certificate):
        raise DomainError("certificates.key_differs", status=500, name=signing_key.name)
    return LoadedKey(file.private_key, certificate, chain)


_proven_keys: set[tuple[str, bytes]] = set()


def _proven(key: TokenKey, signing_key: SigningKey) -> TokenKey:
    """Let the token sign once per process, to see that its key is the certified one."""
    seen = (str(key.address), key.certificate.fingerprint(hashes.SHA256()))
    if seen not in _proven_keys:
        if not holds(key.certificate, key.sign_digest(TRIAL), TRIAL):
            raise DomainError("certificates.key_differs", status=500, name=signing_key.name)
        _proven_keys.add(seen)
    return key
