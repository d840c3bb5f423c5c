"""A public key as machines write it down: JWK, its thumbprint, Multikey."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certification.certificates.credential.encodings import base58btc, base64url

# The multicodec `p256-pub` (0x1200) as varint. Source: W3C Controlled Identifiers 2.2.2 (Multikey).
P256_PREFIX = b"\x80\x24"
KEY_ID_BYTES = 8

PublicKey = EllipticCurvePublicKey | RSAPublicKey


@dataclass(frozen=True)
class WrittenKey:
    """One key in the forms that machines take; `multikey` is None for RSA, which Multikey does not know."""

    public_key: PublicKey
    jwk: dict[str, str]
    thumbprint: str
    key_id: bytes
    multikey: str | None

    @property
    def algorithm(self) -> str:
        """The name of RFC 7518 for what this key signs with."""
        return self.jwk["alg"]


def write_key(public_key: object) -> WrittenKey:
    """Return the key in all its forms; raises `ValueError` for any other key than ECDSA P-256 and RSA.

    The thumbprint is the SHA-256 of RFC 7638 in base64url; the key id is its first eight bytes.
    """
    if isinstance(public_key, EllipticCurvePublicKey) and isinstance(public_key.curve, SECP256R1):
        numbers = public_key.public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        required = {"crv": "P-256", "kty": "EC", "x": base64url(x), "y": base64url(y)}
        point = public_key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return _written(public_key, required, algorithm="ES256", multikey=base58btc(P256_PREFIX + point))
    if isinstance(public_key, RSAPublicKey):
        rsa = public_key.public_numbers()
        required = {"e": _number(rsa.e), "kty": "RSA", "n": _number(rsa.n)}
        return _written(public_key, required, algorithm="RS256", multikey=None)
    raise ValueError("neither ECDSA P-256 nor RSA")


@lru_cache(maxsize=256)
def key_of(certificate: x509.Certificate) -> WrittenKey:
    """Return the key of a certificate; kept, since a batch asks for the same one ten thousand times.

    Raises `ValueError` for a key that no credential can be proved with, such as SM2.
    """
    try:
        public_key = certificate.public_key()
    except UnsupportedAlgorithm as error:
        raise ValueError("neither ECDSA P-256 nor RSA") from error
    return write_key(public_key)


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _written(public_key: PublicKey, required: dict[str, str], *, algorithm: str, multikey: str | None) -> WrittenKey:
    digest = hashlib.sha256(json.dumps(required, sort_keys=True, separators=(",", ":")).encode()).digest()
    thumbprint = base64url(digest)
    jwk = required | {"kid": thumbprint, "use": "sig", "alg": algorithm}
    return WrittenKey(public_key, jwk, thumbprint, digest[:KEY_ID_BYTES], multikey)
