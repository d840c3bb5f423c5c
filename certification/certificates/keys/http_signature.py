"""Requests and answers that prove who sent them and that nothing was changed: HTTP Message Signatures with HMAC-SHA-256.

A fixed set of components, nothing negotiated. The answer carries the nonce of its question, so that an old one that
somebody plays back answers nothing. Sources: RFC 9421 (2.3, 2.5, 3.3.3), RFC 9530 (Content-Digest).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

ALLOWED_SKEW_SECONDS = 300
LABEL = "funeng"
OF_REQUEST = ("@method", "@path", "content-digest", "idempotency-key")
OF_ANSWER = ("@status", "content-digest")
PARAMETERS = re.compile(r';created=(\d{1,12});nonce="([A-Za-z0-9_-]{16,64})";keyid="([A-Za-z0-9._-]{1,64})";alg="hmac-sha256"')


@dataclass(frozen=True)
class Seal:
    """What stands beside a signature: when (seconds since 1970), for which question, whose secret."""

    created: int
    nonce: str
    key_id: str

    def parameters(self, components: tuple[str, ...]) -> str:
        """Return the signature parameters as they are signed and sent."""
        names = " ".join(f'"{name}"' for name in components)
        return f'({names});created={self.created};nonce="{self.nonce}";keyid="{self.key_id}";alg="hmac-sha256"'


def content_digest(body: bytes) -> str:
    """Return the value of the Content-Digest header."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _signature(secret: str, values: Mapping[str, str], seal: Seal) -> str:
    components = tuple(values)
    lines = [f'"{name}": {value}' for name, value in values.items()]
    base = "\n".join([*lines, f'"@signature-params": {seal.parameters(components)}'])
    return base64.b64encode(hmac.digest(secret.encode(), base.encode(), "sha256")).decode()


def _headers(secret: str, values: Mapping[str, str], seal: Seal) -> dict[str, str]:
    return {
        "Content-Digest": values["content-digest"],
        "Signature-Input": f"{LABEL}={seal.parameters(tuple(values))}",
        "Signature": f"{LABEL}=:{_signature(secret, values, seal)}:",
    }


def sign_request(secret: str, *, path: str, body: bytes, idempotency_key: str, seal: Seal) -> dict[str, str]:
    """Return the headers that go with a POST request."""
    values = _values_of_request(path, content_digest(body), idempotency_key)
    return _headers(secret, values, seal) | {"Idempotency-Key": idempotency_key}


def sign_answer(secret: str, *, status: int, body: bytes, seal: Seal) -> dict[str, str]:
    """Return the headers that go with an answer; `seal` bears the nonce of the question."""
    return _headers(secret, _values_of_answer(status, content_digest(body)), seal)


def _values_of_request(path: str, digest: str, idempotency_key: str) -> dict[str, str]:
    return dict(zip(OF_REQUEST, ("POST", path, digest, idempotency_key), strict=True))


def _values_of_answer(status: int, digest: str) -> dict[str, str]:
    return dict(zip(OF_ANSWER, (str(status), digest), strict=True))


def check_request(secrets: Mapping[str, str], headers: Mapping[str, str], *, path: str, body: bytes, now: int) -> Seal:
    """Return the seal of a request that is whole and fresh. Raises `ValueError` with the reason otherwise.

    `secrets` maps key ids to secrets. That no nonce comes twice is for the caller to see to.
    """
    seal = _seal(headers, OF_REQUEST)
    if seal.key_id not in secrets:
        raise ValueError("unknown client")
    values = _values_of_request(path, _digest(headers, body), headers.get("Idempotency-Key") or "")
    _compare(secrets[seal.key_id], headers, values, seal, now=now)
    return seal


def check_answer(secret: str, headers: Mapping[str, str], *, status: int, body: bytes, question: Seal, now: int) -> None:
    """Raise `ValueError` with the reason unless the answer is whole, fresh and the answer to this question."""
    seal = _seal(headers, OF_ANSWER)
    if (seal.nonce, seal.key_id) != (question.nonce, question.key_id):
        raise ValueError("an answer to another question")
    _compare(secret, headers, _values_of_answer(status, _digest(headers, body)), seal, now=now)


def _seal(headers: Mapping[str, str], components: tuple[str, ...]) -> Seal:
    given = headers.get("Signature-Input") or ""
    names = " ".join(f'"{name}"' for name in components)
    prefix = f"{LABEL}=({names})"
    found = PARAMETERS.fullmatch(given.removeprefix(prefix)) if given.startswith(prefix) else None
    if found is None:
        raise ValueError("not signed")
    return Seal(int(found.group(1)), found.group(2), found.group(3))


def _digest(headers: Mapping[str, str], body: bytes) -> str:
    digest = content_digest(body)
    if not hmac.compare_digest(digest, headers.get("Content-Digest") or ""):
        raise ValueError("the content was changed")
    return digest


def _compare(secret: str, headers: Mapping[str, str], values: Mapping[str, str], seal: Seal, *, now: int) -> None:
    expected = f"{LABEL}=:{_signature(secret, values, seal)}:"
    if not hmac.compare_digest(expected.encode(), (headers.get("Signature") or "").encode()):
        raise ValueError("the signature does not fit")
    if abs(now - seal.created) > ALLOWED_SKEW_SECONDS:
        raise ValueError("too old, or one of the two clocks is wrong")
