"""Taking a course: enrol, read, take quizzes, get the statement."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from courses.catalogue.models import CoursePage, CourseVersion, LessonPage, ModulePage
from courses.catalogue.versions import keep_version, record_version
from courses.learning.films import films_of
from courses.learning.models import CompletionStatement, CourseTerms, Enrolment, LessonCompletion, StatementCounter
from courses.learning.rules import check_complete, check_watched, format_statement_number
from courses.learning.selectors.progress import CourseProgress, outline_for, progress_of, quizzes_in, with_version
from courses.learning.selectors.terms import missing_prerequisites
from courses.learning.services.standing import REMEMBERED, locked, pin, refresh, settle
from courses.questionbank.models import Attempt, Blueprint
from courses.questionbank.selectors import open_attempt, questions_of, unanswered_positions
from courses.questionbank.services import draw_paper, save_answer, start_attempt, submit_attempt
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError


@transaction.atomic
def enrol(course: CoursePage, *, user: User, now: datetime, version: CourseVersion | None = None) -> Enrolment:
    """Enrol the person in what is published now, or in that `version` (a class has one); a second time changes nothing.

    Raises `DomainError` "learning.course_closed" for a course that is not published, "learning.class_only" where the college
    wants everybody in a class, and "learning.prerequisites_missing" naming the courses to complete before.
    """
    present: Enrolment | None = with_version(Enrolment.objects.filter(user=user, course=course)).first()
    if present is not None:
        return present
    if not CoursePage.objects.live().public().filter(pk=course.pk).exists():
        raise DomainError("learning.course_closed", course=course.title)
    terms = CourseTerms.objects.filter(course=course).first()
    if terms is not None:
        _check_terms(terms, user, in_class=version is not None)
    begun = keep_version(version or record_version(course, actor=None, now=now))
    enrolment, _ = Enrolment.objects.get_or_create(
        user=user,
        course=course,
        defaults={"enrolled_at": now, "version": begun, "terms": _frozen_terms(terms)},
    )
    refresh(enrolment)
    return enrolment


def _check_terms(terms: CourseTerms, user: User, *, in_class: bool) -> None:
    if terms.by_class_only and not in_class:
        raise DomainError("learning.class_only", status=403)
    missing = missing_prerequisites(terms, user)
    if missing:
        raise DomainError("learning.prerequisites_missing", courses=[course.title for course in missing])


def _frozen_terms(terms: CourseTerms | None) -> dict[str, Any]:
    if terms is None:
        return {}
    return {"quizzes_needed": terms.quizzes_needed, "watch_percent": terms.watch_percent}


@transaction.atomic
def complete_lesson(which: Enrolment | QuerySet[Enrolment], *, lesson: LessonPage | int, now: datetime) -> Enrolment:
    """Mark a lesson of her version as read and return the enrolment; the first moment stays. Three queries.

    A mark that comes late from a device does not undo a later place.

    Raises `DomainError` "learning.lesson_elsewhere" (404) for a lesson that is not part of the version.
    """
    enrolment = locked(which)
    pin(enrolment)
    outline = outline_for(enrolment)
    pinned = outline.lesson(lesson if isinstance(lesson, int) else lesson.pk)
    if pinned is None:
        raise DomainError("learning.lesson_elsewhere", status=404)
    LessonCompletion.objects.bulk_create(
        [LessonCompletion(enrolment=enrolment, lesson_id=pinned.pk, content=pinned.content, completed_at=now)],
        ignore_conflicts=True,
    )
    standing = enrolment.standing
    settle(enrolment, outline, read={*standing["read"], pinned.pk}, passed=standing["passed"])
    if enrolment.last_at is None or enrolment.last_at <= now:
        enrolment.last_lesson_id, enrolment.last_block, enrolment.last_at = pinned.pk, "", now
    enrolment.save(update_fields=[*REMEMBERED, "last_lesson", "last_block", "last_at"])
    return enrolment


@transaction.atomic
def keep_place(enrolments: QuerySet[Enrolment], *, lesson: int, block: str, now: datetime) -> bool:
    """Remember where she reads, for every device of hers; one query. Returns whether there was an enrolment to write to.

    `enrolments` are those that `access.readings_of` gave for the lesson. A save that comes late does not undo a later one.
    """
    rows = Enrolment.objects.filter(pk__in=enrolments.values("pk"))
    fresh = rows.filter(Q(last_at=None) | Q(last_at__lte=now))
    return bool(fresh.update(last_lesson=lesson, last_block=block, last_at=now))


@transaction.atomic
def start_quiz(enrolment: Enrolment, *, module: ModulePage, now: datetime) -> Attempt:
    """Return the open attempt at the module's quiz, or one on a paper newly drawn as her version of the course says.

    Raises `DomainError` "learning.no_quiz" (404) when the module has none in her version, and the bank's own
    "questionbank.bank_too_small".
    """
    # Two clicks at once must not draw two papers.
    enrolment = locked(enrolment)
    part = outline_for(enrolment).module(module.pk)
    quiz = part.module.blueprint if part else None
    blueprint = Blueprint.objects.filter(pk=quiz.pk).first() if quiz else None
    if quiz is None or blueprint is None:
        raise DomainError("learning.no_quiz", status=404)
    present = open_attempt(enrolment.user, blueprint.pk)
    if present is not None:
        return present
    before = Attempt.objects.filter(user=enrolment.user, paper__blueprint=blueprint).count()
    paper = draw_paper(blueprint, seed=f"quiz:{enrolment.pk}:{module.pk}:{before + 1}", now=now, rows=quiz.rows)
    return start_attempt(paper, user=enrolment.user, now=now, minutes=quiz.minutes)


@transaction.atomic
def answer_quiz(attempt: Attempt, *, answers: Mapping[int, list[str]], now: datetime) -> list[int]:
    """Save the answers of a whole page and return the positions still without one."""
    for question in questions_of(attempt):
        given = sorted(answers.get(question.position, []))
        if given != sorted(question.chosen):
            save_answer(attempt, position=question.position, answer=given, seq=question.seq + 1, now=now)
    return unanswered_positions(attempt)


@transaction.atomic
def hand_in_quiz(attempt: Attempt, *, now: datetime) -> Attempt:
    """Hand the quiz in, mark it and note it in the courses that hold it; a second time changes nothing."""
    submitted = submit_attempt(attempt, now=now)
    for enrolment in with_version(Enrolment.objects.filter(user=attempt.user_id)).select_related("course"):
        if attempt.paper.blueprint_id in quizzes_in(outline_for(enrolment)):
            refresh(locked(enrolment))
    return submitted


@transaction.atomic
def issue_statement(enrolment: Enrolment, *, now: datetime) -> CompletionStatement:
    """Issue the completion statement once and freeze what it says; a second time returns it.

    Raises `DomainError` listing every lesson not read and every quiz not passed
    ("learning.lessons_missing", "learning.quizzes_missing", "learning.lessons_and_quizzes_missing"), or every film not watched
    ("learning.films_missing").
    """
    own = locked(Enrolment.objects.filter(pk=enrolment.pk).select_related("user", "course"))
    present = CompletionStatement.objects.filter(enrolment=own).first()
    if present is not None:
        return present
    pin(own)
    progress = progress_of(own)
    check_complete(progress.modules)
    if percent := own.terms.get("watch_percent"):
        lessons = {lesson.pk: lesson.revision for lesson in progress.outline.lessons}
        check_watched(films_of(own.user, lessons), percent=percent)
    number = _take_number(timezone.localtime(now).year)
    words = _words(progress, number=number, now=now)
    statement = CompletionStatement.objects.create(enrolment=own, number=number, statement=words, issued_at=now)
    ledger.append(
        "learning.statement_issued",
        subject=statement,
        actor=own.user,
        now=now,
        number=number,
        course=own.course_id,
        sha256=statement_hash(words),
    )
    refresh(own)
    return statement


def _take_number(year: int) -> str:
    StatementCounter.objects.get_or_create(year=year)
    # The update locks the row, so numbers have no gap and never come twice.
    StatementCounter.objects.filter(year=year).update(last=F("last") + 1)
    return format_statement_number(year, StatementCounter.objects.get(year=year).last)


def statement_hash(words: Mapping[str, Any]) -> str:
    """Return the SHA-256 (64 hex) of what a statement says, over canonical JSON."""
    return sha256(json.dumps(words, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _words(progress: CourseProgress, *, number: str, now: datetime) -> dict[str, Any]:
    course, enrolment = progress.course, progress.enrolment
    last_read = enrolment.completions.aggregate(last=Max("completed_at"))["last"]
    return {
        "number": number,
        "holder": enrolment.user.get_full_name(),
        "course": progress.outline.title,
        "course_en": progress.outline.title_en,
        "college": course.college_name,
        "hours": progress.outline.hours,
        "modules": [
            {
                "title": module.title,
                "lessons": len(module.lessons),
                "mark": str(module.quiz.best) if module.quiz else None,
            }
            for module in progress.modules
        ],
        "enrolled_on": timezone.localdate(enrolment.enrolled_at).isoformat(),
        "completed_on": timezone.localdate(last_read or now).isoformat(),
        "issued_on": timezone.localdate(now).isoformat(),
    }
