"""What templates show of a person's practice."""

from typing import Any

from django import template

from courses.packages import selectors
from courses.packages.models import Package, Practice

register = template.Library()


@register.simple_tag(takes_context=True)
def practice_in(context: Any, package: Package) -> Practice | None:
    """Return how far the reader of the page has come in the package."""
    request = context.get("request")
    return selectors.practice_of(request.user, package) if request else None
