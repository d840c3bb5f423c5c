from django import template

from lms.core.errors import DomainError
from lms.core.messages import text_of

register = template.Library()


@register.filter
def sentence(error: DomainError) -> str:
    """Return the sentence for what is wrong with a row of a file."""
    return text_of(error)
