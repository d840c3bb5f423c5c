"""A learner's progress on the public course pages, which themselves know nothing of learners."""

from django import template

from courses.catalogue.models import CoursePage
from courses.catalogue.selectors import Outline
from courses.learning.queues import step_title
from courses.learning.selectors import CourseProgress, enrolment_of, progress_of

register = template.Library()


@register.simple_tag(takes_context=True)
def course_progress(
    context: template.Context, course: CoursePage | None, outline: Outline | None = None
) -> CourseProgress | None:
    """Return the signed-in person's progress in the course, or None when she is not enrolled."""
    request = context.get("request")
    enrolment = enrolment_of(getattr(request, "user", None), course) if course else None
    return progress_of(enrolment, outline=outline) if enrolment else None


@register.filter
def next_step_title(progress: CourseProgress) -> str:
    return step_title(progress)
