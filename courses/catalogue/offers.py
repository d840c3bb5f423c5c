"""What a course offers, in the words of the filters by which it is found: for whom, at which levels, and made accessible how."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from courses.catalogue.filters import FEATURES
from courses.catalogue.models import CoursePage, SearchText
from courses.catalogue.occupations import occupation_names
from courses.catalogue.search_models import COURSE
from lms.core.templatetags.ui import SKILL_LEVELS


@dataclass(frozen=True)
class Offer:
    """Labels in the reader's language; `levels` are keys of `SKILL_LEVELS`, lowest first; `credits` is "" when it gives none."""

    occupations: list[str]
    levels: list[str]
    credits: str
    features: list[str]


def offers_of(courses: Iterable[CoursePage]) -> dict[int, Offer]:
    """Return the offer of each course by its key; two queries however many."""
    found = list(courses)
    facts = dict(
        SearchText.objects.filter(kind=COURSE, part=0, object_id__in=[course.pk for course in found]).values_list(
            "object_id", "facts"
        )
    )
    names = occupation_names() if any(course.occupations for course in found) else {}
    return {
        course.pk: Offer(
            occupations=[str(names[code]) for code in course.occupations if code in names],
            levels=[key for key, _short, _full in SKILL_LEVELS if key in course.levels],
            credits=f"{course.credits.normalize():f}" if course.credits else "",
            features=_features(facts.get(course.pk, [])),
        )
        for course in found
    }


def _features(facts: list[Any]) -> list[str]:
    told = {value for name, value in facts if name == "access"}
    return [str(label) for feature, label in FEATURES.items() if feature in told]
