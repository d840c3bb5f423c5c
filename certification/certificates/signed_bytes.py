"""Where the signatures of a file say they lie and what they cover, read from its bytes; nothing is unpacked.

Sources: ISO 32000-1 12.8.1 (ByteRange) and 12.8.3.3.1 (Contents).
"""

import re
from dataclasses import dataclass

from asn1crypto import cms

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
        der = bytes(info.dump())
        if raw[: len(der)] != der or raw[len(der) :].strip(b"\0") or info["content_type"].native != "signed_data":
            return None
        return der, info
    except (ValueError, TypeError, KeyError):
        return None
