"""Who learns what, in which class, what she noted and asked."""

from courses.learning.models.calendar import CalendarKey
from courses.learning.models.classes import (
    REQUEST_STATUS_LABELS,
    WAY_IN_LABELS,
    Announcement,
    CourseRun,
    Invitation,
    JoinRequest,
)
from courses.learning.models.dues import DueTelling
from courses.learning.models.enrolments import CompletionStatement, Enrolment, LessonCompletion, StatementCounter
from courses.learning.models.notes import Note
from courses.learning.models.questions import Question
from courses.learning.models.terms import CourseTerms

__all__ = [
    "REQUEST_STATUS_LABELS",
    "WAY_IN_LABELS",
    "Announcement",
    "CalendarKey",
    "CompletionStatement",
    "CourseRun",
    "CourseTerms",
    "DueTelling",
    "Enrolment",
    "Invitation",
    "JoinRequest",
    "LessonCompletion",
    "Note",
    "Question",
    "StatementCounter",
]
