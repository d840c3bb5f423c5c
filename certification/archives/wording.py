"""Small pieces of text that volumes and the index share."""

import hashlib
import unicodedata

from certification.certificates.lettering import without_glyph

ALLOWED = "\n\t"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def printable(text: str) -> str:
    """Return the text so that every sign of it can be printed: what the typeface lacks stands there as its number.

    Somebody's objection with a picture sign in it must not keep a whole plan from being archived, nor lose the sign.
    """
    kept = "".join(sign for sign in text if sign in ALLOWED or unicodedata.category(sign)[0] != "C")
    for sign in without_glyph(kept):
        if not sign.isspace():
            kept = kept.replace(sign, f"[U+{ord(sign):04X}]")
    return kept
