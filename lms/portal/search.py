"""What one word finds in all rooms: courses, lessons and the plans that one may apply for."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from certification.plans.models import Plan
from certification.plans.selectors import coming_plans, open_plans
from courses.catalogue.models import CoursePage, LessonPage
from courses.catalogue.search import find_courses, find_lessons

LIMIT = 20
WORDS = 8


@dataclass(frozen=True)
class Found:
    """The three groups of the search page."""

    courses: list[CoursePage]
    lessons: list[LessonPage]
    plans: list[Plan]

    def __bool__(self) -> bool:
        return bool(self.courses or self.lessons or self.plans)


def find(query: str, *, today: date) -> Found:
    """Return what holds every word of the query; the number of queries does not grow with what is found."""
    return Found(find_courses(query), find_lessons(query), find_plans(query, today=today))


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
