"""The proof on a credential: Data Integrity `ecdsa-rdfc-2019` with P-256, a JWT envelope with RSA.

Sources: W3C Data Integrity ECDSA Cryptosuites 1.0, 3.2 (ecdsa-rdfc-2019); W3C Securing Verifiable Credentials using
JOSE and COSE, 3.1; RFC 7515. Data Integrity names no suite for RSA.
"""

import datetime
import hashlib
import json
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature

from certification.certificates.credential.canonical import CONTEXTS, canonical_text, json_bytes
from certification.certificates.credential.encodings import base58btc, base64url, from_base58btc, from_base64url
from certification.certificates.credential.public_keys import PublicKey, key_of

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
SUITE = "ecdsa-rdfc-2019"
ENVELOPE = "EnvelopedVerifiableCredential"
JWT_DATA = "data:application/vc+jwt,"


class Signer(Protocol):
    """A key in memory, in a token or at a provider; `keys.loading.DigestSigner` is one."""

    @property
    def certificate(self) -> x509.Certificate: ...

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature over a SHA-256 digest: ECDSA in DER, or RSA PKCS #1 v1.5."""
        ...


def raw_signature(der: bytes) -> bytes:
    """Return r and s, 32 bytes each, with the smaller of the two valid s."""
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")


def verifies(public_key: EllipticCurvePublicKey, *, digest: bytes, raw: bytes) -> bool:
    """Tell whether `raw` (64 bytes, the smaller s) is this key's signature over the SHA-256 digest."""
    if len(raw) != 64:
        return False
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    if s > P256_ORDER // 2:
        return False
    try:
        public_key.verify(encode_dss_signature(r, s), digest, ECDSA(Prehashed(hashes.SHA256())))
    except InvalidSignature:
        return False
    return True


def secure(document: dict[str, Any], *, method: str, signer: Signer, at: datetime.datetime) -> dict[str, Any]:
    """Return the document with a proof in it (P-256), or enveloped in a JWT (RSA).

    `method` names the key, `at` is the moment of signing. Raises `ValueError` for what the vocabulary does not know.
    """
    if key_of(signer.certificate).algorithm == "RS256":
        return _enveloped(document, method=method, signer=signer, at=at)
    options = {
        "type": "DataIntegrityProof",
        "created": moment(at),
        "verificationMethod": method,
        "cryptosuite": SUITE,
        "proofPurpose": "assertionMethod",
    }
    signature = raw_signature(signer.sign_digest(_digest(document, options)))
    return document | {"proof": options | {"proofValue": base58btc(signature)}}


def proof_holds(secured: dict[str, Any], public_key: PublicKey) -> bool:
    """Tell whether a credential or status list of ours is proved by this key, whatever form its proof has.

    Whose key it is, and whether it was in force, has to be asked apart. Never raises.
    """
    try:
        if secured.get("type") == ENVELOPE:
            return isinstance(public_key, RSAPublicKey) and _jwt_holds(secured, public_key)
        if not isinstance(public_key, EllipticCurvePublicKey) or secured["@context"] != CONTEXTS[: len(secured["@context"])]:
            return False
        options = dict(secured["proof"])
        raw = from_base58btc(options.pop("proofValue"))
        named = options["type"], options["cryptosuite"], options["proofPurpose"]
        if named != ("DataIntegrityProof", SUITE, "assertionMethod"):
            return False
        document = {term: value for term, value in secured.items() if term != "proof"}
        return verifies(public_key, digest=_digest(document, options), raw=raw)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def opened(secured: dict[str, Any]) -> dict[str, Any]:
    """Return the credential itself, taken out of its envelope if it has one; proves nothing.

    Raises `ValueError` when the envelope holds none.
    """
    if secured.get("type") != ENVELOPE:
        return secured
    return _object(from_base64url(_jwt_parts(secured)[1]))


def moment(at: datetime.datetime) -> str:
    """Return an aware moment in UTC to the second: `2026-09-21T01:30:00Z`."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _digest(document: dict[str, Any], options: dict[str, str]) -> bytes:
    """Return the SHA-256 of both hashes. Source: Data Integrity ECDSA Cryptosuites 3.2.4 (hashing)."""
    proof_hash = hashlib.sha256(canonical_text(options).encode()).digest()
    document_hash = hashlib.sha256(canonical_text(document).encode()).digest()
    return hashlib.sha256(proof_hash + document_hash).digest()


def _enveloped(document: dict[str, Any], *, method: str, signer: Signer, at: datetime.datetime) -> dict[str, Any]:
    canonical_text(document)  # refuses what the other form of proof would refuse
    header = {"alg": "RS256", "typ": "vc+jwt", "cty": "vc", "kid": method, "iat": int(at.timestamp())}
    signed = f"{base64url(json_bytes(header))}.{base64url(json_bytes(document))}"
    signature = signer.sign_digest(hashlib.sha256(signed.encode()).digest())
    return {"@context": CONTEXTS[:1], "id": f"{JWT_DATA}{signed}.{base64url(signature)}", "type": ENVELOPE}


def _jwt_parts(secured: dict[str, Any]) -> list[str]:
    name = secured["id"]
    if not isinstance(name, str) or not name.startswith(JWT_DATA) or name.count(".") != 2:
        raise ValueError("not a credential in a JWT")
    return name.removeprefix(JWT_DATA).split(".")


def _jwt_holds(secured: dict[str, Any], public_key: RSAPublicKey) -> bool:
    header, payload, signature = _jwt_parts(secured)
    head = _object(from_base64url(header))
    if secured.keys() != {"@context", "id", "type"} or (head.get("alg"), head.get("typ")) != ("RS256", "vc+jwt"):
        return False
    try:
        public_key.verify(from_base64url(signature), f"{header}.{payload}".encode(), PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _object(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found
