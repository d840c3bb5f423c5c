"""What course pages show besides their own fields."""

from typing import Any

from django import template

from courses.catalogue import selectors
from courses.catalogue.models import CollegePage, CoursePage, LessonPage, ModulePage

register = template.Library()


@register.simple_tag(takes_context=True)
def course_list(context: template.Context) -> dict[str, Any]:
    """Return courses and filters of the index for the present query string."""
    return selectors.course_list(context["request"].GET)


@register.simple_tag
def courses_of(college: CollegePage) -> list[CoursePage]:
    return selectors.courses_of(college)


@register.simple_tag
def outline_of(course: CoursePage) -> selectors.Outline:
    return selectors.outline_of(course)


@register.simple_tag
def course_of(page: ModulePage | LessonPage) -> CoursePage | None:
    return selectors.course_of(page)


@register.simple_tag
def place_of(lesson: LessonPage) -> selectors.Place | None:
    return selectors.place_of(lesson)


@register.simple_tag
def at_class_list(codes: list[str]) -> list[dict[str, str]]:
    return selectors.at_class_list(codes)
