from collections.abc import Mapping
from typing import Any

from django import template

from certification.certificates.dossiers import Dossier
from lms.core.errors import DomainError
from lms.core.messages import text_of

register = template.Library()


@register.filter
def sentence(error: DomainError) -> str:
    """Return the sentence for a refusal that a page shows before anybody tries."""
    return text_of(error)


@register.inclusion_tag("certificates/partials/leave_out.html")
def leave_out(dossier: Dossier, left_out: Mapping[int, str] | None) -> dict[str, Any]:
    """Draw the tick and the reason of one person; `left_out` is what the form that came back said, by user pk."""
    said = left_out or {}
    pk = dossier.holder.pk
    reason = text_of(dossier.refusal) if dossier.refusal is not None else ""
    return {
        "holder": dossier.holder,
        "ticked": pk in said if left_out is not None else dossier.refusal is not None,
        "reason": said.get(pk, reason),
        "is_missing": pk in said and not said[pk].strip(),
    }
