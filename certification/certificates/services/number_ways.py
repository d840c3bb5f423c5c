"""Which way a filing gets its numbers: counted here, or handed out by the province. The body's head says so."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.bodies.models import NUMBER_CHOICES, Filing
from certification.certificates.selectors import open_lists_of
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

WAYS = frozenset(way for way, _label in NUMBER_CHOICES)


@transaction.atomic
def change_number_way(filing: Filing, *, way: str, actor: User, now: datetime) -> Filing:
    """Let the filing's next certificates be numbered that `way` ("allocate" or "import"); the same way changes nothing.

    `actor` is head of the body. Numbers that are out stay as they are, and no number is given twice: counting stops at a
    number that the province handed out, and a list with a counted number is not stored (I32). Raises `PermissionDenied`;
    `DomainError` 422 `certificates.number_way_unknown`, 409 `certificates.number_way_in_use` while a list is open.
    """
    if not has_role(actor, filing.organisation_id, Role.HEAD):
        raise PermissionDenied
    if way not in WAYS:
        raise DomainError("certificates.number_way_unknown", status=422)
    filing = locked_filing(filing.pk)
    if filing.numbers == way:
        return filing
    if (count := open_lists_of(filing).count()) > 0:
        raise DomainError("certificates.number_way_in_use", count=count)
    before, filing.numbers = filing.numbers, way
    filing.save(update_fields=["numbers"])
    ledger.append(
        "certificates.number_way_changed",
        subject=filing,
        actor=actor,
        now=now,
        filing=filing.record_number,
        before=before,
        after=way,
    )
    return filing


def locked_filing(pk: int) -> Filing:
    """Return the filing as it stands, locked until the caller's transaction ends.

    Whoever opens a list, imports numbers or changes the way holds it, so that none of them acts on what another changes.
    """
    return Filing.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
