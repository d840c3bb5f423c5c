"""The certificate number: 22 characters that say who issued what, when and as the how-manieth.

Source: 人社鉴发〔2019〕2号, as laid out in domain.md §6.2. The rule has no check digit.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from certification.standards.rules.certificate_numbers import PATTERN, NumberKind, normalise_number, recognise
from lms.core.errors import DomainError

__all__ = [
    "LAST_SERIAL",
    "CertificateNumber",
    "NumberKind",
    "check_listed",
    "format_number",
    "normalise_number",
    "parse_number",
    "recognise",
]

LAST_SERIAL = 999_999

FIELD_SHAPES = {
    "type_letter": re.compile(r"[YS]"),
    "body_code": re.compile(r"[0-9]{4}"),
    "province": re.compile(r"[0-9]{2}"),
    "sequence": re.compile(r"[0-9]{6}"),
}


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

    @property
    def series(self) -> str:
        """The first 16 characters: body, site, year and level, within which serials count."""
        return str(self)[:16]


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


def check_listed(text: str, *, body: str, years: Collection[int], levels: Collection[int]) -> CertificateNumber:
    """Return the parts of one number of a list that the province handed out.

    `body`: the filing's thirteen characters; `years`: full years for which numbers can still be used; `levels`: what the
    filing covers. Raises `DomainError` 422 with a sentence for the line: `certificates.listed_no_number`,
    `…listed_other_system`, `…listed_other_body`, `…listed_year`, `…listed_level`. Source: domain.md §6.2, I32, I34.
    """
    try:
        number = parse_number(text)
    except DomainError:
        if recognise(text) in (NumberKind.SKILL_LEVEL_OTHER, NumberKind.QUALIFICATION, NumberKind.SHANGHAI):
            raise DomainError("certificates.listed_other_system", status=422) from None
        raise DomainError("certificates.listed_no_number", status=422) from None
    if number.body != body:
        raise DomainError("certificates.listed_other_body", status=422, body=number.body, own=body)
    if number.year not in years:
        raise DomainError("certificates.listed_year", status=422, year=number.year, years=sorted(years))
    if number.level not in levels:
        raise DomainError("certificates.listed_level", status=422, level=number.level)
    return number
