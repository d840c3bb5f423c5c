"""What happens when in the plans that a person has to do with: by month, and as events for her own calendar program."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.plans.access import plans_visible_to
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import Status
from certification.plans.selectors import nodes_of
from courses.learning.rules.calendar import Event
from lms.core.errors import DomainError
from lms.core.workdays import is_public_holiday, is_workday
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

TITLES: Mapping[str, str | Promise] = {
    "opens": pgettext_lazy("in a calendar", "Registration opens"),
    "publish": pgettext_lazy("in a calendar", "Publish the plan"),
    "close_registration": pgettext_lazy("in a calendar", "Registration closes"),
    "review": pgettext_lazy("in a calendar", "Finish the reviews"),
    "arrange": pgettext_lazy("in a calendar", "Arrange the seats"),
    "staffing": pgettext_lazy("in a calendar", "Name the team"),
    "exam": pgettext_lazy("in a calendar", "Exam"),
    "score": pgettext_lazy("in a calendar", "Close the assessment"),
    "publication": pgettext_lazy("in a calendar", "Publish the results"),
    "certify": pgettext_lazy("in a calendar", "Issue the certificates"),
    "archive": pgettext_lazy("in a calendar", "Archive the papers"),
}
REACHED = {
    "opens": Status.PUBLISHED,
    "publish": Status.PUBLISHED,
    "close_registration": Status.REGISTRATION_CLOSED,
    "review": Status.ARRANGED,
    "arrange": Status.ARRANGED,
    "staffing": Status.IN_EXAM,
    "exam": Status.IN_EXAM,
    "score": Status.SCORED,
    "publication": Status.IN_PUBLICATION,
    "certify": Status.CERTIFIED,
    "archive": Status.ARCHIVED,
}
"""From this state on the step is done."""
ORDER = [status.value for status in Status if status is not Status.CANCELLED]
REVIEWERS_SEE = ("opens", "close_registration", "review")
BEFORE, AFTERWARDS = timedelta(days=150), timedelta(days=120)
"""How far from the exam day the steps of a plan can lie at most."""
MOST_PLANS = 300
FEED_PAST, FEED_AHEAD = timedelta(days=60), timedelta(days=400)


@dataclass(frozen=True)
class Entry:
    """One step of one plan on one day. `moment` is empty, or when it begins."""

    day: date
    key: str
    title: str | Promise
    plan: str
    plan_key: int
    url: str
    is_done: bool
    is_late: bool
    moment: datetime | None = None
    place: str = ""

    @property
    def is_exam(self) -> bool:
        return self.key == "exam"


@dataclass(frozen=True)
class Day:
    """One square of the month; `is_off` tells that nobody works on it."""

    day: date
    in_month: bool
    is_today: bool
    is_off: bool
    is_holiday: bool
    entries: list[Entry]


def entries_between(user: Any, first: date, last: date, *, today: date) -> list[Entry]:
    """Return what falls into these days, both included, in order. Three queries.

    Officers and heads see every step of their body's plans, reviewers what they work towards, the team its exam days.
    """
    found: dict[tuple[int, str], Entry] = {}
    for plan, keys in _plans(user, first, last):
        for entry in _entries(plan, keys, today):
            if first <= entry.day <= last:
                found.setdefault((plan.pk, entry.key), entry)
    return sorted(found.values(), key=lambda entry: (entry.day, entry.moment is None, entry.plan, entry.key))


def _plans(user: Any, first: date, last: date) -> Iterator[tuple[Plan, Iterable[str]]]:
    near = Q(exam_date__gte=first - BEFORE, exam_date__lte=last + AFTERWARDS) | Q(registration_opens__range=(first, last))
    live = Plan.objects.exclude(status=Status.CANCELLED.value).filter(near)
    office = _limited(live.filter(pk__in=plans_visible_to(user).values("pk")))
    yield from ((plan, TITLES) for plan in office)
    reviewed = live.filter(organisation__in=organisations_where(user, Role.ELIGIBILITY_REVIEWER))
    yield from ((plan, REVIEWERS_SEE) for plan in _limited(reviewed.public()))
    duties = StaffAssignment.objects.filter(user_id=user.pk).values("plan")
    yield from ((plan, ("exam",)) for plan in _limited(live.filter(pk__in=duties)))


def _limited(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    return plans.select_related("scheme").order_by("exam_date", "pk")[:MOST_PLANS]


def _entries(plan: Plan, keys: Iterable[str], today: date) -> Iterator[Entry]:
    wanted = set(keys)
    days = {"opens": plan.registration_opens, **{node.key: node.due for node in nodes_of(plan)}}
    sees_office = "publish" in wanted
    for key, day in days.items():
        if day is None or key not in wanted or key not in TITLES:
            continue
        done = ORDER.index(plan.status) >= ORDER.index(REACHED[key].value)
        yield Entry(
            day=day,
            key=key,
            title=TITLES[key],
            plan=plan.title,
            plan_key=plan.pk,
            url=_address(plan, key, sees_office=sees_office),
            is_done=done,
            is_late=not done and day < today and key != "opens",
            moment=localtime(plan.theory_starts_at) if key == "exam" else None,
            place=plan.site_name if key == "exam" else "",
        )


def _address(plan: Plan, key: str, *, sees_office: bool) -> str:
    if sees_office:
        return plan.get_desk_url()
    return reverse("plans:duties") if key == "exam" else reverse("applications:reviews")


def month_of(first: date, entries: Iterable[Entry], *, today: date) -> list[list[Day]]:
    """Return the weeks of a month, Monday first, each of seven days."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_day[entry.day].append(entry)
    return [
        [
            Day(
                day=day,
                in_month=day.month == first.month,
                is_today=day == today,
                is_off=not _works(day),
                is_holiday=_is_holiday(day),
                entries=by_day[day] if day.month == first.month else [],
            )
            for day in week
        ]
        for week in Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    ]


def _works(day: date) -> bool:
    try:
        return is_workday(day)
    except DomainError:
        return day.weekday() < 5


def _is_holiday(day: date) -> bool:
    try:
        return is_public_holiday(day)
    except DomainError:
        return False


def month_named(text: str, today: date) -> date:
    """Return the first day of the month "2026-10"; of the present month for anything else."""
    year, _dash, month = text.partition("-")
    try:
        found = date(int(year), int(month), 1)
    except ValueError:
        return today.replace(day=1)
    return found if 2000 <= found.year <= 2099 else today.replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def last_month(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def events_of(user: Any, *, today: date) -> list[Event]:
    """Return the steps of two months back and a year ahead as events of a calendar file; what is done says so."""
    host = settings.PUBLIC_URL.split("://")[-1]
    found = entries_between(user, today - FEED_PAST, today + FEED_AHEAD, today=today)
    return [
        Event(
            uid=f"plan-{entry.plan_key}-{entry.key}@{host}",
            day=entry.day,
            title=f"{entry.title}: {entry.plan}",
            text=_told(entry),
            url=f"{settings.PUBLIC_URL}{entry.url}",
        )
        for entry in found
    ]


def _told(entry: Entry) -> str:
    if entry.moment is not None:
        return f"{entry.moment:%H:%M} {entry.place}".strip()
    return str(_("Done")) if entry.is_done else ""
