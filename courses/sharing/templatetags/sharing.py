"""Whose work a lesson is, told to its readers."""

from django import template

from courses.catalogue.models import LessonPage
from courses.sharing import selectors
from courses.sharing.models import Reuse

register = template.Library()


@register.simple_tag
def attribution_of(lesson: LessonPage) -> Reuse | None:
    return selectors.attribution_of(lesson) if lesson.pk and lesson.borrowed else None
