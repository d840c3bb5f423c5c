"""Keeping what can be found: written when a page is published, closed when it is unpublished, moved or restricted."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from wagtail.models import Page, PageViewRestriction

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.catalogue.rules import index_words
from courses.catalogue.search_models import COURSE, LESSON, SearchText
from courses.catalogue.search_sources import Text, features_of, lesson_kinds, lesson_texts, own_texts

LONGEST = 12_000
"""Characters of one row; a longer lesson has several."""
BATCH = 100
STEP = CoursePage.steplen


@transaction.atomic
def index_page(page: Page) -> None:
    """Write what can be found of a published page; the pages below it may become public or closed with it."""
    specific = page.specific
    if isinstance(specific, CoursePage):
        index_courses([specific])
    elif isinstance(specific, LessonPage):
        index_lessons([specific])
        for course in CoursePage.objects.filter(path=specific.path[: -2 * STEP]):
            SearchText.objects.filter(kind=COURSE, object_id=course.pk).update(facts=_facts(course))
    refresh_public(page)


@transaction.atomic
def index_moved(page: Page) -> None:
    """Write anew which course the lessons of a moved page belong to, and who may see them where they are now."""
    if isinstance(page.specific, LessonPage | ModulePage):
        index_lessons(list(LessonPage.objects.live().descendant_of(page, inclusive=True)))
    refresh_public(page)


def index_courses(courses: Sequence[CoursePage]) -> None:
    """Write the words and the facts of courses; their lessons follow what the course says of who may read."""
    rows = []
    for course in courses:
        rows += _rows(COURSE, Text(course.pk, course.title, course.plain_text(), page=course.pk, course=course.pk))
        rows[-1].facts = _facts(course)
    _replace(COURSE, [course.pk for course in courses], rows)
    for course in courses:
        SearchText.objects.filter(course=course).exclude(is_open=course.is_open).update(is_open=course.is_open)


def index_lessons(lessons: Sequence[LessonPage]) -> None:
    """Write the words of lessons, and what other apps know of them; `public` is for the caller to refresh."""
    keys = [lesson.pk for lesson in lessons]
    paths = {lesson.path[: -2 * STEP] for lesson in lessons}
    courses = {course.path: course for course in CoursePage.objects.filter(path__in=paths).only("path", "is_open")}
    above = {lesson.pk: courses.get(lesson.path[: -2 * STEP]) for lesson in lessons}
    own = [
        row
        for lesson in lessons
        for row in _rows(
            LESSON, Text(lesson.pk, lesson.title, f"{lesson.summary}\n{lesson.plain_text(spoken=False)}", page=lesson.pk)
        )
    ]
    _replace(LESSON, keys, _below(own, above))
    further = [row for kind, text in lesson_texts(keys) for row in _rows(kind, text)]
    SearchText.objects.filter(page__in=keys, kind__in=lesson_kinds()).delete()
    SearchText.objects.bulk_create(_below(further, above))


@transaction.atomic
def refresh_lesson_texts(lessons: Iterable[int]) -> None:
    """Write anew what other apps know of these published lessons, for instance after a change of captions."""
    for lesson in LessonPage.objects.live().filter(pk__in=list(lessons)):
        index_page(lesson)


@transaction.atomic
def index_own_text(kind: str, text: Text) -> None:
    """Write one text that stands in no lesson, for instance a word of the glossary; it is as open as its course."""
    SearchText.objects.filter(kind=kind, object_id=text.object_id, page=text.page).delete()
    rows = _rows(kind, text)
    course = CoursePage.objects.filter(pk=text.course).only("is_open").first()
    for row in rows:
        row.is_open = course is None or course.is_open
    SearchText.objects.bulk_create(rows)
    page = Page.objects.filter(pk=text.page).first()
    if page is not None:
        refresh_public(page)


def forget(kind: str, object_id: int) -> None:
    """Let something be found no more."""
    SearchText.objects.filter(kind=kind, object_id=object_id).delete()


@transaction.atomic
def refresh_public(below: Page | None = None) -> None:
    """Tell anew which texts of the page and of all below it everybody may find; None means of all pages.

    Closed is a page that is not published, and all that stands below an unpublished or a restricted page.
    """
    rows = SearchText.objects.filter(page__isnull=False)
    if below is not None:
        rows = rows.filter(page__path__startswith=below.path)
    closed = _closed_paths(below)
    shut = Q(page__live=False)
    for start in range(0, len(closed), BATCH):
        shut |= reduce(or_, (Q(page__path__startswith=path) for path in closed[start : start + BATCH]))
    rows.filter(public=True).filter(shut).update(public=False)
    rows.filter(public=False).exclude(shut).update(public=True)


def rebuild() -> dict[str, int]:
    """Write everything anew and return how many texts of each kind there are."""
    with transaction.atomic():
        SearchText.objects.all().delete()
        lessons = LessonPage.objects.live().order_by("path")
        keys = list(lessons.values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            index_lessons(list(lessons.filter(pk__in=keys[start : start + BATCH])))
        # Before the courses, which then tell all that belongs to them who may read it.
        SearchText.objects.bulk_create([row for kind, text in own_texts() for row in _rows(kind, text)], batch_size=BATCH)
        index_courses(list(CoursePage.objects.live().order_by("path")))
        refresh_public()
    counts: dict[str, int] = {}
    for kind in SearchText.objects.values_list("kind", flat=True):
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def _rows(kind: str, text: Text) -> list[SearchText]:
    """Return the rows of a text; only the first knows a title of its own, so that a title is hit once."""
    pieces = [text.text[start : start + LONGEST] for start in range(0, len(text.text), LONGEST)] or [""]
    rows = []
    for number, piece in enumerate(pieces):
        title = text.title if number == 0 or not text.titled else ""
        rows.append(
            SearchText(
                kind=kind,
                object_id=text.object_id,
                part=text.part + number,
                page_id=text.page,
                course_id=text.course,
                public=text.page is None,  # a page's text waits for `refresh_public`
                link=text.link,
                title=text.title,
                text=piece,
                title_words=index_words(title) if text.titled else "",
                words=index_words(f"{title}\n{piece}"),
                moments=_moments_from(text.moments, number * LONGEST) or None,
            )
        )
    return rows


def _moments_from(moments: Sequence[tuple[int, int]], start: int) -> list[list[int]]:
    """Return the moments of a piece of `LONGEST` characters, counted from its beginning, in which the last one before goes on."""
    before = [ms for place, ms in moments if place < start]
    inside = [[place - start, ms] for place, ms in moments if start <= place < start + LONGEST]
    return [[0, before[-1]], *inside] if before else inside


def _below(rows: list[SearchText], above: Mapping[int, CoursePage | None]) -> list[SearchText]:
    for row in rows:
        course = above.get(row.page_id or 0)
        row.course_id = course.pk if course else None
        row.is_open = course.is_open if course else True
    return rows


def _replace(kind: str, keys: Sequence[int], rows: list[SearchText]) -> None:
    SearchText.objects.filter(kind=kind, object_id__in=keys).delete()
    SearchText.objects.bulk_create(rows, batch_size=BATCH)


def _closed_paths(below: Page | None) -> list[str]:
    """Return what closes pages at or below the page: unpublished pages that hold others, and restricted ones."""
    leaf = ContentType.objects.get_for_model(LessonPage)
    holders = Page.objects.filter(live=False).exclude(content_type=leaf).exclude(depth=1)
    limits = PageViewRestriction.objects.all()
    if below is not None:
        above = [below.path[:end] for end in range(STEP, len(below.path), STEP)]
        holders = holders.filter(Q(path__startswith=below.path) | Q(path__in=above))
        limits = limits.filter(Q(page__path__startswith=below.path) | Q(page__path__in=above))
    paths = sorted({*holders.values_list("path", flat=True), *limits.values_list("page__path", flat=True)})
    # What stands below another closed page is closed already.
    kept: list[str] = []
    for path in paths:
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return kept


def _facts(course: CoursePage) -> list[list[str]]:
    lessons = list(LessonPage.objects.live().descendant_of(course).values_list("pk", flat=True))
    return [
        *(["class", code] for code in course.at_classes),
        *(["occupation", code] for code in course.occupations),
        *(["level", level] for level in course.levels),
        ["hours", str(course.hours)],
        *([["credit", f"{course.credits.normalize():f}"]] if course.credits else []),
        *(["access", feature] for feature in sorted(features_of(lessons))),
        ["college", course.path[:-STEP]],
    ]
