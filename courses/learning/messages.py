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
    "learning.films_missing": _("Watch at least %(percent)s%% of these, or work through them: %(films)s."),
    "learning.class_only": _("This course is taken in a class. Choose one on the course page."),
    "learning.prerequisites_missing": _("Complete these courses first: %(courses)s."),
    "learning.prerequisite_circle": _("These courses would wait for each other. Please take one of them out."),
    "learning.version_elsewhere": _("This version belongs to another course."),
    "learning.version_changed": _("The course has changed again in this moment. Please look at the difference once more."),
    "learning.version_not_newer": _("The class has this version, or a newer one, already."),
    "learning.already_complete": _("You have completed this course already; its statement stays as it is."),
    "learning.class_ends_before_start": _("The last day comes before the first. Please change one of them."),
    "learning.due_outside_class": _("Each module is due between %(first)s and %(last)s, the days of the class."),
    "learning.class_full": _("All %(capacity)s places of this class are taken."),
    "learning.class_over": _("This class ended on %(last)s."),
    "learning.capacity_below_learners": _("%(learners)s people learn in this class already; there cannot be fewer places."),
    "learning.link_needed": _("One comes into this class by its link. Please ask the teacher for it."),
    "learning.not_on_list": _(
        "Your proved phone or e-mail is not on the list of this class. Please ask the teacher to put it there."
    ),
    "learning.in_other_class": _("You are in the class “%(title)s” of this course, which is not over yet."),
    "learning.list_empty": _("No phone and no e-mail was found. Please write one a line."),
    "learning.list_too_long": _("At most %(most)s contacts can be read at once. Please cut the list in parts."),
    "learning.note_empty": _("Write something, or highlight some words first."),
    "learning.note_too_long": _("A note has at most %(most)s characters. Please cut it in two."),
    "learning.question_empty": _("Please write what you want to say."),
    "learning.question_too_long": _("At most %(most)s characters, please."),
    "learning.question_answered": _("This question is answered already, so it stays."),
}
