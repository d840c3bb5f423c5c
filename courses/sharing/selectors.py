"""Reads: what was shared with whom, what was taken, and what changed at its source."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.catalogue.models import CollegePage, LessonPage, ModulePage
from courses.catalogue.selectors import STEP
from courses.sharing.models import Reuse, SharedLesson
from courses.sharing.rules import Line, difference
from lms.organisations.models import Organisation

PAGE = 25


def shared_with(organisations: Iterable[Organisation]) -> QuerySet[SharedLesson]:
    """Return the published lessons that others share with one of these organisations, newest first."""
    mine = [organisation.pk for organisation in organisations]
    allowed = Q(with_all=True) | Q(organisations__in=mine)
    rows = SharedLesson.objects.filter(allowed, lesson__live=True).exclude(owner__in=mine).distinct()
    return rows.select_related("lesson", "owner").order_by("-pk")


def page_of(rows: QuerySet[Any], *, before: int) -> tuple[list[Any], bool]:
    """Return one page of rows, newest first, and whether there are older ones. One query."""
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def with_courses(lessons: Iterable[LessonPage]) -> dict[int, str]:
    """Return the title of the course above each lesson, by the lesson's pk. One query."""
    found = list(lessons)
    titles = dict(Page.objects.filter(path__in={lesson.path[: -2 * STEP] for lesson in found}).values_list("path", "title"))
    return {lesson.pk: titles.get(lesson.path[: -2 * STEP], "") for lesson in found}


def modules_of(college: CollegePage) -> list[ModulePage]:
    """Return the modules of the college into which a lesson can be put, with `course_title`. Two queries."""
    modules = list(ModulePage.objects.descendant_of(college).order_by("path"))
    titles = dict(Page.objects.filter(path__in={module.path[:-STEP] for module in modules}).values_list("path", "draft_title"))
    for module in modules:
        module.course_title = titles.get(module.path[:-STEP], "")
    return modules


def attribution_of(lesson: LessonPage) -> Reuse | None:
    """Return where the lesson came from, or None for one that was written here. One query."""
    return Reuse.objects.select_related("source").filter(lesson_id=lesson.pk).first()


def text_lines(lesson: LessonPage) -> list[str]:
    """Return title, summary, body and what stands in for it as lines, for a comparison."""
    lines = [lesson.title, lesson.summary, *lesson.plain_text().split("\n")]
    lines += [_("In easy words: %(words)s") % {"words": sentence} for sentence in lesson.easy_sentences]
    if lesson.sign_film is not None:
        lines.append(_("Film in sign language: %(title)s") % {"title": lesson.sign_film.title})
    return [line for line in lines if line]


def news_in(reuse: Reuse) -> list[Line]:
    """Return what the source changed since it was taken; all of it where the revision taken is gone."""
    if reuse.news is None:
        return []
    before = text_lines(reuse.taken.as_object()) if reuse.taken is not None else []
    return difference(before, text_lines(reuse.news.as_object()))
