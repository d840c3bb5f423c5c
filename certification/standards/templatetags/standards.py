from django import template

from certification.standards.labels import told
from lms.core.errors import DomainError

register = template.Library()


@register.filter
def sentence(error: DomainError) -> str:
    """Return the sentence for what is wrong with a row of a file."""
    return told(error)
