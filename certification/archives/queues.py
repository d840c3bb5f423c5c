"""What archives ask of people: to put together, to seal, to allow, to be there; what is past its retention."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.archives.labels import KEPT_LABELS
from certification.archives.models import Archive, Destruction, Opening
from certification.archives.rules import WAITS_FOR, OpeningState, Status
from certification.archives.selectors import due_on, over_retention, seen_at, with_acts
from certification.plans.models import Plan
from certification.plans.rules import Status as PlanStatus
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

ARCHIVES = gettext_lazy("Archives")
LIMIT = 100


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """What waits for an officer, for a head, for one of two people who read. Eight queries at most."""
    yield from _to_put_together(user)
    yield from _to_seal(user)
    yield from _openings(user, now)
    yield from _over(user, now)


def _row(title: str, plan: Plan, url: str, due: Any = None, *, detail: str = "") -> QueueRow:
    return QueueRow(
        queue=ARCHIVES,
        title=title,
        detail=detail or plan.title,
        url=url,
        due=due,
        plan=plan.pk,
        organisation=plan.organisation_id,
    )


def _to_put_together(user: Any) -> Iterable[QueueRow]:
    bodies = organisations_where(user, Role.EXAM_OFFICER)
    waiting = Plan.objects.filter(organisation__in=bodies, status=PlanStatus.CERTIFIED.value, archive=None)
    waiting = waiting.select_related("scheme__occupation", "publication").order_by("exam_date", "pk")
    for plan in waiting[:LIMIT]:
        yield _row(_("Put the archive together"), plan, reverse("archives:plan", args=[plan.pk]), due_on(plan))


def _to_seal(user: Any) -> Iterable[QueueRow]:
    bodies = organisations_where(user, Role.HEAD)
    waiting = Archive.objects.filter(plan__organisation__in=bodies, status=Status.BUILT.value).exclude(prepared_by=user.pk)
    waiting = waiting.select_related("plan__scheme__occupation", "plan__publication").order_by("plan__exam_date", "pk")
    for archive in waiting[:LIMIT]:
        plan = archive.plan
        yield _row(_("Seal the archive"), plan, reverse("archives:detail", args=[archive.pk]), due_on(plan))


def _openings(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Requests to allow, and those at which one is to be there."""
    headed = Q(archive__plan__organisation__in=organisations_where(user, Role.HEAD), approval=None)
    mine = Q(requested_by=user.pk) | Q(witness=user.pk)
    rows = Opening.objects.filter((headed & ~mine) | (mine & Q(approval__isnull=False)), requested_at__gt=now - WAITS_FOR)
    for opening in with_acts(rows).order_by("requested_at", "pk")[:LIMIT]:
        seen = seen_at(opening, now)
        url, plan = reverse("archives:opening", args=[opening.pk]), opening.archive.plan
        last = localdate(opening.requested_at + WAITS_FOR)
        if seen.state is OpeningState.ASKED:
            yield _row(_("Allow an archive to be opened"), plan, url, last)
        elif seen.state is OpeningState.APPROVED and user.pk not in seen.present:
            yield _row(_("Be there when an archive is opened"), plan, url, last)


def _over(user: Any, now: datetime) -> Iterable[QueueRow]:
    """What is past its last day, and what a second person has to agree to; the head's."""
    bodies = organisations_where(user, Role.HEAD)
    for archive, kept, last in over_retention(Archive.objects.filter(plan__organisation__in=bodies), now=now)[:LIMIT]:
        yield QueueRow(
            queue=ARCHIVES,
            title=_("The retention is over: %(what)s") % {"what": KEPT_LABELS[kept]},
            detail=archive.plan.title,
            url=reverse("archives:propose", args=[archive.pk]),
            key=f"{archive.pk}-{kept.value}",
            due=last,
            seen_as=last.isoformat(),
            plan=archive.plan_id,
            organisation=archive.plan.organisation_id,
        )
    asked = Destruction.objects.filter(archive__plan__organisation__in=bodies, verdict=None).exclude(proposed_by=user.pk)
    for row in asked.select_related("archive__plan").order_by("pk")[:LIMIT]:
        plan = row.archive.plan
        yield _row(
            _("Agree to a destruction"), plan, reverse("archives:detail", args=[row.archive_id]), localdate(row.proposed_at)
        )
