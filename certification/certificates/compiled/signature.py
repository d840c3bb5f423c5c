"""The signature, written with the file: the ByteRange is known before the bytes are, and there is one revision only.

The CMS is `envelope`'s one form, the same as the reference engine's. Sources: ISO 32000-1 12.8.1 (ByteRange, Contents)
and 12.7.4.5, ETSI EN 319 142-1 5.2 and 6.3, RFC 3161 appendix A.
"""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from certification.certificates.compiled.objects import local_date, text_string
from certification.certificates.envelope import SET, contents_bytes, envelope, signed_attributes, tlv
from certification.certificates.keys.loading import DigestSigner, asn1_certificates, common_name
from lms.core.errors import DomainError

REASON, LOCATION = "颁发证书", "CN"
BYTE_RANGE_ROOM = 48
DIGEST_PLACEHOLDER = b"\xee" * 32

TimeStamp = Callable[[bytes], bytes]
"""From the SHA-256 of the signature's value (32 bytes) to the DER of the time-stamp token in its one form."""


@lru_cache(maxsize=64)
def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    (converted,) = asn1_certificates((certificate,))
    return converted


@lru_cache(maxsize=64)
def _attributes_around_digest(certificate: x509.Certificate) -> tuple[bytes, bytes]:
    """Return the signed attributes before and after the 32 bytes of the digest."""
    before, after = signed_attributes(_asn1(certificate), DIGEST_PLACEHOLDER).split(DIGEST_PLACEHOLDER)
    return before, after


def signed_message(digest: bytes, *, signer: DigestSigner, time_stamp: TimeStamp | None) -> bytes:
    """Return the CMS over a SHA-256 digest of the covered bytes. Raises what the signer or the time stamp service raises."""
    before, after = _attributes_around_digest(signer.certificate)
    attributes = before + digest + after
    signature = signer.sign_digest(hashlib.sha256(tlv(SET, attributes)).digest())
    token = time_stamp(hashlib.sha256(signature).digest()) if time_stamp is not None else None
    return envelope(_asn1(signer.certificate), attributes=attributes, signature=signature, time_stamp=token)


@dataclass(frozen=True)
class SignatureDictionary:
    """A signature dictionary that waits for its ByteRange and Contents; `opening` is all of it before /ByteRange."""

    opening: bytes
    room: int

    @classmethod
    def for_moment(cls, now: datetime.datetime, *, stamped: bool) -> "SignatureDictionary":
        """`now` becomes the claimed time of signing, /M; `stamped`: there must be room for a time stamp."""
        opening = b"<</Type /Sig/Filter /Adobe.PPKLite/SubFilter /ETSI.CAdES.detached/Reason %s/Location %s/M %s/ByteRange " % (
            text_string(REASON),
            text_string(LOCATION),
            local_date(now),
        )
        return cls(opening, 2 * contents_bytes(stamped=stamped))

    def byte_range(self, *, hole: int, after: int) -> bytes:
        """Return the array and `/Contents `; the hole begins at offset `hole` and `after` bytes follow it."""
        end = hole + self.room + 2
        return (b"[0 %d %d %d]" % (hole, end, after)).ljust(BYTE_RANGE_ROOM) + b"/Contents "

    @property
    def length_before_hole(self) -> int:
        return len(self.opening) + BYTE_RANGE_ROOM + len(b"/Contents ")

    def contents(self, message: bytes) -> bytes:
        """Return the hexadecimal string: capital digits, zeros to its end. Raises `DomainError` `certificates.signature_too_long`."""
        digits = message.hex().upper().encode()
        if len(digits) > self.room:
            raise DomainError("certificates.signature_too_long", status=500, size=len(message))
        return b"<%s>" % digits.ljust(self.room, b"0")


def refuse_key_not_in_force(signer: DigestSigner, now: datetime.datetime) -> None:
    """Raise `DomainError` `certificates.key_not_in_force` unless the signer's certificate holds at `now`."""
    if not signer.certificate.not_valid_before_utc <= now <= signer.certificate.not_valid_after_utc:
        raise DomainError("certificates.key_not_in_force", name=common_name(signer.certificate))
