"""Until when a review may be asked for and an appeal may be filed, by the scheme's parameters and the calendar of working days."""

from datetime import date

from django.utils import timezone

from certification.results import case_rules
from certification.results.models import Case, Objection, Publication
from lms.core.workdays import add_workdays


def review_until(publication: Publication) -> date:
    """Return the last day on which a review may be asked for. Source: `review_request_days`, counted from the opening."""
    days = publication.plan.scheme.parameter("review_request_days")
    return case_rules.term(publication.opens_on, days, add_workdays=add_workdays)


def appeal_until(publication: Publication, against: Objection | Case | None) -> date | None:
    """Return the last day for an appeal against this answer, or against the result itself; None while it cannot be filed."""
    if against is None:
        return case_rules.result_appeal_until(timezone.localdate(publication.closed_at)) if publication.closed_at else None
    if against.decided_at is None:
        return None
    days = publication.plan.scheme.parameter("review_request_days")
    return case_rules.term(timezone.localdate(against.decided_at), days, add_workdays=add_workdays)
