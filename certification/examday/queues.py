"""What the exam day asks of officers and invigilators."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.applications.needs import granted_after
from certification.examday.models import Arrangement, HandOver, Incident, ProposedPlace
from certification.examday.services.arranging import ARRANGING_STATUSES
from certification.examday.services.door import DOOR_STATUSES
from certification.plans.models import StaffAssignment
from certification.plans.rules import StaffRole, Status
from lms.core.queues import QueueRow
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

ROOMS = gettext_lazy("Rooms and seats")
DOOR = gettext_lazy("Sign-in and records")
PAPERS = gettext_lazy("Hand-over of papers")
LIMIT = 100
BEFORE = timedelta(days=1)
"""How early a duty at the door stands on the desk."""


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Proposals to confirm, help granted since, doors to keep, lines to sign, bags to confirm. Six queries at most."""
    yield from _proposals(user)
    yield from _helped(user)
    yield from _doors(user, now)
    yield from _lines(user)
    yield from _bags(user)


def _proposals(user: Any) -> Iterable[QueueRow]:
    waiting = Arrangement.objects.filter(
        confirmed_at=None,
        plan__organisation__in=organisations_where(user, Role.EXAM_OFFICER),
        plan__status__in=[status.value for status in ARRANGING_STATUSES],
    )
    for row in waiting.select_related("plan").order_by("plan__exam_date", "pk")[:LIMIT]:
        yield QueueRow(
            queue=ROOMS,
            title=_("Confirm the proposed seats"),
            detail=row.plan.title,
            url=reverse("examday:seating", args=[row.plan_id]),
            due=row.plan.exam_date,
            plan=row.plan_id,
            organisation=row.plan.organisation_id,
        )


def _helped(user: Any) -> Iterable[QueueRow]:
    """Confirmed seatings of which somebody was granted help afterwards. Whoever looked and found that it fits may mark it."""
    since = granted_after(OuterRef("confirmed_at")).filter(
        user__in=ProposedPlace.objects.filter(arrangement=OuterRef(OuterRef("pk"))).values("candidate")
    )
    latest = since.order_by("-decided_at").values("decided_at")[:1]
    confirmed = Arrangement.objects.filter(
        confirmed_at__isnull=False,
        plan__organisation__in=organisations_where(user, Role.EXAM_OFFICER),
        plan__status=Status.ARRANGED.value,
    )
    found = confirmed.annotate(helped_at=Subquery(latest)).filter(helped_at__isnull=False).select_related("plan")
    for row in found.order_by("plan__exam_date", "pk")[:LIMIT]:
        yield QueueRow(
            queue=ROOMS,
            title=_("Help was granted after the seats were confirmed"),
            detail=row.plan.title,
            url=reverse("examday:seating", args=[row.plan_id]),
            due=row.plan.exam_date,
            plan=row.plan_id,
            organisation=row.plan.organisation_id,
            seen_as=row.helped_at.isoformat(),
        )


def _doors(user: Any, now: datetime) -> Iterable[QueueRow]:
    duties = StaffAssignment.objects.filter(
        user_id=user.pk,
        role=StaffRole.INVIGILATOR.value,
        declared_at__isnull=False,
        plan__status__in=[status.value for status in DOOR_STATUSES],
        plan__exam_date__lte=localdate(now + BEFORE),
    )
    for row in duties.select_related("plan").order_by("plan__exam_date", "pk")[:LIMIT]:
        yield QueueRow(
            queue=DOOR,
            title=_("Sign in the candidates"),
            detail=row.plan.title,
            url=reverse("examday:door", args=[row.plan_id]),
            due=row.plan.theory_starts_at,
            plan=row.plan_id,
            organisation=row.plan.organisation_id,
        )


def _lines(user: Any) -> Iterable[QueueRow]:
    """Lines that another invigilator of a room of mine wrote; where nobody has a room, of the whole plan."""
    mine = StaffAssignment.objects.filter(user_id=user.pk, role=StaffRole.INVIGILATOR.value, declared_at__isnull=False)
    rooms = dict(mine.values_list("plan_id", F("room_duty__plan_room__room__name"))[:LIMIT])
    if not rooms:
        return
    open_lines = Incident.objects.filter(plan__in=rooms, countersignature=None).exclude(by=user.pk).select_related("plan")
    told = set()
    for line in open_lines.order_by("pk")[:LIMIT]:
        if line.plan_id in told or rooms[line.plan_id] not in (None, line.room):
            continue
        told.add(line.plan_id)
        yield QueueRow(
            queue=DOOR,
            title=_("Sign the record of your room"),
            detail=line.plan.title,
            url=reverse("examday:record", args=[line.plan_id]),
            due=line.plan.exam_date,
            plan=line.plan_id,
            organisation=line.plan.organisation_id,
        )


def _bags(user: Any) -> Iterable[QueueRow]:
    waiting = HandOver.objects.filter(receiver=user.pk, receipt=None).select_related("plan", "giver")
    for row in waiting.order_by("pk")[:LIMIT]:
        yield QueueRow(
            queue=PAPERS,
            title=_("Confirm bag %(bag)s") % {"bag": row.bag},
            detail=_("%(name)s handed it to you.") % {"name": row.giver.name},
            url=reverse("examday:receive", args=[row.pk]),
            due=row.at,
            plan=row.plan_id,
            organisation=row.plan.organisation_id,
        )
