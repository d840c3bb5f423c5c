"""Giving out numbers: consecutive ones from a locked series, or the next of a list that the province handed out."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from certification.bodies.models import Filing
from certification.certificates.models import ImportedNumber, NumberSeries, StatusPlaces
from certification.certificates.rules import LAST_SERIAL, Kind, format_number, own_series, with_serial
from lms.core.errors import DomainError
from lms.organisations.models import Organisation

SERIAL_DIGITS = 6


def take_numbers(filing: Filing, *, year: int, level: int, count: int, now: datetime) -> list[str]:
    """Return the next `count` numbers of body, site, year and level, in order, inside the caller's transaction.

    The series stays locked until that transaction ends, so that nothing is skipped when it fails (I32). A filing whose
    numbers the province hands out never counts: raises `DomainError` `certificates.numbers_run_out` when the imported
    ones do not suffice, `certificates.serials_exhausted` above 999999, and `certificates.serials_imported` rather than
    count into numbers that the province handed out.
    """
    first = _number(filing, year=year, level=level, serial=1)
    prefix = first[:-SERIAL_DIGITS]
    if filing.numbers == "import":
        return _take_imported(prefix, count=count, year=year, level=level, now=now)
    serials = _take_serials(prefix, count)
    if not serials:
        raise DomainError("certificates.serials_exhausted", year=year, level=level)
    _refuse_imported(filing, year=year, level=level, serials=serials)
    return [_number(filing, year=year, level=level, serial=serial) for serial in serials]


def take_own_numbers(kind: Kind, *, organisation: Organisation, year: int, count: int) -> list[str]:
    """Return the next `count` numbers of the house's own scheme for this kind, issuer and year. As `take_numbers`."""
    series = own_series(kind, issuer=organisation.pk, year=year)
    serials = _take_serials(series, count)
    if not serials:
        raise DomainError("certificates.serials_used_up", series=series)
    return [with_serial(series, serial) for serial in serials]


def take_status_places(organisation: Organisation, *, count: int) -> range:
    """Return the next `count` places (from 0) in the issuer's status list, inside the caller's transaction."""
    StatusPlaces.objects.get_or_create(organisation=organisation)
    places = StatusPlaces.objects.filter(organisation=organisation)
    places.update(taken=F("taken") + count)
    taken = places.get().taken
    return range(taken - count, taken)


def numbers_left(filing: Filing, *, year: int, level: int) -> int:
    """Return how many more numbers there are for this body, year and level."""
    prefix = _number(filing, year=year, level=level, serial=1)[:-SERIAL_DIGITS]
    if filing.numbers == "import":
        return ImportedNumber.objects.filter(prefix=prefix, used_at=None).count()
    return LAST_SERIAL - (NumberSeries.objects.filter(prefix=prefix).values_list("last", flat=True).first() or 0)


def _number(filing: Filing, *, year: int, level: int, serial: int) -> str:
    return format_number(
        type_letter=filing.type_letter,
        body_code=filing.body_code,
        province=filing.province,
        sequence=filing.sequence,
        year=year,
        level=level,
        serial=serial,
    )


def _refuse_imported(filing: Filing, *, year: int, level: int, serials: range) -> None:
    """Raise `DomainError` `certificates.serials_imported` when one of these was handed out by the province (I32).

    A filing may have changed from one way to the other, and two filings may bear the same codes.
    """
    first, last = (_number(filing, year=year, level=level, serial=serial) for serial in (serials[0], serials[-1]))
    met = ImportedNumber.objects.filter(prefix=first[:-SERIAL_DIGITS], number__gte=first, number__lte=last)
    if (number := met.values_list("number", flat=True).first()) is not None:
        raise DomainError("certificates.serials_imported", number=number)


def _take_serials(prefix: str, count: int) -> range:
    """Return `count` consecutive serials, or an empty range when there are not so many left."""
    NumberSeries.objects.get_or_create(prefix=prefix)
    series = NumberSeries.objects.filter(prefix=prefix)
    # The update locks the row until the transaction ends.
    if not series.filter(last__lte=LAST_SERIAL - count).update(last=F("last") + count):
        return range(0)
    last = series.get().last
    return range(last - count + 1, last + 1)


def _take_imported(prefix: str, *, count: int, year: int, level: int, now: datetime) -> list[str]:
    # One at a time per series, or two transactions would choose the same free numbers.
    NumberSeries.objects.get_or_create(prefix=prefix)
    NumberSeries.objects.select_for_update().get(prefix=prefix)
    free: Sequence[ImportedNumber] = list(ImportedNumber.objects.filter(prefix=prefix, used_at=None).order_by("number")[:count])
    if len(free) < count:
        raise DomainError("certificates.numbers_run_out", year=year, level=level, left=len(free), needed=count)
    ImportedNumber.objects.filter(pk__in=[row.pk for row in free]).update(used_at=now)
    return [row.number for row in free]
