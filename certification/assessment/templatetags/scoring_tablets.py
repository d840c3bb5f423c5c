"""The officer's view of the tablets, for the page of the assessment."""

from typing import Any

from django import template

from certification.assessment.offline.selectors import refused_rows, tablet_rows
from certification.plans.models import Plan
from lms.core import clock

register = template.Library()


@register.inclusion_tag("assessment/offline/_tablets.html", takes_context=True)
def scoring_tablets(context: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Show which tablets there are, what has arrived from each, and what two people may give up.

    Whoever reaches the page, officer or head, may be the second person.
    """
    rows = tablet_rows(plan, now=clock.now())
    return {
        "rows": rows,
        "refused": refused_rows(plan) if any(row.refused for row in rows) else [],
        "is_officer": context["is_officer"],
        "me": context["request"].user.pk,
        "csrf_token": context.get("csrf_token"),
    }
