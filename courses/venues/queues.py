"""Who comes today, for the desk of those who keep a venue."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courses.venues.access import venues_kept_by
from courses.venues.selectors import visitors_on
from lms.core.queues import QueueRow

VISITORS = _("Visitors today")


def desk(user: Any, now: datetime) -> Iterator[QueueRow]:
    """Yield one row for each of the person's venues that has visitors today; two queries, one where she keeps none."""
    venues = list(venues_kept_by(user))
    people = visitors_on(venues, timezone.localdate(now)) if venues else {}
    for venue in venues:
        if count := people.get(venue.pk, 0):
            title = ngettext("%(count)s visitor comes today", "%(count)s visitors come today", count) % {"count": count}
            yield QueueRow(
                queue=VISITORS,
                title=title,
                detail=venue.title,
                url=reverse("venues:day", args=[venue.pk]),
                organisation=venue.organisation_id,
                seen_as=f"{timezone.localdate(now)} {count}",
            )
