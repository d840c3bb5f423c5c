"""What learners meet on the public course pages, which themselves know nothing of learners."""

from typing import Any

from django import template
from django.urls import reverse

from courses.catalogue.models import CoursePage, LessonPage
from courses.catalogue.selectors import outline_of
from courses.learning.models import CourseRun
from courses.learning.queues import step_title
from courses.learning.selectors.classes import classes_to_join
from courses.learning.selectors.contents import Contents, contents_of
from courses.learning.selectors.progress import CourseProgress, enrolment_of, progress_of
from courses.learning.selectors.reading import Reading, reading_in_public
from courses.learning.selectors.terms import missing_prerequisites, terms_and_classes
from lms.core import clock

register = template.Library()


@register.simple_tag(takes_context=True)
def course_progress(context: template.Context, course: CoursePage | None) -> CourseProgress | None:
    """Return the signed-in person's progress in the course, or None when she is not enrolled."""
    request = context.get("request")
    enrolment = enrolment_of(getattr(request, "user", None), course) if course else None
    if enrolment is None or course is None:
        return None
    enrolment.course = course
    return progress_of(enrolment)


@register.simple_tag
def own_outline(course: CoursePage, progress: CourseProgress | None) -> Any:
    """Return the outline of the version that she learns by, or of what is published for everybody else."""
    return progress.outline if progress else outline_of(course)


@register.simple_tag(takes_context=True)
def contents(context: template.Context, outline: Any, progress: CourseProgress | None, only: str = "") -> Contents:
    """Return what the page lists of the outline, by its query string; of one module with `only`, its slug."""
    request = context.get("request")
    return contents_of(outline, progress, request.GET if request else {}, only=only)


@register.simple_tag(takes_context=True)
def reading_of(context: template.Context, lesson: LessonPage) -> Reading:
    """Return place, progress and notes for a lesson page: those of her version, or of what is published."""
    request = context.get("request")
    own: Reading | None = getattr(request, "reading", None)
    return own or reading_in_public(getattr(request, "user", None), lesson)


@register.simple_tag(takes_context=True)
def doors_of(context: template.Context, course: CoursePage) -> dict[str, Any]:
    """Return {missing, class_only, classes}: courses to complete before, and the classes one may join.

    One query for a course that has neither terms nor classes, three at most.
    """
    request = context.get("request")
    terms, has_classes = terms_and_classes(course)
    return {
        "missing": missing_prerequisites(terms, getattr(request, "user", None)) if terms else [],
        "class_only": bool(terms and terms.by_class_only),
        "classes": classes_to_join(course, today=clock.today()) if has_classes else [],
    }


@register.filter
def next_step_title(progress: CourseProgress) -> str:
    return step_title(progress)


@register.filter
def at(table: dict[Any, Any], key: Any) -> Any:
    """Return what stands in the table under this key, None when nothing does."""
    return table.get(key)


@register.simple_tag
def join_link(request: Any, run: CourseRun) -> str:
    """The address to hand out."""
    return str(request.build_absolute_uri(reverse("learning:join_link", args=[run.token])))
