"""What differs between the version by which somebody, or a class, learns and a newer one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Max, Q, QuerySet
from wagtail.models import Revision

from courses.catalogue.models import CourseVersion, LessonPage
from courses.catalogue.pinned import PinnedOutline, pinned_outline
from courses.learning.models import CourseRun, Enrolment
from courses.learning.rules.changes import Change, Comparison, LessonChange, Line, compare, text_changes
from courses.learning.selectors.progress import CourseProgress, outline_for

TEXTS_SHOWN = 40
"""How many changed lessons show their text on one page; the others are named."""


@dataclass(frozen=True)
class ShownChange:
    """A changed lesson with its changed lines; none for a lesson that was added or removed."""

    change: LessonChange
    lines: list[Line]


def newer_versions(courses: Iterable[CourseProgress]) -> dict[int, int]:
    """Return for each course (its pk) of which a newer version is out the number of it; one query."""
    begun = {
        progress.course.pk: progress.enrolment.version.number for progress in courses if progress.enrolment.version is not None
    }
    latest = CourseVersion.objects.filter(course__in=begun).values_list("course").annotate(Max("number")).order_by()
    return {course: number for course, number in latest if number > begun[course]}


def newest_for(who: Enrolment | CourseRun) -> CourseVersion | None:
    """Return the newest version of the course, None when she, or the class, has it already; one query."""
    newest = CourseVersion.objects.filter(course_id=who.course_id).defer("outline").order_by("-number").first()
    return None if newest is None or newest.pk == who.version_id else newest


def movers_of(run: CourseRun, newer: CourseVersion) -> QuerySet[Enrolment]:
    """Return the learners whom the class takes along to a newer version.

    Who has finished stays on hers, with or without the statement, and so does who has moved on already by herself.
    """
    finished = Q(statement__isnull=False) | Q(steps_total__gt=0, steps_done=F("steps_total"))
    older = Q(version=None) | Q(version__number__lt=newer.number)
    return Enrolment.objects.filter(older, run=run).exclude(finished)


def compare_with(who: Enrolment | CourseRun, newer: CourseVersion, *, read: Iterable[int] = ()) -> Comparison:
    return compare(_contents(_outline_of(who)), _contents(pinned_outline(newer)), set(read))


def _outline_of(who: Enrolment | CourseRun) -> PinnedOutline:
    return outline_for(who) if isinstance(who, Enrolment) else pinned_outline(who.version)


def _contents(outline: PinnedOutline) -> dict[int, tuple[str, str]]:
    return {lesson.pk: (lesson.title, lesson.content) for lesson in outline.lessons}


def shown_changes(who: Enrolment | CourseRun, newer: CourseVersion, comparison: Comparison) -> list[ShownChange]:
    """Return every change, those of a lesson's text with their lines; one query for all texts."""
    older, later = _outline_of(who), pinned_outline(newer)
    changed = [change.pk for change in comparison.changes if change.kind is Change.CHANGED][:TEXTS_SHOWN]
    pairs = {pk: (older.lesson(pk), later.lesson(pk)) for pk in changed}
    wanted = {lesson.revision for pair in pairs.values() for lesson in pair if lesson is not None}
    revisions = Revision.objects.in_bulk(wanted)
    lines = {pk: text_changes(*(_text(revisions[lesson.revision]) for lesson in pair if lesson)) for pk, pair in pairs.items()}
    return [ShownChange(change, lines.get(change.pk, [])) for change in comparison.changes]


def _text(revision: Revision) -> list[str]:
    content = revision.content
    lesson = LessonPage(title=content["title"], summary=content["summary"])
    lesson.body = LessonPage._meta.get_field("body").to_python(content["body"])
    return [content["title"], content["summary"], *lesson.plain_text().splitlines()]
