"""Finding the numbers in a list that the province handed out, and what is wrong with each line."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice

from certification.bodies.models import Filing
from certification.certificates.models import Certificate, ImportedNumber, NumberSeries
from certification.certificates.rules import CertificateNumber, NumberKind, normalise_number, recognise
from certification.certificates.rules.numbers import check_listed
from lms.core.errors import DomainError
from lms.core.tables import Line, read_table

HEADINGS = ("证书编号", "证书号", "编号", "NUMBER", "CERTIFICATENUMBER")
ASKED_AT_ONCE = 500
LOOKED_AT = 20
"""How many lines may stand before the first number."""


@dataclass(frozen=True)
class Finding:
    """What is wrong with one line: its number in the file, what stands there (cut to 40 characters), and why not."""

    line: int
    text: str
    error: DomainError


@dataclass
class ListReport:
    """A list as it was read. It can be stored when `findings` is empty and `numbers` is not."""

    numbers: list[CertificateNumber] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return bool(self.numbers) and not self.findings

    @property
    def series(self) -> dict[str, int]:
        """The first 16 characters of the numbers, in order, each with how many of the list begin so."""
        counts: dict[str, int] = {}
        for number in self.numbers:
            counts[number.series] = counts.get(number.series, 0) + 1
        return dict(sorted(counts.items()))


def read_number_list(data: bytes, *, filing: Filing, today: date) -> ListReport:
    """Return every number of the list and every line that is no number of this filing.

    Numbers of this year and the next can be used: a certificate bears the year of its issue (I34). Raises what
    `read_table` raises, and `certificates.list_without_numbers` when no line looks like a number at all.
    """
    years = {year for year in (today.year, today.year + 1) if filing.valid_from.year <= year <= filing.valid_until.year}
    levels = set(filing.scopes.values_list("level", flat=True)) or {1, 2, 3, 4, 5}
    report = ListReport()
    lines_of: dict[str, int] = {}
    for line, text in _entries(read_table(data)):
        try:
            number = check_listed(text, body=filing.code, years=years, levels=levels)
            if (first := lines_of.get(str(number))) is not None:
                raise DomainError("certificates.listed_twice", status=422, first=first)
        except DomainError as error:
            report.findings.append(Finding(line, text[:40], error))
            continue
        lines_of[str(number)] = line
        report.numbers.append(number)
    known = known_already(report.numbers)
    report.findings += [Finding(lines_of[text], text, error) for text, error in known.items()]
    report.findings.sort(key=lambda finding: finding.line)
    report.numbers = [number for number in report.numbers if str(number) not in known]
    return report


def _entries(lines: Iterable[Line]) -> Iterator[tuple[int, str]]:
    """Yield line number and number text of each line below the heading, from the column that holds the numbers."""
    lines = iter(lines)
    looked_at = list(islice(lines, LOOKED_AT))
    found = _column(looked_at)
    if found is None:
        raise DomainError("certificates.list_without_numbers", status=422)
    column, begin = found
    for line in chain(looked_at[begin:], lines):
        yield line.number, line.cells[column] if column < len(line.cells) else ""


def _column(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Return which column holds the numbers and at which of these lines they begin; None when nothing looks like one."""
    for place, line in enumerate(lines):
        for column, cell in enumerate(line.cells):
            if normalise_number(cell) in HEADINGS:
                return column, place + 1
            if recognise(cell) is not NumberKind.UNKNOWN:
                return column, _first_with_digits(lines, column)
    return None


def _first_with_digits(lines: Sequence[Line], column: int) -> int:
    """Return the first line that is no heading: a mistyped number must be told, not taken for one."""
    cells = (line.cells[column] if column < len(line.cells) else "" for line in lines)
    return next(place for place, cell in enumerate(cells) if any(sign.isdigit() for sign in cell))


def known_already(numbers: Collection[CertificateNumber]) -> dict[str, DomainError]:
    """Return those that this house knows already, each with why it cannot come in again."""
    found: dict[str, DomainError] = {}
    texts = [str(number) for number in numbers]
    for start in range(0, len(texts), ASKED_AT_ONCE):
        asked = texts[start : start + ASKED_AT_ONCE]
        for text in ImportedNumber.objects.filter(number__in=asked).values_list("number", flat=True):
            found[text] = DomainError("certificates.listed_imported", status=422)
        for text in Certificate.objects.filter(number__in=asked).values_list("number", flat=True):
            found[text] = DomainError("certificates.listed_on_certificate", status=422)
    series = {number.series for number in numbers}
    given_out = dict(NumberSeries.objects.filter(prefix__in=series).values_list("prefix", "last"))
    for number in numbers:
        if number.serial <= given_out.get(number.series, 0):
            found.setdefault(str(number), DomainError("certificates.listed_given_out", status=422))
    return found
