"""What an enrolment remembers of its own progress, so that saving is quick and a list of thousands need not count."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import QuerySet

from courses.catalogue.models import CourseVersion
from courses.catalogue.pinned import PinnedOutline
from courses.catalogue.versions import keep_version, record_version
from courses.learning.models import CourseRun, Enrolment, LessonCompletion
from courses.learning.rules.classes import next_due
from courses.learning.selectors.progress import (
    outline_for,
    quizzes_in,
    read_lessons,
    states_from_standing,
    with_version,
)
from courses.questionbank.rules import is_pass
from courses.questionbank.selectors import best_marks, best_marks_of_many
from lms.core.bulk import update_many

REMEMBERED = ["standing", "steps_done", "steps_total", "next_due_on"]


def locked(which: Enrolment | QuerySet[Enrolment]) -> Enrolment:
    """Return the one enrolment, locked until the transaction ends, with version, class and statement; one query.

    Raises `Enrolment.DoesNotExist`.
    """
    rows = Enrolment.objects.filter(pk=which.pk) if isinstance(which, Enrolment) else which
    found: Enrolment | None = with_version(rows.select_for_update(of=("self",))).first()
    if found is None:
        raise Enrolment.DoesNotExist
    return found


def pin(enrolment: Enrolment, version: CourseVersion | None = None) -> None:
    """Give an enrolment older than versions the one that is published now. Nothing happens to one that has a version."""
    if enrolment.version_id is not None:
        return
    version = version or record_version(enrolment.course, actor=None, now=enrolment.enrolled_at)
    enrolment.version = keep_version(version)
    enrolment.save(update_fields=["version"])
    outline = outline_for(enrolment)
    for completion in enrolment.completions.filter(content=""):
        if lesson := outline.lesson(completion.lesson_id):
            completion.content = lesson.content
            completion.save(update_fields=["content"])


def settle(enrolment: Enrolment, outline: PinnedOutline, *, read: Iterable[int], passed: Collection[int]) -> None:
    """Write into the row, without saving it, what is done: lessons `read` and modules whose quiz is `passed`."""
    enrolment.standing = {"read": sorted(read), "passed": sorted(passed)}
    modules = states_from_standing(enrolment, outline)
    enrolment.steps_done = sum(module.done for module in modules)
    enrolment.steps_total = sum(module.total for module in modules)
    unfinished = [module.pk for module in modules if not module.is_finished]
    enrolment.next_due_on = next_due(enrolment.run.dues, unfinished) if enrolment.run else None


def refresh(enrolment: Enrolment) -> None:
    """Count anew from completions and attempts, and save; three queries."""
    outline = outline_for(enrolment)
    read = read_lessons(outline, LessonCompletion.objects.filter(enrolment=enrolment).values_list("lesson_id", "content"))
    best = best_marks(enrolment.user_id, quizzes_in(outline))
    settle(enrolment, outline, read=read, passed=_passed(outline, best))
    enrolment.save(update_fields=REMEMBERED)


def _passed(outline: PinnedOutline, best: Mapping[int, Decimal]) -> list[int]:
    quizzes = [(part.module.pk, part.module.blueprint) for part in outline.parts if part.module.blueprint]
    return [pk for pk, quiz in quizzes if is_pass(best.get(quiz.pk), quiz.pass_mark)]


def refresh_in_class(run: CourseRun, rows: Sequence[Enrolment], outline: PinnedOutline) -> None:
    """Count anew, without saving, for these learners of the class, who all learn by `outline`; two queries for thousands."""
    read: dict[int, list[tuple[int, str]]] = {row.pk: [] for row in rows}
    completions = LessonCompletion.objects.filter(enrolment__run=run)
    for enrolment, lesson, content in completions.values_list("enrolment_id", "lesson_id", "content"):
        if enrolment in read:
            read[enrolment].append((lesson, content))
    best = best_marks_of_many(run.enrolments.values("user_id"), quizzes_in(outline))
    for row in rows:
        settle(row, outline, read=read_lessons(outline, read[row.pk]), passed=_passed(outline, best.get(row.user_id, {})))


def refresh_dues(enrolments: QuerySet[Enrolment]) -> None:
    """Write the next due day of all these enrolments after the dates of their class changed; two queries for thousands."""
    rows = list(with_version(enrolments).select_related("course"))
    for enrolment in rows:
        settle(enrolment, outline_for(enrolment), **enrolment.standing)
    update_many(rows, "next_due_on")
