"""What waits in a body's registers: my own declaration, filings and cards that end soon."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.bodies.access import bodies_kept_by, filings_kept_by
from certification.bodies.models import StaffCard
from certification.bodies.selectors.register import ending_soon
from lms.core.queues import QueueRow

PAPERS = gettext_lazy("Papers and register of the body")
FILING_DAYS, CARD_DAYS = 90, 30


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Filings and cards of my bodies that end soon. Two queries."""
    today = localdate(now)
    for filing in ending_soon(filings_kept_by(user), today=today, days=FILING_DAYS).order_by("valid_until", "pk")[:20]:
        yield QueueRow(
            queue=PAPERS,
            title=_("A filing ends: ask the authority for the next one"),
            detail=filing.record_number,
            url=filing.get_desk_url(),
            due=filing.valid_until,
            organisation=filing.organisation_id,
            seen_as=filing.valid_until.isoformat(),
        )
    cards = StaffCard.objects.standing().filter(organisation__in=bodies_kept_by(user))
    soon = ending_soon(cards, today=today, days=CARD_DAYS).aggregate(count=Count("pk"), first=Min("valid_until"))
    if soon["count"]:
        yield QueueRow(
            queue=PAPERS,
            title=_("Renew cards of the staff"),
            detail=ngettext("%(count)s card ends soon.", "%(count)s cards end soon.", soon["count"]) % {"count": soon["count"]},
            url=f"{reverse('bodies:register')}?show=ending",
            due=soon["first"],
            seen_as=f"{soon['count']} {soon['first']}",
        )
