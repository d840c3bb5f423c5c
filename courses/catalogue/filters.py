"""What narrows a list of courses: the choices of a query string, how many each further choice would leave, and their links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.catalogue.faceting import Faceted, Fact, faceted, hour_band
from courses.catalogue.models import CollegePage, SearchText
from courses.catalogue.occupations import occupation_names
from courses.catalogue.rules import AT_CLASSES
from courses.catalogue.search_models import COURSE
from lms.core.templatetags.ui import SKILL_LEVELS

NAMES: dict[str, str | Promise] = {
    "occupation": gettext_lazy("Occupation"),
    "level": gettext_lazy("Skill level"),
    "class": gettext_lazy("Assistive products"),
    "hours": gettext_lazy("Class hours"),
    "access": gettext_lazy("Made accessible"),
    "credit": gettext_lazy("Credit"),
    "college": gettext_lazy("College"),
}
HOURS: dict[str, str | Promise] = {
    "short": gettext_lazy("up to 4 hours"),
    "medium": gettext_lazy("5 to 12 hours"),
    "long": gettext_lazy("13 to 40 hours"),
    "longest": gettext_lazy("more than 40 hours"),
}
FEATURES: dict[str, str | Promise] = {
    "captions": pgettext_lazy("filter", "With captions"),
    "transcript": pgettext_lazy("filter", "With transcript"),
    "easy_read": pgettext_lazy("filter", "In easy words"),
    "sign_language": pgettext_lazy("filter", "In sign language"),
}
CREDIT: dict[str, str | Promise] = {"yes": gettext_lazy("Counts credit units")}
PAGING = ("before", "start")
MOST_CHOSEN = 12
"""A query string with more values of one name is nobody's choice."""


@dataclass(frozen=True)
class Choice:
    """One value: following `url` chooses it, or gives it up when it is `chosen`."""

    name: str
    value: str
    label: str
    count: int
    chosen: bool
    url: str

    @property
    def is_chinese(self) -> bool:
        """Whether the label is Chinese in every language: names of colleges and classes are not translated."""
        return self.name in ("class", "college")


@dataclass(frozen=True)
class Group:
    name: str
    label: str
    choices: list[Choice]

    @property
    def is_chosen(self) -> bool:
        return any(choice.chosen for choice in self.choices)


@dataclass(frozen=True)
class Filters:
    """The groups to choose from, what is chosen, the courses left (newest first), and the address without any choice."""

    groups: list[Group]
    courses: list[int]
    clear_url: str

    @property
    def chosen(self) -> list[Choice]:
        return [choice for group in self.groups for choice in group.choices if choice.chosen]

    @property
    def is_active(self) -> bool:
        return bool(self.chosen)


def filters_of(query: Mapping[str, str]) -> Filters:
    """Return the filters for a query string; three queries however many courses there are.

    Values that no course has and nobody knows are as good as none.
    """
    rows = _course_facts()
    colleges = {path: (slug, title) for path, slug, title in CollegePage.objects.live().values_list("path", "slug", "title")}
    facts = [(pk, _told(given, colleges)) for pk, given in rows]
    labels = _labels(colleges, facts)
    chosen = {name: values for name in NAMES if (values := [v for v in _values(query, name) if v in labels[name]])}
    result = faceted(facts, chosen)
    kept = {key: _values(query, key) for key in query if key not in PAGING and key not in NAMES}
    groups = [_group(name, labels[name], result, chosen, kept) for name in NAMES]
    return Filters([group for group in groups if group.choices], result.kept, _address(kept))


def _course_facts() -> list[tuple[int, list[list[str]]]]:
    courses = SearchText.objects.filter(kind=COURSE, part=0, public=True, page__live=True)
    return list(courses.order_by("-page__first_published_at", "-page_id").values_list("object_id", "facts"))


def _told(given: list[list[str]], colleges: Mapping[str, tuple[str, str]]) -> frozenset[Fact]:
    """Return the stored facts as they are asked for: hours as a band, credit as yes, the college by its name in addresses."""
    told: set[Fact] = set()
    for name, value in given:
        match name:
            case "hours":
                value = hour_band(int(value))
            case "credit":
                value = "yes"
            case "college":
                value = colleges.get(value, ("", ""))[0]
        if value:
            told.add((name, value))
    return frozenset(told)


def _labels(colleges: Mapping[str, tuple[str, str]], facts: Sequence[tuple[int, frozenset[Fact]]]) -> dict[str, dict[str, Any]]:
    """Return the known values of each name with their labels, in the order in which they are shown."""
    has_occupations = any(name == "occupation" for _pk, told in facts for name, _value in told)
    return {
        "occupation": occupation_names() if has_occupations else {},
        "level": {key: full for key, _short, full in SKILL_LEVELS},
        "class": {code: f"{code} {name}" for code, name in AT_CLASSES.items()},
        "hours": HOURS,
        "access": FEATURES,
        "credit": CREDIT,
        "college": dict(sorted(colleges.values(), key=lambda pair: pair[1])),
    }


def _values(query: Mapping[str, str], name: str) -> list[str]:
    values = query.getlist(name) if hasattr(query, "getlist") else [query[name]] if name in query else []
    return list(dict.fromkeys(values))[:MOST_CHOSEN]


def _group(
    name: str, labels: Mapping[str, Any], result: Faceted, chosen: Mapping[str, list[str]], kept: Mapping[str, list[str]]
) -> Group:
    counts: Mapping[str, int] = result.counts.get(name, {})
    mine = chosen.get(name, [])
    choices = []
    for value, label in labels.items():
        if counts.get(value) or value in mine:
            others = [other for other in mine if other != value]
            wanted = {**chosen, name: others if value in mine else [*others, value]}
            url = _address({**kept, **wanted})
            choices.append(Choice(name, value, str(label), counts.get(value, 0), value in mine, url))
    return Group(name, str(NAMES[name]), choices)


def _address(values: Mapping[str, list[str]]) -> str:
    encoded = urlencode([(name, value) for name in values for value in values[name]])
    return f"?{encoded}" if encoded else "?"
