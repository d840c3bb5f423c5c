"""What one word finds in all rooms: courses, lessons and the plans that one may apply for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from certification.plans.models import Plan
from certification.plans.selectors import coming_plans, open_plans
from courses.catalogue.filters import Filters, filters_of
from courses.catalogue.hits import MOST
from courses.catalogue.models import CoursePage
from courses.catalogue.search import Result, Results
from courses.catalogue.search import find as find_in_courses
from lms.core.forms import whole_number

LIMIT = 20
WORDS = 8


@dataclass(frozen=True)
class Found:
    """The groups of the search page, and what narrows it."""

    courses: Results[CoursePage]
    lessons: Results[Result]
    terms: Results[Result]
    plans: list[Plan]
    filters: Filters

    def __bool__(self) -> bool:
        return bool(self.courses or self.lessons or self.terms or self.plans)


def find(query: str, *, today: date, chosen: Mapping[str, str], open_only: bool) -> Found:
    """Return what holds every word of the query; the number of queries does not grow with what is found.

    `chosen` is the query string with the filters of the course list and `start`, the number of lessons seen already.
    With a filter only courses and their lessons are looked through. `open_only` leaves out what needs signing in.
    """
    filters = filters_of(chosen)
    start = min(whole_number(chosen.get("start", "")), MOST)
    courses = filters.courses if filters.is_active else None
    found = find_in_courses(query, courses=courses, open_only=open_only, start=start)
    plans = [] if filters.is_active else find_plans(query, today=today)
    return Found(found.courses, found.lessons, found.terms, plans, filters)


def find_plans(query: str, *, today: date) -> list[Plan]:
    """Return plans that are open or open soon and name every word: in title, occupation, body or place."""
    words = query.split()[:WORDS]
    if not words:
        return []
    holds = Q()
    for word in words:
        holds &= (
            Q(title__icontains=word)
            | Q(scheme__occupation__name__icontains=word)
            | Q(scheme__occupation__name_en__icontains=word)
            | Q(organisation__name__icontains=word)
            | Q(organisation__name_en__icontains=word)
            | Q(site_name__icontains=word)
        )
    return list((open_plans(today) | coming_plans(today)).filter(holds)[:LIMIT])
