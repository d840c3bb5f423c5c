"""Reads over the course tree: lists, the outline of a course, and where a lesson stands in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

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
    """Return what the course index shows for a query string: courses, filters and the next page.

    Known keys: `class` (AT class), `college` (slug), `before` (the pk of the last course seen).
    Unknown values are as good as none. Paging goes by (date, pk), so a page costs the same
    wherever it is.
    """
    at_class = query.get("class", "") if query.get("class", "") in AT_CLASSES else ""
    colleges = list(CollegePage.objects.live().order_by("title"))
    college = next((page for page in colleges if page.slug == query.get("college")), None)
    courses = published_courses(below=college)
    last = published_courses().filter(pk=whole_number(query.get("before", ""))).first()
    if last is not None:
        older = CoursePage.objects.filter(first_published_at__lt=last.first_published_at)
        same = CoursePage.objects.filter(first_published_at=last.first_published_at, pk__lt=last.pk)
        courses = courses & (older | same)
    shown = _take(courses, at_class)
    more = len(shown) > PAGE_SIZE
    shown = with_colleges(shown[:PAGE_SIZE])
    return {
        "courses": shown,
        "colleges": colleges,
        "college": college,
        "at_class": at_class,
        "at_class_name": AT_CLASSES.get(at_class, ""),
        "at_classes": at_class_list(AT_CLASSES),
        "before": shown[-1].pk if more else None,
        "is_filtered": bool(at_class or college),
    }


def _take(courses: QuerySet[CoursePage], at_class: str) -> list[CoursePage]:
    if not at_class:
        return list(courses[: PAGE_SIZE + 1])
    # SQLite cannot ask a JSON list for a member; the quoted code inside the text can only be one.
    return [course for course in courses.filter(at_classes__icontains=f'"{at_class}"')[: PAGE_SIZE + 1]]
