"""The worked adapter: a provider reached by HTTPS, with paths and fields of the Cloud Signature Consortium's API.

Who asks is proven by a client certificate, by requests signed with a shared secret (`http_signature`), or by both. The
consortium's own way of activating a key per signature (SAD) is left out: that two people allowed the use of the key is
asked and recorded here, before the first digest is sent.

Source: CSC API v2, "info", "credentials/list", "credentials/info", "signatures/signHash"; OIDs: RFC 5758, RFC 8017,
GM/T 0006 (SM2 with SM3: 1.2.156.10197.1.501).
"""

import base64
import binascii
import contextlib
import http.client
import json
import os
import secrets
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509

from certification.certificates.keys.certified import algorithm_of
from certification.certificates.keys.errors import SignerUnavailable
from certification.certificates.keys.http_signature import Seal, check_answer, sign_request
from certification.certificates.keys.providers import RemoteKey
from certification.certificates.rules.keys import Algorithm
from lms.core.errors import DomainError

LARGEST_ANSWER_BYTES = 256 * 1024
WORTH_ANOTHER_TRY = frozenset({408, 429, 500, 502, 503, 504})
FIRST_PAUSE_SECONDS = 0.2
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SHA256_OID, SM3_OID = "2.16.840.1.101.3.4.2.1", "1.2.156.10197.1.401"
ECDSA_OID, RSA_OID, SM2_OID = "1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11", "1.2.156.10197.1.501"


def algorithm_oids(algorithm: Algorithm) -> tuple[str, str]:
    """Return the OIDs of signature algorithm and digest as the service wants them."""
    if algorithm is Algorithm.SM2:
        return SM2_OID, SM3_OID
    return (ECDSA_OID if algorithm is Algorithm.ECDSA_P256 else RSA_OID), SHA256_OID


