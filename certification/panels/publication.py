"""What a plan with a review needs before it is published; `plans.publication_checks` asks it."""

from datetime import datetime

from certification.panels.selectors import requires_review, setup_of
from certification.plans.models import Plan
from certification.plans.rules import Problem


def setup_problems(plan: Plan, now: datetime) -> list[Problem]:
    """Return what the review's set-up lacks: there is none, or its days no longer fit the dates of the draft."""
    if not requires_review(plan):
        return []
    setup = setup_of(plan)
    if setup is None:
        return [Problem("panels.setup_missing", {})]
    if not plan.registration_opens <= setup.dossier_closes < plan.exam_date:
        return [Problem("panels.dossier_day", {"first": plan.registration_opens, "exam": plan.exam_date})]
    return []
