"""The officer's view of the tablets, for the page of the assessment."""

from typing import Any

from django import template

from certification.assessment.offline.selectors import refused_rows, tablet_rows
from certification.plans.models import Plan
from lms.core import clock
from lms.organisations.rules import Role
from lms.organisations.selectors import has_role

register = template.Library()


@register.inclusion_tag("assessment/offline/_tablets.html", takes_context=True)
def scoring_tablets(context: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Show which tablets there are, what has arrived from each, and what two people may give up."""
    user = context["request"].user
    rows = tablet_rows(plan, now=clock.now())
    return {
        "rows": rows,
        "refused": refused_rows(plan) if any(row.refused for row in rows) else [],
        "is_officer": has_role(user, plan.organisation, Role.EXAM_OFFICER),
        "may_confirm": has_role(user, plan.organisation, Role.EXAM_OFFICER, Role.HEAD),
        "me": user.pk,
        "csrf_token": context.get("csrf_token"),
    }