class HttpSealProvider:
    """A `SealProvider` at an address; each thread keeps one connection open, and at most `concurrency` ask at once.

    `secret` and `client` sign the requests; `client_certificate` and `client_key` (PEM files) prove the client to the
    service, `authority` (PEM file) the service to us where no public authority does. `timeout` in seconds holds for
    each of `attempts` tries.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        client: str = "",
        secret: str = "",
        client_certificate: str = "",
        client_key: str = "",
        authority: str = "",
        timeout: float = 10,
        attempts: int = 3,
        concurrency: int = 4,
    ) -> None:
        address = urlsplit(url)
        if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
            raise ValueError(f"The provider {name} has to be reached by https: {url!r}")
        if not (client and secret) and not client_certificate:
            raise ValueError(f"The provider {name} needs a client and a secret, or a client certificate")
        self.name = name
        self._host, self._port = address.hostname or "", address.port
        self._base = address.path.rstrip("/") + "/csc/v2/"
        self._client, self._secret = client, secret
        self._tls = _tls(authority, client_certificate, client_key) if address.scheme == "https" else None
        self._timeout, self._attempts = timeout, max(1, attempts)
        self._free = threading.BoundedSemaphore(concurrency)
        self._local = threading.local()

    def health(self) -> str:
        """Return the name and version by which the service calls itself."""
        answer = self._ask("info", {})
        return f"{answer.get('name', '')} {answer.get('specs', '')}".strip()

    def list_keys(self) -> list[str]:
        """Return the ids of the keys that this client may use."""
        found = self._ask("credentials/list", {}).get("credentialIDs")
        if not isinstance(found, list):
            raise self._wrong("credentialIDs")
        return [str(item) for item in found]

    def key(self, key_id: str) -> RemoteKey:
        """Return what the provider tells of the key; the algorithm is read from the certificate itself."""
        answer = self._ask("credentials/info", {"credentialID": key_id, "certificates": "chain"})
        try:
            encoded = answer["cert"]["certificates"]
            certificate, *chain = (x509.load_der_x509_certificate(base64.b64decode(item, validate=True)) for item in encoded)
            enabled = answer["key"]["status"] == "enabled" and answer["cert"].get("status", "valid") == "valid"
        except (KeyError, TypeError, ValueError):
            raise self._wrong("certificates") from None
        algorithm = algorithm_of(certificate)
        if algorithm is None:
            raise DomainError("certificates.algorithm_unknown", status=422)
        return RemoteKey(key_id, algorithm, certificate, tuple(chain), enabled)

    def sign_digest(self, key_id: str, digest: bytes, *, algorithm: Algorithm, idempotency_key: str) -> bytes:
        """Return the signature over 32 bytes, as `SealProvider` says. Whether it holds is for the caller to verify."""
        signature_oid, digest_oid = algorithm_oids(algorithm)
        question = {
            "credentialID": key_id,
            "hashes": [base64.b64encode(digest).decode()],
            "hashAlgorithmOID": digest_oid,
            "signAlgo": signature_oid,
        }
        answer = self._ask("signatures/signHash", question, idempotency_key=idempotency_key)
        try:
            (signature,) = answer["signatures"]
            return base64.b64decode(signature, validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise self._wrong("signatures") from None

    def _wrong(self, reason: str) -> SignerUnavailable:
        # Whoever answers wrongly once is asked by nobody until somebody has looked into it.
        return SignerUnavailable("certificates.provider_answer_wrong", status=502, provider=self.name, reason=reason)

    def _ask(self, what: str, question: dict[str, Any], *, idempotency_key: str = "") -> dict[str, Any]:
        """Ask until there is an answer or the tries are used up; only what may pass by itself is tried again."""
        body = json.dumps(question, separators=(",", ":")).encode()
        key = idempotency_key or secrets.token_urlsafe(24)
        reason = ""
        for attempt in range(self._attempts):
            if attempt:
                time.sleep(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                with self._free:
                    status, answer = self._exchange(self._base + what, body, key)
            except (OSError, http.client.HTTPException) as error:
                reason = f"{type(error).__name__} {error}".strip()
                continue
            if status in WORTH_ANOTHER_TRY:
                reason = f"HTTP {status}"
                continue
            return self._read(status, answer)
        raise SignerUnavailable("certificates.provider_unreachable", provider=self.name, reason=reason[:200])

    def _read(self, status: int, answer: bytes) -> dict[str, Any]:
        try:
            found = json.loads(answer)
        except ValueError:
            found = None
        if status != http.client.OK:
            told = found.get("error_description") or found.get("error") if isinstance(found, dict) else None
            reason = str(told or f"HTTP {status}")[:200]
            raise SignerUnavailable("certificates.provider_refused", status=502, provider=self.name, reason=reason)
        if not isinstance(found, dict):
            raise self._wrong("JSON")
        return found

    def _exchange(self, path: str, body: bytes, idempotency_key: str) -> tuple[int, bytes]:
        """Send one question and return status and body; a connection that was closed meanwhile is opened once more."""
        kept: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        # A forked child must not speak on the parent's connection.
        if kept is not None and kept.sock is not None and self._local.process == os.getpid():
            # The service may close an idle connection at any moment. The idempotency key makes asking again safe.
            with contextlib.suppress(ConnectionError, http.client.BadStatusLine, http.client.CannotSendRequest):
                return self._exchange_on(kept, path, body, idempotency_key)
        return self._exchange_on(self._connect(), path, body, idempotency_key)

    def _connect(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection
        if self._tls is not None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout, context=self._tls)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        self._local.connection, self._local.process = connection, os.getpid()
        return connection

    def _exchange_on(
        self, connection: http.client.HTTPConnection, path: str, body: bytes, idempotency_key: str
    ) -> tuple[int, bytes]:
        seal = Seal(int(time.time()), secrets.token_urlsafe(24), self._client)
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": idempotency_key}
        if self._secret:
            headers |= sign_request(self._secret, path=path, body=body, idempotency_key=idempotency_key, seal=seal)
        try:
            connection.request("POST", path, body, headers)
            reply = connection.getresponse()
            answer = reply.read(LARGEST_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        if len(answer) > LARGEST_ANSWER_BYTES:
            connection.close()
            raise self._wrong("size")
        if self._secret and reply.status not in WORTH_ANOTHER_TRY:
            given = {name: reply.headers.get(name, "") for name in ("Signature-Input", "Signature", "Content-Digest")}
            try:
                check_answer(self._secret, given, status=reply.status, body=answer, question=seal, now=int(time.time()))
            except ValueError as error:
                connection.close()
                raise self._wrong(str(error)) from None
        return reply.status, answer


def _tls(authority: str, client_certificate: str, client_key: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client_certificate:
        context.load_cert_chain(client_certificate, client_key or None)
    return context
