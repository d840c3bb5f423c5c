"""What is left to do, who may join, what changed between two versions. Knows no framework."""

from courses.learning.rules.steps import (
    FORBIDDEN_WORDS,
    LAST_SERIAL,
    Film,
    LessonState,
    ModuleState,
    NextStep,
    QuizState,
    StepKind,
    check_complete,
    check_watched,
    format_statement_number,
    next_step,
    parse_statement_number,
)

__all__ = [
    "FORBIDDEN_WORDS",
    "LAST_SERIAL",
    "Film",
    "LessonState",
    "ModuleState",
    "NextStep",
    "QuizState",
    "StepKind",
    "check_complete",
    "check_watched",
    "format_statement_number",
    "next_step",
    "parse_statement_number",
]
