"""The certificate number: 22 characters that say who issued what, when and as the how-manieth.

Source: 人社鉴发〔2019〕2号, as laid out in domain.md §6.2. The rule has no check digit.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from lms.core.errors import DomainError

LAST_SERIAL = 999_999

# Positions 1 | 2–5 | 6–7 | 8–13 | 14–15 | 16 | 17–22.
PATTERN = re.compile(
    r"(?P<type_letter>[YS])(?P<body_code>[0-9]{4})(?P<province>[0-9]{2})(?P<sequence>[0-9]{6})"
    r"(?P<year>[0-9]{2})(?P<level>[1-5])(?P<serial>[0-9]{6})"
)
# Numbers of other systems, met only as evidence of an earlier certificate. 特级技师 has a letter as level code.
TOLERANT = re.compile(r"[A-Z][0-9]{14}[0-9A-Z][0-9]{6}")
QUALIFICATION = re.compile(r"[0-9]{16}")
SHANGHAI = re.compile(r"(000)?[0-9]{13}")

FIELD_SHAPES = {
    "type_letter": re.compile(r"[YS]"),
    "body_code": re.compile(r"[0-9]{4}"),
    "province": re.compile(r"[0-9]{2}"),
    "sequence": re.compile(r"[0-9]{6}"),
}


class NumberKind(StrEnum):
    """Which system a certificate number belongs to, as far as its shape tells."""

    SKILL_LEVEL = "skill_level"
    SKILL_LEVEL_OTHER = "skill_level_other"
    QUALIFICATION = "qualification"
    SHANGHAI = "shanghai"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CertificateNumber:
    """The parts of a number; `str()` gives the 22 characters back."""

    type_letter: str
    body_code: str
    province: str
    sequence: str
    year: int
    level: int
    serial: int

    def __str__(self) -> str:
        return (
            f"{self.type_letter}{self.body_code}{self.province}{self.sequence}{self.year % 100:02d}{self.level}{self.serial:06d}"
        )

    @property
    def body(self) -> str:
        """The first 13 characters, which the authority assigned."""
        return str(self)[:13]


def format_number(*, type_letter: str, body_code: str, province: str, sequence: str, year: int, level: int, serial: int) -> str:
    """Return the 22-character number.

    `year` is the full year of issue, 2000–2099; `level` 5 (lowest) to 1; `serial` 1–999999. Raises
    `DomainError` 422 `certificates.bad_number_part` naming the part, and
    `certificates.serials_exhausted` above 999999. Source: domain.md §6.2, I32.
    """
    given = {"type_letter": type_letter, "body_code": body_code, "province": province, "sequence": sequence}
    for part, shape in FIELD_SHAPES.items():
        if not shape.fullmatch(given[part]):
            raise DomainError("certificates.bad_number_part", status=422, part=part, value=given[part])
    if not 2000 <= year <= 2099:
        raise DomainError("certificates.bad_number_part", status=422, part="year", value=year)
    if not 1 <= level <= 5:
        raise DomainError("certificates.bad_number_part", status=422, part="level", value=level)
    if serial > LAST_SERIAL:
        raise DomainError("certificates.serials_exhausted", year=year, level=level)
    if serial < 1:
        raise DomainError("certificates.bad_number_part", status=422, part="serial", value=serial)
    return str(CertificateNumber(**given, year=year, level=level, serial=serial))


def normalise_number(text: str) -> str:
    """Return what a person typed or pasted in the register's spelling: half-width, upper case, no gaps."""
    return re.sub(r"[\s\-‐-―·]+", "", unicodedata.normalize("NFKC", text)).upper()


def parse_number(text: str) -> CertificateNumber:
    """Return the parts of a 22-character number, the year as 2000–2099.

    Spaces, hyphens, full-width and lower-case characters are forgiven. Raises `DomainError` 422
    `certificates.bad_number` for anything else, serial 000000 included.
    """
    match = PATTERN.fullmatch(normalise_number(text))
    if match is None or match["serial"] == "000000":
        raise DomainError("certificates.bad_number", status=422)
    parts = match.groupdict()
    return CertificateNumber(
        type_letter=parts["type_letter"],
        body_code=parts["body_code"],
        province=parts["province"],
        sequence=parts["sequence"],
        year=2000 + int(parts["year"]),
        level=int(parts["level"]),
        serial=int(parts["serial"]),
    )


def recognise(text: str) -> NumberKind:
    """Tell which numbering system a certificate number of any origin looks like.

    Used where somebody enters an earlier certificate as evidence. `UNKNOWN` is no refusal: such a
    number is kept as opaque text. Source: domain.md §6.2, “legacy numbers”.
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
