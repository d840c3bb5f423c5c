"""Reads over the course tree: lists, the outline of a course, and where a lesson stands in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from courses.catalogue.filters import filters_of
from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage
from courses.catalogue.rules import AT_CLASSES
from lms.core.forms import whole_number

STEP = CoursePage.steplen
PAGE_SIZE = 24


@dataclass(frozen=True)
class Part:
    """A module with its published lessons."""

    number: int
    module: ModulePage
    lessons: list[LessonPage]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class Outline:
    """A course with its published modules and lessons, in order."""

    course: CoursePage
    parts: list[Part]

    @property
    def lessons(self) -> list[LessonPage]:
        return [lesson for part in self.parts for lesson in part.lessons]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)


@dataclass(frozen=True)
class Place:
    """Where a lesson stands: its outline, part, number in the course and its neighbours."""

    outline: Outline
    part: Part
    number: int
    previous: LessonPage | None
    next: LessonPage | None


def outlines_of(courses: Iterable[CoursePage]) -> list[Outline]:
    """Return the outline of each course; two queries however many, without lesson bodies."""
    found = list(courses)
    if not found:
        return []
    below = reduce(or_, (Q(path__startswith=course.path) for course in found))
    modules: dict[str, list[ModulePage]] = {}
    for module in ModulePage.objects.live().filter(below).select_related("blueprint").order_by("path"):
        modules.setdefault(module.path[:-STEP], []).append(module)
    lessons: dict[str, list[LessonPage]] = {}
    for lesson in LessonPage.objects.live().filter(below).defer("body").order_by("path"):
        lessons.setdefault(lesson.path[:-STEP], []).append(lesson)
    return [
        Outline(
            course,
            [
                Part(number, module, lessons.get(module.path, []))
                for number, module in enumerate(modules.get(course.path, []), start=1)
            ],
        )
        for course in found
    ]


def outline_of(course: CoursePage) -> Outline:
    """Return the published modules and lessons of the course; two queries, without lesson bodies."""
    return outlines_of([course])[0]


def course_of(page: ModulePage | LessonPage) -> CoursePage | None:
    """Return the course above a module or a lesson; one query."""
    course: CoursePage | None = CoursePage.objects.ancestor_of(page).first()
    return course


def place_of(lesson: LessonPage) -> Place | None:
    """Return where the lesson stands, or None for one that has no place in a published course (a preview)."""
    course = course_of(lesson)
    if course is None:
        return None
    outline = outline_of(course)
    lessons = outline.lessons
    number = next((place for place, other in enumerate(lessons) if other.pk == lesson.pk), None)
    if number is None:
        return None
    return Place(
        outline=outline,
        part=next(part for part in outline.parts if lesson in part.lessons),
        number=number + 1,
        previous=lessons[number - 1] if number else None,
        next=lessons[number + 1] if number + 1 < len(lessons) else None,
    )


def published_courses(*, below: CollegePage | None = None) -> QuerySet[CoursePage]:
    """Return the courses (of one college) that everyone may see, newest first."""
    pages = CoursePage.objects.child_of(below) if below else CoursePage.objects.all()
    courses: QuerySet[CoursePage] = pages.live().public().select_related("cover")
    return courses.order_by("-first_published_at", "-pk")


def front_courses(*, signed_in: bool, most: int = 3) -> QuerySet[CoursePage]:
    """Return the newest courses for the front page; the public meets first what it may read at once."""
    courses = published_courses()
    return courses[:most] if signed_in else courses.order_by("-is_open", *courses.query.order_by)[:most]


def with_colleges(courses: Iterable[CoursePage]) -> list[CoursePage]:
    """Return the courses with `college_name` filled in by one query."""
    found = list(courses)
    paths = {course.path[:-STEP] for course in found}
    names = dict(CollegePage.objects.filter(path__in=paths).values_list("path", "title"))
    for course in found:
        course._college_name = names.get(course.path[:-STEP], "")
    return found


def courses_of(college: CollegePage) -> list[CoursePage]:
    """Return the college's published courses in its own order."""
    courses = list(published_courses(below=college).order_by("path"))
    for course in courses:
        course._college_name = college.title
    return courses


def at_class_list(codes: Iterable[str]) -> list[dict[str, str]]:
    """Return the classes as {code, name}, unknown codes left out."""
    return [{"code": code, "name": AT_CLASSES[code]} for code in codes if code in AT_CLASSES]


def course_list(query: Mapping[str, str]) -> dict[str, Any]:
    """Return what the course index shows for a query string: `courses`, `filters` and, in `before`, the next page.

    Known keys are the names of `filters.NAMES`, each any number of times, and `before` (the pk of the last course
    seen). Unknown values are as good as none.
    """
    filters = filters_of(query)
    left = filters.courses
    last = whole_number(query.get("before", ""))
    if last in left:
        left = left[left.index(last) + 1 :]
    pages = CoursePage.objects.live().select_related("cover").in_bulk(left[:PAGE_SIZE])
    return {
        "courses": with_colleges(pages[pk] for pk in left[:PAGE_SIZE] if pk in pages),
        "filters": filters,
        "total": len(filters.courses),
        "before": left[PAGE_SIZE - 1] if len(left) > PAGE_SIZE else None,
        "is_filtered": filters.is_active,
    }
