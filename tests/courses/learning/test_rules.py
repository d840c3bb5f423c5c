"""What comes next, what is missing, and statement numbers; no database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules import (
    LessonState,
    ModuleState,
    QuizState,
    StepKind,
    check_complete,
    format_statement_number,
    next_step,
    parse_statement_number,
)
from lms.core.errors import DomainError


def module(pk: int, done: list[bool], best: str | None = None, *, quiz: bool = True) -> ModuleState:
    state = QuizState(blueprint=pk, pass_mark=Decimal(60), best=None if best is None else Decimal(best)) if quiz else None
    lessons = tuple(LessonState(10 * pk + n, f"课{pk}{n}", read) for n, read in enumerate(done))
    return ModuleState(pk=pk, title=f"模块{pk}", lessons=lessons, quiz=state)


def test_the_first_unread_lesson_comes_first():
    step = next_step([module(1, [True, False]), module(2, [False])], has_statement=False)
    assert (step.kind, step.pk) == (StepKind.LESSON, 11)


def test_the_quiz_comes_before_the_lessons_of_the_next_module():
    step = next_step([module(1, [True, True], "59.99"), module(2, [False])], has_statement=False)
    assert (step.kind, step.pk) == (StepKind.QUIZ, 1)


def test_a_finished_course_offers_the_statement_once():
    done = [module(1, [True], "60"), module(2, [True], quiz=False)]
    assert next_step(done, has_statement=False).kind is StepKind.STATEMENT
    assert next_step(done, has_statement=True).kind is StepKind.NONE
    assert next_step([], has_statement=False).kind is StepKind.NONE


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(DomainError) as caught:
        check_complete([module(1, [True, False], "59.5"), module(2, [False])])
    assert caught.value.code == "learning.lessons_and_quizzes_missing"
    assert caught.value.context == {"lessons": ["课11", "课20"], "quizzes": ["模块1", "模块2"]}


@pytest.mark.parametrize(
    ("modules", "code"),
    [
        ([module(1, [False], "100")], "lessons_missing"),
        ([module(1, [True], "59.99")], "quizzes_missing"),
        ([module(1, [])], "course_empty"),
        ([], "course_empty"),
    ],
)
def test_an_unfinished_course_is_refused(modules, code):
    with pytest.raises(DomainError, match=code):
        check_complete(modules)


def test_sixty_is_enough():
    check_complete([module(1, [True], "60")])


@given(st.integers(2000, 9999), st.integers(1, 999_999))
def test_a_number_says_its_year_and_serial_and_is_no_certificate_number(year, serial):
    number = format_statement_number(year, serial)
    assert parse_statement_number(number) == (year, serial)
    assert len(number) != 22


def test_foreign_numbers_are_not_ours_and_a_full_year_is_told():
    assert parse_statement_number("S000031000123264000001") is None
    assert format_statement_number(2026, 1) == "JY2026-000001"
    with pytest.raises(DomainError, match="serial_exhausted"):
        format_statement_number(2026, 1_000_000)
