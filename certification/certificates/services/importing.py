"""Taking in numbers that the province's system handed out: the whole list, or nothing of it."""

import hashlib
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from certification.bodies.models import Filing
from certification.certificates.models import ImportedNumber, NumberImport, NumberSeries
from certification.certificates.number_lists import ListReport, known_already, read_number_list
from certification.certificates.services.number_ways import locked_filing
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

WRITTEN_AT_ONCE = 1000


@transaction.atomic
def import_numbers(filing: Filing, *, data: bytes, file_name: str, actor: User, now: datetime) -> NumberImport:
    """Store every number of the list for this filing, or none. Returns the import.

    `actor` is exam officer or head of the body. Raises `PermissionDenied`; `DomainError` `certificates.numbers_are_counted`
    for a filing that counts its own; 422 `certificates.list_not_sound` with how many lines are wrong; what
    `read_number_list` raises.
    """
    if not has_role(actor, filing.organisation_id, Role.EXAM_OFFICER, Role.HEAD):
        raise PermissionDenied
    filing = locked_filing(filing.pk)
    check_filing_imports(filing)
    report = read_number_list(data, filing=filing, today=timezone.localdate(now))
    # Whoever counts in one of these series, or imports into it, waits here; then what is known is looked at once more.
    _lock(report)
    wrong = len(report.findings) + len(known_already(report.numbers))
    if wrong or not report.numbers:
        raise DomainError("certificates.list_not_sound", status=422, count=wrong)
    source = NumberImport.objects.create(
        filing=filing,
        file_name=file_name[:200],
        file_sha256=hashlib.sha256(data).hexdigest(),
        count=len(report.numbers),
        imported_by=actor,
        imported_at=now,
    )
    rows = (ImportedNumber(source=source, number=str(number), prefix=number.series) for number in report.numbers)
    ImportedNumber.objects.bulk_create(rows, batch_size=WRITTEN_AT_ONCE)
    ledger.append(
        "certificates.numbers_imported",
        subject=source,
        actor=actor,
        now=now,
        filing=filing.record_number,
        file_sha256=source.file_sha256,
        series=report.series,
    )
    return source


def check_filing_imports(filing: Filing) -> None:
    """Raise `DomainError` `certificates.numbers_are_counted` for a filing whose numbers are counted here."""
    if filing.numbers != "import":
        raise DomainError("certificates.numbers_are_counted")


def _lock(report: ListReport) -> None:
    """Lock the series of the list's numbers until the transaction ends, always in the same order."""
    for prefix in report.series:
        NumberSeries.objects.get_or_create(prefix=prefix)
    # Evaluated for its lock.
    list(NumberSeries.objects.select_for_update().filter(prefix__in=list(report.series)).order_by("prefix"))
