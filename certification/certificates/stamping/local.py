"""A time-stamp service of our own, for demonstrations, tests and bodies without a network. Real tokens, RFC 3161.

What it says is worth as much as its clock and its certificate: the demonstration's is issued by the demonstration's
own root and named so.
"""

import datetime
import hashlib
import secrets
from collections.abc import Callable

from asn1crypto import tsp

from certification.certificates.envelope import (
    DIGESTS,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    SEQUENCE,
    SET,
    TST_INFO,
    VERSION_1,
    signed_attributes,
    stamp_envelope,
    tlv,
)
from certification.certificates.keys.loading import DigestSigner, asn1_certificates
from lms.core import clock

GENERALIZED_TIME = 0x18
# RFC 5612 keeps enterprise number 32473 for examples: 1.3.6.1.4.1.32473.1.
POLICY = bytes.fromhex("2b0601040181fd5901")
ACCURACY_ONE_SECOND = tlv(SEQUENCE, tlv(INTEGER, b"\x01"))
# PKIFailureInfo, a BIT STRING with one bit set: 0 and 5. RFC 3161 2.4.2.
BAD_ALGORITHM, BAD_DATA_FORMAT = bytes.fromhex("03020780"), bytes.fromhex("03020204")
DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}


class LocalTimeStamper:
    """Stamps with a key in this process, by the clock of this installation."""

    def __init__(self, key: DigestSigner, *, now: Callable[[], datetime.datetime] = clock.now) -> None:
        self._key = key
        self._now = now
        (self.certificate,) = asn1_certificates((key.certificate,))

    def token(self, digest: bytes) -> bytes:
        """Return a token over a SHA-256 digest (32 bytes), in our one form."""
        return self._stamp("sha256", digest)

    def _stamp(self, algorithm: str, digest: bytes, nonce: int | None = None) -> bytes:
        tst_info = tlv(
            SEQUENCE,
            VERSION_1,
            tlv(OBJECT_IDENTIFIER, POLICY),
            tlv(SEQUENCE, DIGESTS[algorithm], tlv(OCTET_STRING, digest)),
            _integer(secrets.randbits(120)),
            tlv(GENERALIZED_TIME, self._now().astimezone(datetime.UTC).strftime("%Y%m%d%H%M%SZ").encode()),
            ACCURACY_ONE_SECOND,
            _integer(nonce) if nonce is not None else b"",
        )
        attributes = signed_attributes(self.certificate, hashlib.sha256(tst_info).digest(), content_type=TST_INFO)
        signature = self._key.sign_digest(hashlib.sha256(tlv(SET, attributes)).digest())
        return stamp_envelope(self.certificate, tst_info=tst_info, attributes=attributes, signature=signature)

    def respond(self, query: bytes) -> bytes:
        """Return the TimeStampResp (DER) to a TimeStampReq; a bad question gets a rejection. RFC 3161 2.4.2."""
        try:
            asked = tsp.TimeStampReq.load(query, strict=True)
            imprint = asked["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            digest, nonce = imprint["hashed_message"].native, asked["nonce"].native
        except (ValueError, TypeError, KeyError):
            return _rejection(BAD_DATA_FORMAT)
        if algorithm not in DIGEST_BYTES:
            return _rejection(BAD_ALGORITHM)
        if len(digest) != DIGEST_BYTES[algorithm]:
            return _rejection(BAD_DATA_FORMAT)
        granted = tlv(SEQUENCE, tlv(INTEGER, b"\x00"))
        return tlv(SEQUENCE, granted, self._stamp(algorithm, digest, nonce))


def _integer(value: int) -> bytes:
    """Return a non-negative INTEGER in DER, or a negative one."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def _rejection(failure: bytes) -> bytes:
    """Return the TimeStampResp that says no: status 2 (rejection) and why, and no token."""
    return tlv(SEQUENCE, tlv(SEQUENCE, tlv(INTEGER, b"\x02"), failure))
