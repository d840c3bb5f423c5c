"""What is left to do in a course, and the number of a completion statement. Knows no framework."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

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
    """A module's quiz: `best` is the best mark out of 100, None before the first paper handed in."""

    blueprint: int
    pass_mark: Decimal
    best: Decimal | None

    @property
    def passed(self) -> bool:
        return self.best is not None and self.best >= self.pass_mark


@dataclass(frozen=True)
class ModuleState:
    pk: int
    title: str
    lessons: tuple[LessonState, ...]
    quiz: QuizState | None

    @property
    def done(self) -> int:
        """Steps done: lessons read, and the quiz when it is passed."""
        return sum(lesson.done for lesson in self.lessons) + int(bool(self.quiz and self.quiz.passed))

    @property
    def total(self) -> int:
        return len(self.lessons) + int(self.quiz is not None)

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
        if module.quiz is not None and not module.quiz.passed:
            return NextStep(StepKind.QUIZ, module.pk, module.title)
    if has_statement or not any(module.total for module in modules):
        return NextStep(StepKind.NONE)
    return NextStep(StepKind.STATEMENT)


def check_complete(modules: Sequence[ModuleState]) -> None:
    """Raise `DomainError` with everything that is missing for a completion statement, all at once.

    House rule: every published lesson read and every module quiz passed.
    """
    if not any(module.lessons for module in modules):
        raise DomainError("learning.course_empty")
    lessons = [lesson.title for module in modules for lesson in module.lessons if not lesson.done]
    quizzes = [module.title for module in modules if module.quiz is not None and not module.quiz.passed]
    if lessons and quizzes:
        raise DomainError("learning.lessons_and_quizzes_missing", lessons=lessons, quizzes=quizzes)
    if lessons:
        raise DomainError("learning.lessons_missing", lessons=lessons)
    if quizzes:
        raise DomainError("learning.quizzes_missing", quizzes=quizzes)


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
