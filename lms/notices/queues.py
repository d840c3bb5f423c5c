"""What waits at the desk: people whom no message reached."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lms.core.queues import QueueRow
from lms.notices.access import told_by_offices
from lms.notices.models import Delivery
from lms.notices.rules import DeliveryStatus

UNREACHED = _("People not reached")


def desk(user: Any, now: datetime) -> Iterator[QueueRow]:
    """Yield one row when messages of the person's organisations were given up; one query."""
    count = Delivery.objects.filter(told_by_offices(user), status=DeliveryStatus.FAILED.value).count()
    if count:
        title = ngettext("%(count)s message did not arrive", "%(count)s messages did not arrive", count) % {"count": count}
        detail, url = str(_("Phone these people.")), reverse("notices:failures")
        yield QueueRow(queue=UNREACHED, title=title, detail=detail, url=url, seen_as=str(count))
