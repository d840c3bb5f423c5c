"""Where the signatures of a file say they lie and what they cover, read from its bytes; nothing is unpacked.

Sources: ISO 32000-1 12.8.1 (ByteRange) and 12.8.3.3.1 (Contents).
"""

import re
from dataclasses import dataclass

from asn1crypto import cms, core

LENGTH_OCTET, INDEFINITE = 1, 0x80
"""Where the length begins behind a tag of one octet, as all of ours are, and what says that the end is marked instead."""
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
# What pyHanko writes: upper-case digits, then zeros up to the reserved room. Any other spelling was not ours.
OUR_CONTENTS = re.compile(rb"<([0-9A-F]*)>")
ANY_CONTENTS = re.compile(rb"<([0-9A-Fa-f\s]*)>")


@dataclass(frozen=True)
class Signature:
    """One ByteRange: the file's bytes up to `end`, without the hole from `before` to `after`."""

    before: int
    after: int
    end: int

    def fits(self, data: bytes) -> bool:
        """Tell whether such bytes exist."""
        return self.before < self.after <= self.end <= len(data)

    def covered(self, data: bytes) -> bytes:
        """Return the bytes that it signs."""
        return data[: self.before] + data[self.after : self.end]

    def hole(self, data: bytes) -> bytes:
        """Return the bytes that it leaves out."""
        return data[self.before : self.after]

    def raw(self, data: bytes) -> bytes:
        """Return what the hexadecimal digits in the hole spell, padding included; empty when they spell nothing."""
        found = ANY_CONTENTS.fullmatch(self.hole(data))
        try:
            return bytes.fromhex(found.group(1).decode("ascii")) if found else b""
        except ValueError:
            return b""

    def spelled_as_ours(self, data: bytes) -> bool:
        return OUR_CONTENTS.fullmatch(self.hole(data)) is not None


def signatures_in(data: bytes) -> list[Signature]:
    """Return every ByteRange in the order of the bytes. One that does not start at 0 fits nothing."""
    found = []
    for match in BYTE_RANGE.finditer(data):
        start, before, after, length = (int(part) for part in match.groups())
        found.append(Signature(before, after, after + length) if start == 0 else Signature(0, 0, 0))
    return found


def content_in(raw: bytes) -> tuple[bytes, cms.ContentInfo] | None:
    """Return the DER of the CMS in the hole and the CMS, if it is exactly one value followed by nothing but zeros."""
    try:
        info = cms.ContentInfo.load(raw)
        der = as_it_lies(info)
        if raw[len(der) :].strip(b"\0") or info["content_type"].native != "signed_data":
            return None
        return der, info
    except (ValueError, TypeError, KeyError):
        return None


def as_it_lies(value: core.Asn1Value) -> bytes:
    """Return the bytes of a value that was read and not changed.

    asn1crypto's `dump` takes every length whose last octet is 0x80 (128, 640, 1,408 …) for the indefinite one
    (wbond/asn1crypto#249) and writes the value anew, each level of it twice or three times: hours for a CMS that holds a
    time stamp. One file in some hundred has such a length by chance, a stranger's whenever he likes. Raises `ValueError`
    for a length that really is indefinite, which DER forbids (X.690, 10.1).
    """
    header: bytes = value._header
    if len(header) >= LENGTH_OCTET + 1 and header[LENGTH_OCTET] == INDEFINITE:
        raise ValueError("A length that is not definite")
    return bytes(header + value.contents + value._trailer)
