"""What certificates ask of the head."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results.rules import PublicationStatus
from lms.core.queues import QueueRow
from lms.core.workdays import add_workdays
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

ISSUE = gettext_lazy("Certificates to issue")


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Plans whose publication has ended and whose certificates are not all out. One query."""
    plans: QuerySet[Plan] = Plan.objects.filter(
        organisation__in=organisations_where(user, Role.HEAD),
        status=PlanStatus.IN_PUBLICATION.value,
        publication__status=PublicationStatus.CLOSED.value,
    ).select_related("publication")
    due = Q(
        seats__decision__passed=True,
        seats__decision__confirmed_at__isnull=False,
        seats__decision__certificate=None,
        seats__publication_row__withheld=False,
    )
    for plan in plans.annotate(waiting=Count("seats__decision", filter=due, distinct=True)):
        yield QueueRow(
            queue=ISSUE,
            title=plan.title,
            detail=_detail(plan.waiting),
            url=reverse("certificates:plan", args=[plan.pk]),
            due=add_workdays(plan.publication.closes_on, 1),
        )


def _detail(waiting: int) -> str:
    if not waiting:
        return _("All certificates are out; end the plan")
    return ngettext("%(count)s certificate is due", "%(count)s certificates are due", waiting) % {"count": waiting}


def own(user: Any, now: datetime) -> Iterable[QueueRow]:
    """A certificate asks nothing of its holder; a notice tells her of it."""
    return []
