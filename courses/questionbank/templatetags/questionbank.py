"""Words for what an import finds in a line."""

from django import template
from django.utils.translation import pgettext

from courses.questionbank.services.importing import Outcome
from lms.core.errors import DomainError
from lms.core.messages import text_of

register = template.Library()


@register.filter
def outcome_name(outcome: Outcome) -> str:
    return {
        Outcome.NEW: pgettext("line of a table", "New"),
        Outcome.CHANGED: pgettext("line of a table", "Changed"),
        Outcome.RESTORED: pgettext("line of a table", "In use again"),
        Outcome.SAME: pgettext("line of a table", "As before"),
        Outcome.WRONG: pgettext("line of a table", "Wrong"),
    }[outcome]


@register.filter
def refusal(error: DomainError) -> str:
    """Return the sentence that says why a line cannot come in."""
    return text_of(error)
