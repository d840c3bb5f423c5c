"""To which numbering system a certificate number belongs, as far as its shape tells.

Whoever applies names earlier certificates of any origin; only the 22-character rule is ours to give out
(`certificates.rules.numbers`). Source: domain.md §6.2, 人社鉴发〔2019〕2号; the older systems by their known shapes.
"""

import re
import unicodedata
from enum import StrEnum

# Positions 1 | 2–5 | 6–7 | 8–13 | 14–15 | 16 | 17–22.
PATTERN = re.compile(
    r"(?P<type_letter>[YS])(?P<body_code>[0-9]{4})(?P<province>[0-9]{2})(?P<sequence>[0-9]{6})"
    r"(?P<year>[0-9]{2})(?P<level>[1-5])(?P<serial>[0-9]{6})"
)
# 特级技师 has a letter as level code; other bodies' letters may follow.
TOLERANT = re.compile(r"[A-Z][0-9]{14}[0-9A-Z][0-9]{6}")
QUALIFICATION = re.compile(r"[0-9]{16}")
SHANGHAI = re.compile(r"(000)?[0-9]{13}")


class NumberKind(StrEnum):
    """Which system a certificate number looks like."""

    SKILL_LEVEL = "skill_level"
    SKILL_LEVEL_OTHER = "skill_level_other"
    QUALIFICATION = "qualification"
    SHANGHAI = "shanghai"
    UNKNOWN = "unknown"


def normalise_number(text: str) -> str:
    """Return what a person typed or pasted in the register's spelling: half-width, upper case, no gaps."""
    return re.sub(r"[\s\-‐-―·]+", "", unicodedata.normalize("NFKC", text)).upper()


def recognise(text: str) -> NumberKind:
    """Tell which numbering system a certificate number of any origin looks like.

    Used where somebody enters an earlier certificate as evidence. `UNKNOWN` is no refusal: such a
    number, such as the “RSN…” ones that circulate on the web, is kept as opaque text. Source: domain.md §6.2.
    """
    number = normalise_number(text)
    if PATTERN.fullmatch(number):
        return NumberKind.SKILL_LEVEL
    if TOLERANT.fullmatch(number):
        return NumberKind.SKILL_LEVEL_OTHER
    # Thirteen digits padded with 000 for the national look-up are sixteen; no province code is 00.
    if SHANGHAI.fullmatch(number):
        return NumberKind.SHANGHAI
    if QUALIFICATION.fullmatch(number):
        return NumberKind.QUALIFICATION
    return NumberKind.UNKNOWN


def stated_level(text: str) -> int | None:
    """Return the level that a 22-character number names, or None where the number does not say."""
    match = PATTERN.fullmatch(normalise_number(text))
    return int(match["level"]) if match else None


def stated_year(text: str) -> int | None:
    """Return the year of issue that a 22-character number names, 2000–2099, or None where it does not say."""
    match = PATTERN.fullmatch(normalise_number(text))
    return 2000 + int(match["year"]) if match else None
