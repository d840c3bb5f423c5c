"""What the pages of venues show besides their own fields."""

from typing import Any

from django import template

from courses.venues import selectors
from courses.venues.access import is_keeper
from courses.venues.models import HOLIDAY_LABELS, WEEKDAYS, VenuePage
from courses.venues.rules import OnHolidays
from lms.core import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def venue_list(context: template.Context) -> dict[str, Any]:
    """Return {venues, more} of the list for the present query string."""
    after = context["request"].GET.get("after", "")
    venues, more = selectors.venues_page(after=after)
    return {"venues": venues, "next": f"?after={venues[-1].pk}" if more else "", "first": "?" if after else ""}


@register.simple_tag
def days_to_come(venue: VenuePage) -> list[selectors.VisitDay]:
    return selectors.days_to_come(venue, now=clock.now())


@register.simple_tag
def week_of(venue: VenuePage) -> list[dict[str, Any]]:
    """Return the seven days with their hours, as the table of opening hours shows them."""
    rows = list(venue.hours.all())
    return [
        {"name": name, "hours": sorted((row.opens, row.closes) for row in rows if row.weekday == number)}
        for number, name in WEEKDAYS
    ]


@register.simple_tag
def holiday_rule(venue: VenuePage) -> str:
    return str(HOLIDAY_LABELS[OnHolidays(venue.on_holidays)])


@register.simple_tag(takes_context=True)
def keeps(context: template.Context, venue: VenuePage) -> bool:
    """Tell whether who looks keeps the list of visitors; no query for who has not signed in."""
    request = context.get("request")
    return request is not None and is_keeper(getattr(request, "user", None), venue)
