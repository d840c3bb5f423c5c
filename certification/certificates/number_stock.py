"""How many numbers a filing has left, by year and level."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from certification.bodies.models import Filing
from certification.certificates.models import ImportedNumber, NumberSeries
from certification.certificates.rules import LAST_SERIAL, parse_number

LOW_STOCK = 50
"""A warning below it. Source: domain.md §5.6, low-stock warning of one body."""
AFTER_DIGITS = ":"
"""The character after "9": an upper bound for everything that begins with the same digits."""


@dataclass(frozen=True)
class Stock:
    """The numbers of one year and level: how many there are in all, given out, and free."""

    year: int
    level: int
    total: int
    used: int

    @property
    def free(self) -> int:
        return self.total - self.used

    @property
    def is_low(self) -> bool:
        return self.free < LOW_STOCK


def stock_of(filing: Filing) -> list[Stock]:
    """Return the stock of each year and level, newest year first, then the lowest level. One query.

    The prefix is the start of the unique number, whose index answers the range.
    """
    if filing.numbers == "import":
        counts = _imported([filing])
    else:
        series = NumberSeries.objects.filter(prefix__gte=filing.code, prefix__lt=filing.code + AFTER_DIGITS, last__gt=0)
        counts = [(prefix, LAST_SERIAL, last) for prefix, last in series.values_list("prefix", "last")]
    return _sorted(counts)


def imported_stock(filings: Sequence[Filing]) -> dict[str, list[Stock]]:
    """Return the stock of filings that import, by the filing's code. One query."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for row in _imported(filings):
        found.setdefault(row[0][:13], []).append(row)
    return {code: _sorted(rows) for code, rows in found.items()}


def _imported(filings: Sequence[Filing]) -> list[tuple[str, int, int]]:
    own = Q(pk__in=[])
    for filing in filings:
        own |= Q(number__gte=filing.code, number__lt=filing.code + AFTER_DIGITS)
    rows = ImportedNumber.objects.filter(own).order_by().values("prefix")
    counted = rows.annotate(total=Count("pk"), used=Count("pk", filter=Q(used_at__isnull=False)))
    return [(row["prefix"], row["total"], row["used"]) for row in counted]


def _sorted(counts: Sequence[tuple[str, int, int]]) -> list[Stock]:
    stocks = []
    for prefix, total, used in counts:
        number = parse_number(f"{prefix}000001")
        stocks.append(Stock(number.year, number.level, total, used))
    return sorted(stocks, key=lambda stock: (-stock.year, -stock.level))
