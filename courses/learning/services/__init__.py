"""The verbs of the learning room."""

from courses.learning.services.course import (
    answer_quiz,
    complete_lesson,
    enrol,
    hand_in_quiz,
    issue_statement,
    keep_place,
    start_quiz,
    statement_hash,
)
from courses.learning.services.moving import move_class, move_to_version

__all__ = [
    "answer_quiz",
    "complete_lesson",
    "enrol",
    "hand_in_quiz",
    "issue_statement",
    "keep_place",
    "move_class",
    "move_to_version",
    "start_quiz",
    "statement_hash",
]
