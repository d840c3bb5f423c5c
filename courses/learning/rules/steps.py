"""What is left to do in a course, and the number of a completion statement. Knows no framework."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from courses.questionbank.rules import is_pass
from lms.core.errors import DomainError

STATEMENT_NUMBER = re.compile(r"JY(\d{4})-(\d{6})")
LAST_SERIAL = 999_999
FORBIDDEN_WORDS = ("职业技能等级证书", "osta")
"""Words that a completion statement never carries (invariant I38)."""


class StepKind(StrEnum):
    LESSON = "lesson"
    QUIZ = "quiz"
    STATEMENT = "statement"
    NONE = "none"


@dataclass(frozen=True)
class LessonState:
    pk: int
    title: str
    done: bool


@dataclass(frozen=True)
class QuizState:
    """A module's quiz: `best` is the best mark out of 100, None before the first paper handed in.

    One that is not `needed` is practice: it is no step of the course.
    """

    blueprint: int
    pass_mark: Decimal
    best: Decimal | None
    needed: bool = True

    @property
    def passed(self) -> bool:
        return is_pass(self.best, self.pass_mark)

    @property
    def is_open(self) -> bool:
        """It has to be passed, and is not yet."""
        return self.needed and not self.passed


@dataclass(frozen=True)
class ModuleState:
    pk: int
    title: str
    lessons: tuple[LessonState, ...]
    quiz: QuizState | None

    @property
    def done(self) -> int:
        """Steps done: lessons read, and the quiz when it is passed."""
        return sum(lesson.done for lesson in self.lessons) + int(bool(self.quiz and self.quiz.needed and self.quiz.passed))

    @property
    def total(self) -> int:
        return len(self.lessons) + int(self.quiz is not None and self.quiz.needed)

    @property
    def is_finished(self) -> bool:
        return self.done == self.total

    @property
    def lessons_done(self) -> bool:
        return all(lesson.done for lesson in self.lessons)


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now; `pk` is the lesson's or the module's."""

    kind: StepKind
    pk: int | None = None
    title: str = ""


def next_step(modules: Sequence[ModuleState], *, has_statement: bool) -> NextStep:
    """Return the first unread lesson, a module's quiz once its lessons are read, or the statement.

    The order is the course's own: the quiz of a module comes before the lessons of the next one.
    """
    for module in modules:
        for lesson in module.lessons:
            if not lesson.done:
                return NextStep(StepKind.LESSON, lesson.pk, lesson.title)
        if module.quiz is not None and module.quiz.is_open:
            return NextStep(StepKind.QUIZ, module.pk, module.title)
    if has_statement or not any(module.total for module in modules):
        return NextStep(StepKind.NONE)
    return NextStep(StepKind.STATEMENT)


def check_complete(modules: Sequence[ModuleState]) -> None:
    """Raise `DomainError` with everything that is missing for a completion statement, all at once.

    House rule: every lesson of her version read, and every module quiz passed where the college asks for it.
    """
    if not any(module.lessons for module in modules):
        raise DomainError("learning.course_empty")
    lessons = [lesson.title for module in modules for lesson in module.lessons if not lesson.done]
    quizzes = [module.title for module in modules if module.quiz is not None and module.quiz.is_open]
    if lessons and quizzes:
        raise DomainError("learning.lessons_and_quizzes_missing", lessons=lessons, quizzes=quizzes)
    if lessons:
        raise DomainError("learning.lessons_missing", lessons=lessons)
    if quizzes:
        raise DomainError("learning.quizzes_missing", quizzes=quizzes)


@dataclass(frozen=True)
class Film:
    """How much of a recording somebody has watched, in per cent of its length."""

    title: str
    percent: int


def check_watched(films: Sequence[Film], *, percent: int) -> None:
    """Raise `DomainError` "learning.films_missing" naming every film of which less than `percent` was watched."""
    missing = [film.title for film in films if film.percent < percent]
    if missing:
        raise DomainError("learning.films_missing", films=missing, percent=percent)


def format_statement_number(year: int, serial: int) -> str:
    """Return e.g. "JY2026-000001". Its shape is far from a 22-character certificate number (I38).

    Raises `DomainError` "learning.serial_exhausted" above 999999.
    """
    if not 1 <= serial <= LAST_SERIAL:
        raise DomainError("learning.serial_exhausted", year=year)
    return f"JY{year:04d}-{serial:06d}"


def parse_statement_number(number: str) -> tuple[int, int] | None:
    """Return (year, serial) of a statement number, or None when it is not one."""
    match = STATEMENT_NUMBER.fullmatch(number.strip().upper())
    return (int(match[1]), int(match[2])) if match else None
