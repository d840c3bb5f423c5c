"""What the upload asks of officer and head."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.registry.upload.models import OPERATION_LABELS, UploadBatch
from certification.registry.upload.rules import Operation, UploadStatus
from certification.registry.upload.selectors import Backlog, backlog
from lms.core.errors import DomainError
from lms.core.queues import QueueRow
from lms.core.workdays import add_workdays
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

REPORT = gettext_lazy("Certificates to report")
RELEASE = gettext_lazy("Reports to release")
RECEIPT = gettext_lazy("Receipts to enter")
REPORT_DAYS = 5
"""Working days after the issue within which a body should report. House rule: the sources name no limit."""
RECEIPT_DAYS = 20
"""Working days after which a receipt is asked for. Source: domain.md §5.4, about twenty days until visible."""


def waiting(user: Any) -> Iterable[QueueRow]:
    """Yield a row for each filing and kind of data that is due, each list to release and each sheet without receipt.

    Nothing is asked of who is neither officer nor head. At most six queries.
    """
    organisations = organisations_where(user, Role.EXAM_OFFICER, Role.HEAD)
    keys = list(organisations.values_list("pk", flat=True))
    if not keys:
        return
    yield from map(_due, backlog(organisations))
    batches = UploadBatch.objects.select_related("filing", "prepared_by").filter(
        Q(status=UploadStatus.SUBMITTED.value, filing__organisation__in=keys)
        | Q(status=UploadStatus.DRAFT.value, filing__organisation__in=organisations_where(user, Role.HEAD))
        & ~Q(prepared_by=user.pk)
    )
    for batch in batches.order_by("pk"):
        yield _batch(batch)


def _due(row: Backlog) -> QueueRow:
    facts = {"count": row.count, "date": date_format(row.oldest)}
    texts = {
        Operation.ADD: ngettext(
            "%(count)s certificate is not reported yet, the oldest of %(date)s",
            "%(count)s certificates are not reported yet, the oldest of %(date)s",
            row.count,
        ),
        Operation.CORRECT: ngettext(
            "%(count)s corrected certificate is to be reported", "%(count)s corrected certificates are to be reported", row.count
        ),
        Operation.REVOKE: ngettext(
            "%(count)s revoked certificate is to be reported", "%(count)s revoked certificates are to be reported", row.count
        ),
    }
    address = urlencode({"filing": row.filing.pk, "operation": row.operation.value})
    return QueueRow(
        queue=REPORT,
        title=f"{row.filing.filed_name} · {OPERATION_LABELS[row.operation]}",
        detail=texts[row.operation] % facts,
        url=f"{reverse('registry:upload_new')}?{address}",
        due=_after(row.oldest, REPORT_DAYS),
        organisation=row.filing.organisation_id,
    )


def _batch(batch: UploadBatch) -> QueueRow:
    is_sent = batch.released_at is not None
    return QueueRow(
        queue=RECEIPT if is_sent else RELEASE,
        title=f"{batch.filing.filed_name} · {batch}",
        detail=_("%(count)s records, prepared by %(name)s") % {"count": batch.count, "name": batch.prepared_by.get_full_name()},
        url=reverse("registry:upload", args=[batch.pk]),
        due=_after(timezone.localdate(batch.released_at), RECEIPT_DAYS) if batch.released_at else batch.prepared_at,
        organisation=batch.filing.organisation_id,
    )


def _after(day: date, count: int) -> date:
    """Return the day so many working days later; by the plain week for a year whose holidays are not known yet."""
    try:
        return add_workdays(day, count)
    except DomainError:
        return day + timedelta(days=count * 7 // 5)
