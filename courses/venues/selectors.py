"""Reads over venues: the days to come with their visits, and who comes on a day."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum

from courses.venues.models import Booking, VenuePage, Visit
from courses.venues.rules import (
    SHANGHAI,
    BookingStatus,
    Day,
    Hours,
    OnHolidays,
    Opening,
    SpecialDay,
    day_of,
    slots_of,
    visit_key,
)
from lms.core.forms import whole_number
from lms.core.workdays import is_public_holiday

PAGE = 24
LIVE = BookingStatus.BOOKED.value


@dataclass(frozen=True)
class Slot:
    """One visit that can be booked, or no longer."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    free: int

    @property
    def key(self) -> str:
        """How an address names it."""
        return visit_key(self.starts_at)


@dataclass(frozen=True)
class VisitDay:
    """One day with its visits."""

    day: Day
    slots: list[Slot]


def published_venues() -> QuerySet[VenuePage]:
    """Return the venues that the public sees, by name."""
    venues: QuerySet[VenuePage] = (
        VenuePage.objects.live().public().select_related("organisation", "cover").order_by("title", "pk")
    )
    return venues


def venues_page(*, after: str = "") -> tuple[list[VenuePage], bool]:
    """Return a page of venues by name, and whether there are more; one query wherever the page is."""
    venues = published_venues()
    last = published_venues().filter(pk=whole_number(after)).first() if after else None
    if last is not None:
        venues = venues.filter(title__gte=last.title).exclude(title=last.title, pk__lte=last.pk)
    found = list(venues[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def opening_of(venue: VenuePage, *, since: datetime.date) -> Opening:
    """Return when the venue is open from that day on; two queries."""
    weekly: dict[int, list[Hours]] = defaultdict(list)
    for row in venue.hours.all().order_by("weekday", "opens"):
        weekly[row.weekday].append((row.opens, row.closes))
    hours: dict[datetime.date, list[Hours]] = defaultdict(list)
    reasons: dict[datetime.date, str] = {}
    for row in venue.special_days.filter(day__gte=since).order_by("day", "opens"):
        reasons[row.day] = reasons.get(row.day) or row.reason
        hours[row.day] += [(row.opens, row.closes)] if row.opens and row.closes else []
    special = {day: SpecialDay(tuple(hours[day]), reason) for day, reason in reasons.items()}
    return Opening(weekly, OnHolidays(venue.on_holidays), special)


def days_to_come(venue: VenuePage, *, now: datetime.datetime) -> list[VisitDay]:
    """Return each day that can be booked, today included, with the free places of its visits; three queries."""
    today = now.astimezone(SHANGHAI).date()
    opening = opening_of(venue, since=today)
    present = {visit.starts_at: visit for visit in venue.visits.filter(starts_at__gt=now)}
    found = []
    for ahead in range(venue.days_ahead + 1):
        day = day_of(opening, today + datetime.timedelta(days=ahead), is_holiday=is_public_holiday)
        slots = [
            Slot(begin, end, present[begin].free if begin in present else venue.capacity)
            for begin, end in slots_of(day, minutes=venue.visit_minutes)
            if begin > now
        ]
        found.append(VisitDay(day, slots))
    return found


def slot_at(venue: VenuePage, key: str, *, now: datetime.datetime) -> Slot | None:
    """Return the visit that an address names, if the venue is open then and it lies among the days to come."""
    return next((slot for day in days_to_come(venue, now=now) for slot in day.slots if slot.key == key), None)


def visits_of_day(venue: VenuePage, day: datetime.date) -> list[Visit]:
    """Return the visits of that day that somebody booked or the venue closed, with `.booked`; two queries."""
    begin = datetime.datetime.combine(day, datetime.time(), tzinfo=SHANGHAI)
    booked = Prefetch("bookings", Booking.objects.filter(status=LIVE).select_related("user").order_by("pk"), to_attr="booked")
    found = venue.visits.filter(starts_at__gte=begin, starts_at__lt=begin + datetime.timedelta(days=1))
    return list(found.order_by("starts_at").prefetch_related(booked))


def visitors_on(venues: Iterable[VenuePage], day: datetime.date) -> dict[int, int]:
    """Return how many people are booked for that day, by venue; one query."""
    begin = datetime.datetime.combine(day, datetime.time(), tzinfo=SHANGHAI)
    rows = Visit.objects.filter(venue__in=list(venues), starts_at__gte=begin, starts_at__lt=begin + datetime.timedelta(days=1))
    return dict(rows.order_by().values("venue").annotate(people=Sum("taken")).values_list("venue", "people"))
