"""What a course asks of those who begin it."""

from typing import Any

from django.db.models import Exists, OuterRef

from courses.catalogue.models import CoursePage
from courses.learning.models import CompletionStatement, CourseRun, CourseTerms


def terms_of(course: CoursePage) -> CourseTerms | None:
    return CourseTerms.objects.filter(course=course).first()


def terms_and_classes(course: CoursePage) -> tuple[CourseTerms | None, bool]:
    """Return the terms of the course and whether it has, or had, any class; one query."""
    has_classes = Exists(CourseRun.objects.filter(course=OuterRef("pk")))
    found = CoursePage.objects.filter(pk=course.pk).select_related("terms").only("pk", "terms").annotate(has_classes=has_classes)
    row = found.get()
    return getattr(row, "terms", None), row.has_classes


def missing_prerequisites(terms: CourseTerms, user: Any) -> list[CoursePage]:
    """Return the courses that the person has to complete before; all of them for nobody signed in."""
    asked = terms.prerequisites.all()
    if getattr(user, "is_authenticated", False):
        done = CompletionStatement.objects.filter(enrolment__user_id=user.pk).values("enrolment__course_id")
        asked = asked.exclude(pk__in=done)
    return list(asked.order_by("title"))
