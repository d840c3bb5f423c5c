"""What a plan knows of its applications: the reverse relation is the only thing known of the later room."""

from datetime import date

from django.db.models import Count, Max, QuerySet
from django.utils.timezone import localdate

from certification.plans.models import Plan
from lms.accounts.models import User

GONE = ("rejected", "withdrawn")


def case_counts(plan: Plan) -> dict[str, int]:
    """Return how many cases stand where. One query."""
    counts = dict(plan.applications.values_list("status").annotate(count=Count("pk")))
    waiting = counts.get("submitted", 0) + counts.get("first_ok", 0)
    return {
        "drafts": counts.get("draft", 0) + counts.get("returned", 0),
        "waiting": waiting,
        "approved": counts.get("approved", 0) + counts.get("seated", 0),
        "rejected": counts.get("rejected", 0) + counts.get("withdrawn", 0),
    }


def last_review(plan: Plan) -> date | None:
    """Return the day of the latest verdict. One query."""
    latest = plan.applications.aggregate(latest=Max("reviews__at"))["latest"]
    return localdate(latest) if latest else None


def applicants_of(plan: Plan) -> QuerySet[User]:
    """Return who applied or began to, and was neither rejected nor stepped back."""
    cases = plan.applications.exclude(status__in=GONE)
    return User.objects.filter(pk__in=cases.values("candidate"), is_active=True).order_by("pk")
