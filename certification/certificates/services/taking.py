"""Which people of a list are in work, and with whom: several workers share one list, and a dead one loses nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from certification.certificates.models import IssueBatch, IssueItem
from certification.certificates.rules import BatchStatus, ItemStatus
from lms.core.errors import DomainError
from lms.core.messages import text_of

CHUNK = 50
LEASE = timedelta(minutes=5)
"""A worker that has not finished what it took by then is taken for dead."""


def take(batch: IssueBatch, worker: str) -> list[IssueItem]:
    """Take the next `CHUNK` people of the list for this worker, or nobody when the batch no longer runs."""
    if not IssueBatch.objects.filter(pk=batch.pk, status=BatchStatus.RUNNING.value).exists():
        return []
    with transaction.atomic():
        give_back(batch, older_than=timezone.now() - LEASE)
        waiting = (
            IssueItem.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(batch=batch, status=ItemStatus.WAITING.value)
            .order_by("pk")[:CHUNK]
        )
        pks = [item.pk for item in waiting]
        IssueItem.objects.filter(pk__in=pks).update(status=ItemStatus.TAKEN.value, taken_by=worker, taken_at=timezone.now())
    return list(IssueItem.objects.filter(pk__in=pks).select_related("holder", "statement").order_by("pk"))


def give_back(batch: IssueBatch, *, older_than: datetime | None = None) -> None:
    """Give back who was taken and has no number yet."""
    taken = batch.items.filter(status=ItemStatus.TAKEN.value, certificate=None)
    if older_than is not None:
        taken = taken.filter(taken_at__lt=older_than)
    taken.update(status=ItemStatus.WAITING.value, taken_by="", taken_at=None)


def fail(items: Iterable[IssueItem], error: DomainError) -> None:
    """Write down why these people got no certificate, in the site's own language; whoever resumes the list tries again."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = text_of(error)
    pks = [item.pk for item in items]
    IssueItem.objects.filter(pk__in=pks).update(status=ItemStatus.FAILED.value, reason=reason, taken_at=None)
