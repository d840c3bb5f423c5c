"""The only way a view reaches learning rows: one's own, or not found."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.catalogue.selectors import course_of
from courses.learning.models import CompletionStatement, Enrolment
from courses.learning.selectors import progress_of
from courses.questionbank.models import Attempt
from lms.accounts.models import User
from lms.core.errors import DomainError


def enrolments_visible_to(user: User) -> QuerySet[Enrolment]:
    """Return the person's own enrolments."""
    return Enrolment.objects.filter(user=user).select_related("course", "user", "statement")


def course_open_to(user: User, pk: int) -> CoursePage:
    """Return a course that the person may enrol in or has enrolled in; 404 otherwise."""
    course: CoursePage | None = CoursePage.objects.filter(pk=pk).first()
    if course is None:
        raise Http404
    if not course.live and not Enrolment.objects.filter(user=user, course=course).exists():
        raise Http404
    return course


def enrolment_for(user: User, course: CoursePage) -> Enrolment:
    """Return the person's own enrolment in the course.

    Raises `DomainError` "learning.not_enrolled" (403): the course is public, so there is no secret.
    """
    enrolment = enrolments_visible_to(user).filter(course=course).first()
    if enrolment is None:
        raise DomainError("learning.not_enrolled", status=403, course=course.title)
    return enrolment


def lesson_for(user: User, pk: int) -> tuple[LessonPage, Enrolment]:
    """Return a published lesson with the person's enrolment in its course."""
    lesson = get_object_or_404(LessonPage.objects.live().defer("body"), pk=pk)
    return lesson, enrolment_for(user, _course_above(lesson))


def module_for(user: User, pk: int) -> tuple[ModulePage, Enrolment]:
    """Return a published module with the person's enrolment in its course."""
    module = get_object_or_404(ModulePage.objects.live().select_related("blueprint"), pk=pk)
    return module, enrolment_for(user, _course_above(module))


def _course_above(page: ModulePage | LessonPage) -> CoursePage:
    course = course_of(page)
    if course is None or not course.live:
        raise Http404
    return course


def statements_visible_to(user: User) -> QuerySet[CompletionStatement]:
    """Return the person's own statements."""
    return CompletionStatement.objects.filter(enrolment__user=user).select_related("enrolment")


def statement_for(user: User, pk: int) -> CompletionStatement:
    """Return the person's own statement; 404 for anybody else's."""
    return get_object_or_404(statements_visible_to(user), pk=pk)


def place_of_attempt(user: User, attempt: Attempt) -> dict[str, Any]:
    """Return {module, course, progress} that a quiz attempt belongs to, as far as they still exist."""
    blueprint_id = attempt.paper.blueprint_id
    module = ModulePage.objects.live().filter(blueprint_id=blueprint_id).first()
    course = course_of(module) if module else None
    enrolment = enrolments_visible_to(user).filter(course=course).first() if course else None
    return {"module": module, "course": course, "progress": progress_of(enrolment) if enrolment else None}
