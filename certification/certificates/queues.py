"""What certificates ask of the head."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.certificates.key_queues import key_rows
from certification.certificates.models import CHANGE_LABELS, ChangeRequest, IssueBatch
from certification.certificates.rules import BatchStatus, Change, ItemStatus, RequestStatus
from certification.certificates.selectors import OPEN_BATCH
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from certification.results.rules import PublicationStatus
from lms.core.queues import QueueRow, TableSource
from lms.core.queues.sources import midnight
from lms.core.workdays import add_workdays
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

PREPARE = gettext_lazy("Certificates to prepare")
APPROVE = gettext_lazy("Certificates to approve")
ANSWER = gettext_lazy("Requests of certificate holders")
ANSWER_WITHIN = timedelta(days=7)
"""How soon a holder should have an answer. House rule."""


class RequestSource(TableSource):
    """For officers and heads: what holders ask for; not what the person filed herself or what is about her own."""

    queue = ANSWER
    sort = "filed_at"
    body = "certificate__organisation"
    words = ("certificate__number",)

    def waiting(self, user: Any, now: datetime) -> QuerySet[Any]:
        waiting = ChangeRequest.objects.filter(
            status=RequestStatus.FILED.value,
            certificate__organisation__in=organisations_where(user, Role.EXAM_OFFICER, Role.HEAD),
        )
        return waiting.exclude(Q(filed_by=user.pk) | Q(certificate__holder=user.pk))

    def detailed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("certificate").defer("certificate__claims", "certificate__id_number")

    def due_from(self, day: date) -> datetime:
        return midnight(day - ANSWER_WITHIN)

    def row(self, found: Any, now: datetime) -> QueueRow:
        return QueueRow(
            queue=ANSWER,
            title=str(CHANGE_LABELS[Change(found.change)]),
            detail=found.certificate.number,
            url=reverse("certificates:request", args=[found.pk]),
            due=timezone.localdate(found.filed_at) + ANSWER_WITHIN,
            organisation=found.certificate.organisation_id,
        )


SOURCES = [RequestSource()]


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Plans whose certificates are due and on no list yet, lists to approve or standing still, and keys. Four queries."""
    yield from _due(user)
    yield from _lists(user)
    yield from key_rows(user, now)


def _due(user: Any) -> Iterable[QueueRow]:
    """For officers and heads: plans whose publication has ended and whose certificates are not all out."""
    plans: QuerySet[Plan] = Plan.objects.filter(
        organisation__in=organisations_where(user, Role.EXAM_OFFICER, Role.HEAD),
        status__in=[PlanStatus.IN_PUBLICATION.value, PlanStatus.CERTIFIED.value],
        publication__status=PublicationStatus.CLOSED.value,
    ).select_related("publication")
    due = Q(
        seats__decision__passed=True,
        seats__decision__confirmed_at__isnull=False,
        seats__decision__certificate=None,
        seats__publication_row__withheld=False,
    )
    plans = plans.exclude(issue_batches__status__in=OPEN_BATCH)
    plans = plans.annotate(waiting=Count("seats__decision", filter=due, distinct=True))
    # A plan that was ended comes back when a correction lets somebody pass afterwards.
    for plan in plans.exclude(status=PlanStatus.CERTIFIED.value, waiting=0):
        yield QueueRow(
            queue=PREPARE,
            title=plan.title,
            detail=_detail(plan.waiting),
            url=reverse("certificates:plan", args=[plan.pk]),
            due=add_workdays(plan.publication.closes_on, 1),
            plan=plan.pk,
            organisation=plan.organisation_id,
        )


def _lists(user: Any) -> Iterable[QueueRow]:
    """For heads: lists that somebody else prepared, and lists that a problem stopped."""
    batches = IssueBatch.objects.filter(
        Q(status=BatchStatus.PREPARED.value) & ~Q(prepared_by=user.pk) | Q(status=BatchStatus.PAUSED.value) & ~Q(problem=""),
        organisation__in=organisations_where(user, Role.HEAD),
    ).select_related("plan", "programme", "prepared_by")
    for batch in batches.annotate(people=Count("items", filter=~Q(items__status=ItemStatus.EXCLUDED.value))):
        source = batch.plan or batch.programme
        yield QueueRow(
            queue=APPROVE,
            title=str(source),
            detail=batch.problem
            or ngettext(
                "%(count)s certificate, prepared by %(name)s", "%(count)s certificates, prepared by %(name)s", batch.people
            )
            % {"count": batch.people, "name": batch.prepared_by.get_full_name()},
            url=reverse("certificates:batch", args=[batch.pk]),
            due=batch.prepared_at,
            plan=batch.plan_id,
            organisation=batch.organisation_id,
        )


def _detail(waiting: int) -> str:
    if not waiting:
        return _("All certificates are out; end the plan")
    return ngettext("%(count)s certificate is due", "%(count)s certificates are due", waiting) % {"count": waiting}


def own(user: Any, now: datetime) -> Iterable[QueueRow]:
    """A certificate asks nothing of its holder; a notice tells her of it."""
    return []
