"""What somebody does in a package: she opens it, it reports, she says that she has worked through it."""

from datetime import datetime

from django.db import transaction

from courses.packages.models import Package, Practice
from courses.packages.rules.kinds import Kind, Standing
from courses.packages.rules.report import read_report
from lms.accounts.models import User
from lms.core.errors import DomainError


@transaction.atomic
def begin_practice(package: Package, *, user: User, now: datetime) -> Practice:
    """Open the package anew for this person: the device that opened it before may report no more."""
    practice = _of(package, user, now)
    practice.sitting += 1
    practice.seq = 0
    practice.save(update_fields=["sitting", "seq"])
    return practice


def _of(package: Package, user: User, now: datetime) -> Practice:
    rows = Practice.objects.select_for_update()
    practice, _created = rows.get_or_create(user=user, package=package, defaults={"begun_at": now})
    return practice


@transaction.atomic
def save_report(practice: Practice, *, sitting: int, seq: int, data: object, now: datetime) -> Practice:
    """Keep what the package reports. A report that comes twice, or after a later one, changes nothing. Two queries.

    Raises `DomainError` "packages.opened_elsewhere" (409) for a sitting that is over, and (422) those of `read_report`.
    """
    row = Practice.objects.select_for_update().select_related("package").get(pk=practice.pk)
    if sitting != row.sitting:
        raise DomainError("packages.opened_elsewhere")
    if seq <= row.seq:
        return row
    report = read_report(Kind(row.package.kind), data)
    row.seq, row.data, row.saved_at = seq, report.data, now
    row.standing, row.score = report.standing.value, report.score
    if row.has_reported_done and row.done_at is None:
        row.done_at = now
    row.save(update_fields=["seq", "data", "saved_at", "standing", "score", "done_at"])
    return row


@transaction.atomic
def mark_done(package: Package, *, user: User, now: datetime) -> Practice:
    """The person says that she has worked through it, on the screen or in words; the first moment stays."""
    practice = _of(package, user, now)
    if practice.done_at is None:
        practice.done_at = now
        if not practice.has_reported_done:
            practice.standing = Standing.COMPLETED.value
        practice.save(update_fields=["done_at", "standing"])
    return practice
