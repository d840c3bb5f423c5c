"""What a candidate needs on the exam day because of a disability; decided once for a person, used by paper, timer, seat and sheets."""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from certification.applications.models import NeedsRequest
from certification.applications.rules.accommodations import KINDS, Needs, NeedsStatus, minutes_with_extra
from certification.plans.models import Plan
from lms.core import clock

__all__ = ["NEED_LABELS", "Needs", "granted_after", "needs_in_words", "needs_of", "theory_minutes_of"]

NEED_LABELS = {
    "extra_time_percent": pgettext_lazy("accommodation", "Extra time in the theory exam"),
    "large_print": pgettext_lazy("accommodation", "Large print"),
    "screen_reader": pgettext_lazy("accommodation", "Screen reader"),
    "reader": gettext_lazy("Somebody who reads the paper aloud"),
    "sign_interpreter": gettext_lazy("Sign language interpreter"),
    "wheelchair_seat": gettext_lazy("Seat for a wheelchair"),
}


def needs_of(candidates: Collection[int], *, on: date | None = None) -> dict[int, Needs]:
    """Return what was granted to these people (keys: user ids); who needs nothing is left out. One query.

    The newest grant that holds on the day `on` (today, if not given) counts, whichever body gave it.
    """
    day = on or clock.today()
    granted = NeedsRequest.objects.filter(user__in=candidates, status=NeedsStatus.GRANTED.value)
    rows = granted.filter(Q(valid_until=None) | Q(valid_until__gte=day)).order_by("decided_at", "pk")
    found: dict[int, Needs] = {}
    for user, values in rows.values_list("user_id", "granted"):
        # A constraint sees to it that what is granted is written down.
        found[user] = Needs(**(values or {}))
    return found


def granted_after(moment: datetime | OuterRef) -> QuerySet[NeedsRequest]:
    """Return what was granted since a moment and still stands; a caller narrows it to people."""
    return NeedsRequest.objects.filter(status=NeedsStatus.GRANTED.value, decided_at__gt=moment)


def needs_in_words(needs: Needs | None) -> list[str]:
    """Return a line for each thing granted, in the active language; empty for who needs nothing."""
    if needs is None:
        return []
    lines = []
    if needs.extra_time_percent:
        lines.append(_("%(share)s%% more time in the theory exam") % {"share": needs.extra_time_percent})
    return lines + [str(NEED_LABELS[kind]) for kind in KINDS if getattr(needs, kind)]


def theory_minutes_of(plan: Plan, needs: Needs | None) -> int:
    """Return how many minutes of theory exam this person has under the plan. No query."""
    return minutes_with_extra(plan.theory_minutes, needs.extra_time_percent if needs is not None else 0)
