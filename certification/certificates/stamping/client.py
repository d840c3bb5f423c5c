"""Asks a time-stamp service over HTTP. Source: RFC 3161 2.4 and 3.4.

The answer is believed only after it was checked: status, our nonce, our digest, the signature, and a certificate
for time stamps that a trusted one issued. A token that came through is in the one form of `envelope`.
"""

import contextlib
import http.client
import os
import secrets
import ssl
import threading
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509

from certification.certificates.envelope import one_form_of_stamp
from certification.certificates.signed_bytes import as_it_lies
from certification.certificates.stamping.tokens import Stamp, is_trusted, read_stamp, signature_holds
from lms.core.errors import DomainError

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
TIMEOUT_SECONDS = 10
LARGEST_REPLY_BYTES = 64 * 1024
GRANTED = ("granted", "granted_with_mods")


class Reply(core.Sequence):
    """TimeStampResp. asn1crypto 1.5 has one of its own that cannot be without a token, as a refusal is."""

    _fields = [("status", tsp.PKIStatusInfo), ("token", cms.ContentInfo, {"optional": True})]


class TimeStamper(Protocol):
    """Whoever can say that something existed now."""

    def token(self, digest: bytes) -> bytes:
        """Return an RFC 3161 token (DER ContentInfo, in our one form) over a SHA-256 digest (32 bytes).

        Safe to call from many threads. Raises `DomainError` `certificates.stamp_failed`.
        """
        ...


class HttpTimeStamper:
    """A time-stamp service at an address; each thread keeps one connection open.

    `roots` are the certificates whose direct issue is believed. With `expected`, only that certificate may stamp:
    the batch carries the proof that it was not revoked, and another one would be without.
    """

    def __init__(
        self,
        url: str,
        *,
        roots: Sequence[asn1_x509.Certificate],
        expected: asn1_x509.Certificate | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._address = urlsplit(url)
        if self._address.scheme not in ("http", "https") or not self._address.hostname:
            raise ValueError(f"Not an address of a time-stamp service: {url!r}")
        self._roots = list(roots)
        self._expected = expected.dump() if expected is not None else None
        self._timeout = timeout
        self._known: set[bytes] = set()
        self._local = threading.local()

    def token(self, digest: bytes) -> bytes:
        nonce = secrets.randbits(63) | 1
        query = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        ).dump()
        try:
            return self._believed(self._ask(query), digest=digest, nonce=nonce)
        except (OSError, http.client.HTTPException) as error:
            raise self._failure(f"{type(error).__name__}: {error}") from error
        except (ValueError, TypeError, KeyError) as error:
            raise self._failure(str(error)) from error

    def _failure(self, reason: str) -> DomainError:
        return DomainError("certificates.stamp_failed", status=503, service=self._address.hostname, reason=reason[:200])

    def _ask(self, query: bytes) -> bytes:
        """Return the body of the reply. A connection that the service closed meanwhile is opened once more."""
        kept = self._kept_connection()
        if kept is not None:
            # A service may close an idle connection at any moment; only the same question on a fresh one tells.
            with contextlib.suppress(ConnectionError, http.client.BadStatusLine, http.client.CannotSendRequest):
                return self._exchange(kept, query)
        return self._exchange(self._connect(), query)

    def _kept_connection(self) -> http.client.HTTPConnection | None:
        # After a fork the child must not speak on the parent's connection.
        if getattr(self._local, "process", None) != os.getpid():
            return None
        connection: http.client.HTTPConnection = self._local.connection
        return connection if connection.sock is not None else None

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._address.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout, context=context
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        self._local.connection, self._local.process = connection, os.getpid()
        return connection

    def _exchange(self, connection: http.client.HTTPConnection, query: bytes) -> bytes:
        try:
            connection.request("POST", _target(self._address), query, {"Content-Type": QUERY, "Accept": REPLY})
            reply = connection.getresponse()
            body = reply.read(LARGEST_REPLY_BYTES + 1)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        if reply.status != http.client.OK or len(body) > LARGEST_REPLY_BYTES or reply.headers.get_content_type() != REPLY:
            connection.close()
            raise ValueError(f"It answered with {reply.status}, {reply.headers.get_content_type()}, {len(body)} bytes")
        return body

    def _believed(self, reply: bytes, *, digest: bytes, nonce: int) -> bytes:
        """Return the token in the reply. Raises `ValueError` with the reason when it is not to be believed."""
        response = Reply.load(reply, strict=True)
        status = response["status"]["status"].native
        if status not in GRANTED:
            raise ValueError(f"It refused: {status}")
        token = one_form_of_stamp(as_it_lies(response["token"]))
        stamp = read_stamp(token)
        if (stamp.digest, stamp.digest_algorithm) != (digest, "sha256"):
            raise ValueError("It stamped something else")
        if stamp.nonce != nonce:
            raise ValueError("It answered another question")
        if not signature_holds(token):
            raise ValueError("Its signature does not hold")
        self._check_certificate(stamp)
        return token

    def _check_certificate(self, stamp: Stamp) -> None:
        certificate = stamp.certificate.dump()
        if self._expected is not None and certificate != self._expected:
            raise ValueError("It has changed its certificate; begin again with new material")
        if certificate in self._known and stamp.certificate.not_valid_before <= stamp.moment <= stamp.certificate.not_valid_after:
            return
        if not is_trusted(stamp.certificate, self._roots, moments=[stamp.moment]):
            raise ValueError("Its certificate is not trusted here")
        self._known.add(certificate)


def _target(address: SplitResult) -> str:
    path = address.path or "/"
    return f"{path}?{address.query}" if address.query else path
