"""The sentences of this room's errors."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[str, str | Promise] = {
    "learning.course_closed": _("“%(course)s” is not open for enrolment at the moment."),
    "learning.course_empty": _("This course has no published lessons yet, so it cannot be completed."),
    "learning.not_enrolled": _("You are not enrolled in “%(course)s”. Open the course page and choose “Enrol”."),
    "learning.lesson_elsewhere": _("This lesson is not part of the course you are enrolled in."),
    "learning.no_quiz": _("This module has no quiz."),
    "learning.lessons_missing": _("Not read yet: %(lessons)s."),
    "learning.quizzes_missing": _("Quiz not passed yet: %(quizzes)s."),
    "learning.lessons_and_quizzes_missing": _("Not read yet: %(lessons)s. Quiz not passed yet: %(quizzes)s."),
    "learning.serial_exhausted": _("All statement numbers of %(year)s are used. Please tell the operator."),
}
