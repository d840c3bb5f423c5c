"""Taking a course: enrol, read, take quizzes, get the statement."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.learning.models import CompletionStatement, Enrolment, LessonCompletion, StatementCounter
from courses.learning.rules import check_complete, format_statement_number
from courses.learning.selectors import CourseProgress, progress_of
from courses.questionbank.models import Attempt
from courses.questionbank.selectors import open_attempt, questions_of, unanswered_positions
from courses.questionbank.services import draw_paper, save_answer, start_attempt, submit_attempt
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError


@transaction.atomic
def enrol(course: CoursePage, *, user: User, now: datetime) -> Enrolment:
    """Enrol the person in a published course; a second time returns the enrolment that is there.

    Raises `DomainError` "learning.course_closed" for a course that is not published.
    """
    present = Enrolment.objects.filter(user=user, course=course).first()
    if present is not None:
        return present
    if not CoursePage.objects.live().public().filter(pk=course.pk).exists():
        raise DomainError("learning.course_closed", course=course.title)
    enrolment, _ = Enrolment.objects.get_or_create(user=user, course=course, defaults={"enrolled_at": now})
    return enrolment


@transaction.atomic
def complete_lesson(enrolment: Enrolment, *, lesson: LessonPage, now: datetime) -> LessonCompletion:
    """Mark a lesson of the course as read; the first moment stays.

    Raises `DomainError` "learning.lesson_elsewhere" (404) for a lesson that is not a published
    part of this course.
    """
    if not lesson.live or not lesson.is_descendant_of(enrolment.course):
        raise DomainError("learning.lesson_elsewhere", status=404)
    completion, _ = LessonCompletion.objects.get_or_create(enrolment=enrolment, lesson=lesson, defaults={"completed_at": now})
    return completion


@transaction.atomic
def start_quiz(enrolment: Enrolment, *, module: ModulePage, now: datetime) -> Attempt:
    """Return the open attempt at the module's quiz, or one on a newly drawn paper.

    Raises `DomainError` "learning.no_quiz" (404) when the module has none, and the bank's own
    "questionbank.bank_too_small".
    """
    if module.blueprint is None or not module.live or not module.is_descendant_of(enrolment.course):
        raise DomainError("learning.no_quiz", status=404)
    # Two clicks at once must not draw two papers.
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    present = open_attempt(enrolment.user, module.blueprint.pk)
    if present is not None:
        return present
    before = Attempt.objects.filter(user=enrolment.user, paper__blueprint=module.blueprint).count()
    paper = draw_paper(module.blueprint, seed=f"quiz:{enrolment.pk}:{module.pk}:{before + 1}", now=now)
    return start_attempt(paper, user=enrolment.user, now=now, minutes=module.blueprint.minutes)


@transaction.atomic
def answer_quiz(attempt: Attempt, *, answers: Mapping[int, list[str]], now: datetime) -> list[int]:
    """Save the answers of a whole page and return the positions still without one."""
    for question in questions_of(attempt):
        given = sorted(answers.get(question.position, []))
        if given != sorted(question.chosen):
            save_answer(attempt, position=question.position, answer=given, seq=question.seq + 1, now=now)
    return unanswered_positions(attempt)


def hand_in_quiz(attempt: Attempt, *, now: datetime) -> Attempt:
    """Hand the quiz in and mark it; a second time changes nothing."""
    return submit_attempt(attempt, now=now)


@transaction.atomic
def issue_statement(enrolment: Enrolment, *, now: datetime) -> CompletionStatement:
    """Issue the completion statement once and freeze what it says; a second time returns it.

    Raises `DomainError` listing every lesson not read and every quiz not passed
    ("learning.lessons_missing", "learning.quizzes_missing", "learning.lessons_and_quizzes_missing").
    """
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("user", "course").get(pk=enrolment.pk)
    present = CompletionStatement.objects.filter(enrolment=locked).first()
    if present is not None:
        return present
    progress = progress_of(locked)
    check_complete(progress.modules)
    number = _take_number(timezone.localtime(now).year)
    words = _words(progress, number=number, now=now)
    statement = CompletionStatement.objects.create(enrolment=locked, number=number, statement=words, issued_at=now)
    ledger.append(
        "learning.statement_issued",
        subject=statement,
        actor=locked.user,
        now=now,
        number=number,
        course=locked.course_id,
        sha256=statement_hash(words),
    )
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
        "course": course.title,
        "course_en": course.title_en,
        "college": course.college_name,
        "hours": course.hours,
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
