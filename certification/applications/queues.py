from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.applications.access import applications_of, entries_for, needs_requests_reviewable_by
from certification.applications.desk_reminders import RemindCandidates, returned_rows
from certification.applications.desk_reviews import AssignReviews, ReviewSource
from certification.applications.models import Application
from certification.applications.rules import Status
from certification.applications.rules.accommodations import NeedsStatus
from certification.plans.rules import Status as PlanStatus
from lms.core.queues import QueueRow

APPLICATION = gettext_lazy("My application")
NEEDS = gettext_lazy("Help needed in the exam")
LIMIT = 100


SOURCES = [ReviewSource()]
ACTIONS = [AssignReviews(), RemindCandidates()]


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Returned cases that lie with their candidates, and requests for help in the exam; reviews are a source. Two queries."""
    yield from returned_rows(user)

    for request in needs_requests_reviewable_by(user).filter(status=NeedsStatus.ASKED.value).order_by("asked_at", "pk")[:LIMIT]:
        yield QueueRow(
            queue=NEEDS,
            title=request.user.name,
            detail=request.organisation.name,
            url=request.get_absolute_url(),
            organisation=request.organisation_id,
        )


def own(user: Any, now: datetime) -> Iterable[QueueRow]:
    """What the candidate has to do in her own cases, and what somebody entered for her. Three queries."""
    for entry in entries_for(user)[:LIMIT]:
        title = _("Confirm that you want to take part")
        url = reverse("applications:entry", args=[entry.pk])
        yield QueueRow(queue=APPLICATION, title=title, detail=entry.plan.title, url=url, due=entry.plan.registration_closes)
    wanted = [Status.DRAFT.value, Status.RETURNED.value, Status.SEATED.value]
    for case in applications_of(user).filter(status__in=wanted).order_by("pk")[:LIMIT]:
        row = _own_row(case, now)
        if row is not None:
            yield row


def _own_row(case: Application, now: datetime) -> QueueRow | None:
    plan, url = case.plan, case.get_absolute_url()
    if case.status == Status.SEATED:
        if plan.status not in (PlanStatus.ARRANGED, PlanStatus.IN_EXAM):
            return None
        title = _("Take your exam at %(place)s") % {"place": plan.site_name}
        return QueueRow(queue=APPLICATION, title=title, detail=plan.title, url=url, due=plan.theory_starts_at)
    if not case.window_is_open(localdate(now)):
        return None
    title = _("Correct your application") if case.status == Status.RETURNED else _("Finish your application")
    return QueueRow(queue=APPLICATION, title=title, detail=plan.title, url=url, due=plan.registration_closes)
