"""Which words a body may print on a certificate of which kind (I38)."""

import re
import unicodedata

from certification.certificates.rules.kinds import Kind
from lms.core.errors import DomainError

LONGEST_ZH, LONGEST_EN = 60, 180
"""Two lines on the page."""
RESERVED = ("职业技能等级证书", "职业技能等级认定", "职业资格证书", "osta.org.cn", "vocational skill level")
"""Words of the skill-level certificate and of the state's qualifications. Source: domain.md §6.1, I38."""
OFFICIAL_NUMBER = re.compile(r"[YS][0-9]{21}", re.IGNORECASE)


def plain_line(text: str) -> str:
    """Return the text composed (NFC) on one line, gaps as single spaces.

    Raises `DomainError` 422 `certificates.wording_character` for a sign that shows nothing or turns the direction.
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    for sign in line:
        if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise DomainError("certificates.wording_character", status=422, sign=f"U+{ord(sign):04X}")
    return line


def check_wording(text: str, *, kind: Kind) -> str:
    """Return the text as one plain line that a certificate of this kind may say.

    Raises `DomainError` 422: `certificates.wording_character`; for every kind but the skill level
    `certificates.wording_reserved` naming the words, `certificates.wording_official_number`.
    """
    line = plain_line(text)
    if kind is Kind.SKILL_LEVEL:
        return line
    # Full-width letters, blanks and marks between the characters do not hide the words.
    bare = "".join(sign for sign in unicodedata.normalize("NFKC", line).casefold() if unicodedata.category(sign)[0] in "LN")
    for words in RESERVED:
        if "".join(sign for sign in words if sign.isalnum()) in bare:
            raise DomainError("certificates.wording_reserved", status=422, words=words)
    if OFFICIAL_NUMBER.search(bare):
        raise DomainError("certificates.wording_official_number", status=422)
    return line
