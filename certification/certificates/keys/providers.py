"""What a licensed certification authority or e-seal service must be able to do, and a key that lies with one.

An adapter is a class named in `SEAL_PROVIDERS`; `http_provider` is the worked one. A provider keeps the private key
and its certificate; we send digests, never documents. Nothing it answers is used before it was verified.

A body uses such a provider where 电子签名法 Art. 16 asks for a licensed service, or where rules ask for SM2.
"""

import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from cryptography import x509
from django.conf import settings
from django.utils.module_loading import import_string

from certification.certificates.envelope import smaller_s
from certification.certificates.keys.certified import Certified
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.keys.verifying import holds
from certification.certificates.rules.keys import FOR_PDF, Algorithm
from lms.core.errors import DomainError

HTTP_ADAPTER = "certification.certificates.keys.http_provider.HttpSealProvider"


@dataclass(frozen=True)
class RemoteKey:
    """What a provider tells of a key. `chain` goes from the issuer of the certificate up to, and with, the root."""

    key_id: str
    algorithm: Algorithm
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    enabled: bool


class SealProvider(Protocol):
    """A service that signs digests with keys that never leave it. Safe to call from many threads.

    Every method raises `SignerUnavailable`: `certificates.provider_unreachable` after a bounded number of tries,
    `certificates.provider_refused` or `certificates.provider_answer_wrong`.
    """

    name: str

    def health(self) -> str:
        """Return the name and version by which the service calls itself."""
        ...

    def list_keys(self) -> list[str]:
        """Return the ids of the keys that this client may use."""
        ...

    def key(self, key_id: str) -> RemoteKey:
        """Return what the provider tells of the key."""
        ...

    def sign_digest(self, key_id: str, digest: bytes, *, algorithm: Algorithm, idempotency_key: str) -> bytes:
        """Return the signature over 32 bytes: a SHA-256 digest, for SM2 the value SM3(Z‖M).

        ECDSA and SM2 in DER, RSA by PKCS #1 v1.5. The same `idempotency_key` asks for the same signature once more and
        never for a second one.
        """
        ...


@dataclass(frozen=True)
class ProviderKey(Certified):
    """A key at a provider. Each signature is verified when it comes, so that a wrong or old answer is used by nobody."""

    provider: SealProvider
    key_id: str
    algorithm: Algorithm

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest (32 bytes), as `DigestSigner` says."""
        if self.algorithm not in FOR_PDF:
            raise DomainError("certificates.algorithm_not_for_pdf", algorithm=self.algorithm.value)
        signature = self.raw_signature(digest)
        return smaller_s(signature) if self.algorithm is Algorithm.ECDSA_P256 else signature

    def raw_signature(self, digest: bytes) -> bytes:
        """Return the provider's signature over 32 bytes after verifying it, in the provider's own spelling."""
        signature = self.provider.sign_digest(
            self.key_id, digest, algorithm=self.algorithm, idempotency_key=secrets.token_urlsafe(24)
        )
        if not holds(self.certificate, signature, digest):
            raise SignerUnavailable(
                "certificates.provider_answer_wrong", status=502, provider=self.provider.name, reason="signature"
            )
        return signature


def reference_to(provider: str, key_id: str) -> str:
    """Return how a key at a provider stands in the register."""
    return f"{provider}:{key_id}"


def split_reference(reference: str) -> tuple[str, str]:
    """Return provider and key id."""
    provider, _colon, key_id = reference.partition(":")
    return provider, key_id


def provider_named(name: str) -> SealProvider:
    """Return the provider of that name in `SEAL_PROVIDERS`. Raises `DomainError` `certificates.provider_unknown`."""
    options = settings.SEAL_PROVIDERS.get(name)
    if options is None:
        raise DomainError("certificates.provider_unknown", status=500, provider=name)
    return _made(name, tuple(sorted(options.items())), os.getpid())


@lru_cache(maxsize=16)
def _made(name: str, options: tuple[tuple[str, object], ...], process: int) -> SealProvider:
    """Make the adapter once per process: its connections must not be shared with a forked child."""
    values = dict(options)
    adapter = import_string(str(values.pop("adapter", HTTP_ADAPTER)))
    provider: SealProvider = adapter(name=name, **values)
    return provider
