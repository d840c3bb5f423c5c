"""Names of the parts, for pages that only know their kinds."""

from datetime import date

from django import template
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from certification.assessment.models import PART_LABELS
from certification.assessment.rules import Part

register = template.Library()

REVIEW = pgettext_lazy("part of the assessment", "Comprehensive review")


@register.filter
def part_label(kind: str) -> str | Promise:
    """Return the name of a part: 理论知识考试, 操作技能考核, 综合评审; an unknown kind as it is."""
    if kind == "review":
        return REVIEW
    return PART_LABELS[Part(kind)] if kind in set(Part) else kind


@register.filter
def iso_day(text: str) -> date:
    """Return the day of an ISO date that was kept in a row, so that the page can word it."""
    return date.fromisoformat(text)
