"""The kinds of certificate, their names and their number schemes.

Only a skill-level certificate carries the 22-character number and the words 职业技能等级证书 (I38).
"""

import re
from enum import StrEnum

from lms.core.errors import DomainError

LAST_SERIAL = 999_999


class Kind(StrEnum):
    """What is certified."""

    SKILL_LEVEL = "skill_level"
    COMPLETION = "completion"
    HOURS = "hours"
    CREDITS = "credits"
    ACHIEVEMENT = "achievement"


TITLES = {
    Kind.SKILL_LEVEL: {"zh": "职业技能等级证书", "en": "Certificate of Vocational Skill Level"},
    Kind.COMPLETION: {"zh": "培训结业证书", "en": "Certificate of Course Completion"},
    Kind.HOURS: {"zh": "培训学时证明", "en": "Statement of Class Hours"},
    Kind.CREDITS: {"zh": "继续教育学分证明", "en": "Statement of Continuing-Education Credits"},
    Kind.ACHIEVEMENT: {"zh": "专业能力证书", "en": "Certificate of Achievement"},
}
"""Printed as the title of each kind. Source: domain.md §6.1, "other documents, clearly different in name"."""

# Two letters: a number of these schemes can never read as one of the official pattern, which has one.
PREFIXES = {Kind.COMPLETION: "JY", Kind.HOURS: "XS", Kind.CREDITS: "XF", Kind.ACHIEVEMENT: "NL"}
OWN_NUMBER = re.compile(r"(?P<prefix>JY|XS|XF|NL)(?P<issuer>[0-9]{5})(?P<year>[0-9]{4})(?P<serial>[0-9]{6})")


def own_series(kind: Kind, *, issuer: int, year: int) -> str:
    """Return what the numbers of an issuer's year begin with: "JY000122026".

    `issuer` 1–99999 is the organisation's number in this installation. Raises `DomainError` 422
    `certificates.bad_number_part` outside it, and `ValueError` for a skill-level certificate.
    """
    if kind is Kind.SKILL_LEVEL:
        raise ValueError("A skill-level certificate has the official number.")
    if not 1 <= issuer <= 99_999:
        raise DomainError("certificates.bad_number_part", status=422, part="issuer", value=issuer)
    return f"{PREFIXES[kind]}{issuer:05d}{year:04d}"


def with_serial(series: str, serial: int) -> str:
    """Return the whole number; raises `DomainError` `certificates.serials_used_up` above 999999."""
    if not 1 <= serial <= LAST_SERIAL:
        raise DomainError("certificates.serials_used_up", series=series)
    return f"{series}{serial:06d}"
