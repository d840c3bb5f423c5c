"""A version of a course as pages read it: the same shape as the published outline, but frozen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from courses.catalogue.version_models import CourseVersion

MOST_REMEMBERED = 256
_REMEMBERED: dict[str, "PinnedOutline"] = {}


@dataclass(frozen=True)
class PinnedQuiz:
    """A module's quiz as the version froze it; `minutes` is None without a limit, `rows` are those of a blueprint."""

    pk: int
    pass_mark: Decimal
    item_count: int
    minutes: int | None
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class PinnedLesson:
    """A lesson in a version; `content` is a hash of all that a learner sees in it."""

    pk: int
    revision: int
    title: str
    summary: str
    minutes: int
    content: str

    @cached_property
    def url(self) -> str:
        return reverse("learning:lesson", args=[self.pk])


@dataclass(frozen=True)
class PinnedModule:
    pk: int
    course: int
    slug: str
    title: str
    summary: str
    blueprint: PinnedQuiz | None

    @cached_property
    def url(self) -> str:
        return f"{reverse('learning:course', args=[self.course])}?module={self.slug}#module-{self.slug}"


@dataclass(frozen=True)
class PinnedPart:
    number: int
    module: PinnedModule
    lessons: tuple[PinnedLesson, ...]

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)


@dataclass(frozen=True)
class PinnedPlace:
    """Where a lesson stands in its version."""

    outline: "PinnedOutline"
    part: PinnedPart
    number: int
    previous: PinnedLesson | None
    next: PinnedLesson | None


@dataclass(frozen=True)
class PinnedOutline:
    """Modules and lessons of one version, in order."""

    title: str
    title_en: str
    hours: int
    parts: tuple[PinnedPart, ...]

    @cached_property
    def lessons(self) -> list[PinnedLesson]:
        return [lesson for part in self.parts for lesson in part.lessons]

    @cached_property
    def by_lesson(self) -> dict[int, tuple[PinnedPart, int]]:
        """The part of each lesson and its place in the course, from 0."""
        places = [(part, lesson.pk) for part in self.parts for lesson in part.lessons]
        return {pk: (part, place) for place, (part, pk) in enumerate(places)}

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)

    def lesson(self, pk: int) -> PinnedLesson | None:
        found = self.by_lesson.get(pk)
        return self.lessons[found[1]] if found else None

    def module(self, pk: int) -> PinnedPart | None:
        return next((part for part in self.parts if part.module.pk == pk), None)

    def place(self, pk: int) -> PinnedPlace | None:
        """Return where the lesson stands, or None when this version has it not."""
        found = self.by_lesson.get(pk)
        if found is None:
            return None
        part, place = found
        lessons = self.lessons
        return PinnedPlace(
            outline=self,
            part=part,
            number=place + 1,
            previous=lessons[place - 1] if place else None,
            next=lessons[place + 1] if place + 1 < len(lessons) else None,
        )


def pinned_outline(version: CourseVersion) -> PinnedOutline:
    """Return the version's outline; one read before costs no query, since nothing changes under its fingerprint.

    Load versions with `outline` deferred, or this saves nothing.
    """
    found = _REMEMBERED.get(version.fingerprint)
    if found is None:
        if len(_REMEMBERED) >= MOST_REMEMBERED:
            _REMEMBERED.clear()
        found = _REMEMBERED[version.fingerprint] = _read(version)
    return found


def pinned_outlines(versions: Iterable[CourseVersion]) -> list[PinnedOutline]:
    """Return the outline of each version, one query for all that were not read before."""
    found = list(versions)
    unknown = {version.pk for version in found if version.fingerprint not in _REMEMBERED}
    whole = CourseVersion.objects.in_bulk(unknown) if unknown else {}
    return [pinned_outline(whole.get(version.pk, version)) for version in found]


def _read(version: CourseVersion) -> PinnedOutline:
    return outline_from(version.outline, course=version.course_id)


def outline_from(frozen: Mapping[str, Any], *, course: int) -> PinnedOutline:
    """Return the outline that `versions.freeze` made of the course with this pk."""
    return PinnedOutline(
        title=frozen["title"],
        title_en=frozen["title_en"],
        hours=frozen["hours"],
        parts=tuple(_part(number, row, course) for number, row in enumerate(frozen["modules"], start=1)),
    )


def _quiz(row: dict[str, Any]) -> PinnedQuiz:
    return PinnedQuiz(row["blueprint"], Decimal(row["pass_mark"]), row["items"], row["minutes"], row["rows"])


def _part(number: int, row: dict[str, Any], course: int) -> PinnedPart:
    return PinnedPart(
        number=number,
        module=PinnedModule(
            pk=row["page"],
            course=course,
            slug=row["slug"],
            title=row["title"],
            summary=row["summary"],
            blueprint=_quiz(row["quiz"]) if row["quiz"] else None,
        ),
        lessons=tuple(
            PinnedLesson(
                pk=lesson["page"],
                revision=lesson["revision"],
                title=lesson["title"],
                summary=lesson["summary"],
                minutes=lesson["minutes"],
                content=lesson["content"],
            )
            for lesson in row["lessons"]
        ),
    )
