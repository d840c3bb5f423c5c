"""Programmes on the pages of their college."""

from django import template

from courses.catalogue.models import CollegePage
from courses.curricula import selectors
from courses.curricula.models import CurriculumPage

register = template.Library()


@register.simple_tag
def curricula_of(college: CollegePage) -> list[CurriculumPage]:
    return selectors.curricula_of(college)
