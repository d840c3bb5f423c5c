"""What reviews, appeals and corrections ask of the body's people."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certification.panels.models import PanelMember
from certification.plans.models import Seat, StaffAssignment
from certification.plans.rules import StaffRole
from certification.results.case_rules import OPEN_CASE, CaseKind, CaseStatus, OrderStatus
from certification.results.involvement import ANSWERING
from certification.results.models import (
    CASE_KIND_LABELS,
    Case,
    CorrectionOrder,
    Decision,
    Objection,
    Republication,
    Revision,
)
from certification.results.rules import OPEN_OBJECTION, ObjectionStatus
from lms.core.queues import QueueRow, TableSource
from lms.core.workdays import add_workdays
from lms.organisations.models import Membership
from lms.organisations.rules import Role
from lms.organisations.selectors import organisations_where

ANSWER = gettext_lazy("Reviews and appeals")
CORRECT = gettext_lazy("Corrections of results")
OUTSIDE = gettext_lazy("Answers that need somebody from outside")
SHOWN = 50
"""So many rows of one kind stand on a desk at once; the list shows all."""


def took_part(user: Any, plan: Any) -> Q:
    """Return the condition that this user had a part in the plan's results; both may be references of an outer query."""
    decisions, earlier = Decision.objects.filter(seat__plan=plan), Revision.objects.filter(seat__plan=plan)
    mine = Q(decided_by=user) | Q(confirmed_by=user)
    return Q(
        Exists(StaffAssignment.objects.filter(plan=plan, user=user, role=StaffRole.ASSESSOR.value))
        | Exists(PanelMember.objects.filter(panel__plan=plan, user=user))
        | Exists(Seat.objects.filter(plan=plan, candidate=user))
        | Exists(decisions.filter(mine))
        | Exists(earlier.filter(mine))
    )


def answered_about(user: Any, seat: Any, plan: Any, ticket: Any) -> Q:
    """Return the condition that this user answered, filed or corrected something about this one result."""
    objections = Objection.objects.filter(publication__plan=plan, ticket_number=ticket)
    cases = Case.objects.filter(seat=seat).exclude(decided_by=None)
    orders = CorrectionOrder.objects.filter(seat=seat)
    return Q(
        Exists(objections.filter(Q(accepted_by=user) | Q(decided_by=user) | Q(filer=user)))
        | Exists(cases.filter(Q(accepted_by=user) | Q(decided_by=user)))
        | Exists(orders.filter(Q(requested_by=user) | Q(approved_by=user) | Q(refused_by=user)))
    )


class CaseSource(TableSource):
    """Open reviews and appeals that this person may answer (I45). The services ask more, and have the last word."""

    queue = ANSWER
    sort = "due_on"
    plan = "seat__plan"
    body = "seat__plan__organisation"
    words = ("seat__ticket_number", "seat__plan__title")

    def waiting(self, user: Any, now: datetime) -> QuerySet[Any]:
        seat = OuterRef("seat"), OuterRef("seat__plan"), OuterRef("seat__ticket_number")
        cases = Case.objects.filter(
            status__in=[status.value for status in OPEN_CASE], seat__plan__organisation__in=organisations_where(user, *ANSWERING)
        )
        in_answers = Q(kind=CaseKind.APPEAL.value) & answered_about(user.pk, *seat)
        return cases.exclude(filer=user.pk).exclude(took_part(user.pk, seat[1])).exclude(in_answers)

    def detailed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("seat__plan")

    def row(self, found: Any, now: datetime) -> QueueRow:
        words = (
            _("%(kind)s, ticket %(ticket)s: take it")
            if found.accepted_at is None
            else _("%(kind)s, ticket %(ticket)s: answer it")
        )
        return QueueRow(
            queue=ANSWER,
            title=found.seat.plan.title,
            detail=words % {"kind": CASE_KIND_LABELS[CaseKind(found.kind)], "ticket": found.seat.ticket_number},
            url=reverse("results:case", args=[found.pk]),
            due=found.due_on,
            plan=found.seat.plan_id,
            organisation=found.seat.plan.organisation_id,
        )


def case_rows(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Corrections that wait for a step of this person, and for heads what nobody here may answer. Six queries."""
    heads = organisations_where(user, Role.HEAD)
    leads = organisations_where(user, Role.HEAD, Role.EXAM_OFFICER)
    yield from _orders(user, heads)
    yield from _renewed(leads, timezone.localdate(now))
    yield from _uncorrected(leads)
    yield from _nobody(heads)


def _orders(user: Any, heads: QuerySet[Any]) -> Iterable[QueueRow]:
    orders = CorrectionOrder.objects.filter(
        status__in=[OrderStatus.REQUESTED.value, OrderStatus.APPROVED.value], seat__plan__organisation__in=heads
    ).exclude(requested_by=user.pk)
    for order in orders.select_related("seat__plan").order_by("requested_at", "pk")[:SHOWN]:
        waits = _("Approve or refuse the correction of ticket %(ticket)s")
        goes_on = _("Put the approved correction of ticket %(ticket)s into force")
        detail = waits if order.state is OrderStatus.REQUESTED else goes_on
        due = add_workdays(timezone.localdate(order.requested_at), 2)
        yield _row(CORRECT, order.seat, detail, reverse("results:order", args=[order.pk]), due)


def _renewed(leads: QuerySet[Any], today: date) -> Iterable[QueueRow]:
    over = Republication.objects.filter(closed_at=None, closes_on__lt=today, row__seat__plan__organisation__in=leads)
    for renewed in over.select_related("row__seat__plan").order_by("closes_on", "pk")[:SHOWN]:
        detail = _("End the renewed publication of ticket %(ticket)s")
        url = reverse("results:order", args=[renewed.order_id])
        yield _row(CORRECT, renewed.row.seat, detail, url, renewed.closes_on)


def _uncorrected(leads: QuerySet[Any]) -> Iterable[QueueRow]:
    """What was upheld and has no correction order yet."""
    detail = _("Ask for the correction of ticket %(ticket)s: it was upheld")
    cases = Case.objects.filter(status=CaseStatus.UPHELD.value, needs_correction=True, seat__plan__organisation__in=leads)
    for case in cases.filter(~_has_order("case")).select_related("seat__plan").order_by("decided_at", "pk")[:SHOWN]:
        url = f"{reverse('results:new_order', args=[case.seat_id])}?case={case.pk}"
        yield _row(CORRECT, case.seat, detail, url, case.decided_at)
    objections = Objection.objects.filter(
        ~_has_order("objection"),
        ~Q(Exists(Case.objects.filter(against_objection=OuterRef("pk"), status=CaseStatus.UPHELD.value))),
        status=ObjectionStatus.UPHELD.value,
        publication__plan__organisation__in=leads,
    ).order_by("decided_at", "pk")[:SHOWN]
    found = list(objections.select_related("publication"))
    seats = _seats_of(found) if found else {}
    for objection in found:
        seat = seats[objection.publication.plan_id, objection.ticket_number]
        url = f"{reverse('results:new_order', args=[seat.pk])}?objection={objection.pk}"
        yield _row(CORRECT, seat, detail, url, objection.decided_at)


def _nobody(heads: QuerySet[Any]) -> Iterable[QueueRow]:
    """Answers for which nobody of the body is free: the head invites somebody from outside (I45)."""
    detail = _("Ticket %(ticket)s: everybody here had a part in it. Invite somebody who had none.")
    seat = OuterRef(OuterRef("seat")), OuterRef(OuterRef("seat__plan")), OuterRef(OuterRef("seat__ticket_number"))
    body = OuterRef("seat__plan__organisation")
    answered = Q(answered_about(OuterRef("user"), *seat))
    appeal_free = _staff(body, OuterRef("filer")).exclude(took_part(OuterRef("user"), seat[1])).exclude(answered)
    review_free = _staff(body, OuterRef("filer")).exclude(took_part(OuterRef("user"), seat[1]))
    is_appeal = Q(kind=CaseKind.APPEAL.value)
    cases = Case.objects.filter(
        is_appeal & ~Q(Exists(appeal_free)) | ~is_appeal & ~Q(Exists(review_free)),
        status__in=[status.value for status in OPEN_CASE],
        seat__plan__organisation__in=heads,
    )
    for case in cases.select_related("seat__plan").order_by("due_on", "pk")[:SHOWN]:
        yield _row(OUTSIDE, case.seat, detail, reverse("results:case", args=[case.pk]), case.due_on)
    plan = OuterRef(OuterRef("publication__plan"))
    free = _staff(OuterRef("publication__plan__organisation"), OuterRef("filer")).exclude(took_part(OuterRef("user"), plan))
    objections = Objection.objects.filter(
        ~Q(Exists(free)),
        status__in=[status.value for status in OPEN_OBJECTION],
        publication__plan__organisation__in=heads,
    )
    for objection in objections.select_related("publication__plan").order_by("filed_at", "pk")[:SHOWN]:
        plan_row = objection.publication.plan
        url = reverse("results:objection", args=[objection.pk])
        yield QueueRow(
            queue=OUTSIDE,
            title=plan_row.title,
            detail=detail % {"ticket": objection.ticket_number},
            url=url,
            due=objection.due_on,
            plan=plan_row.pk,
            organisation=plan_row.organisation_id,
        )


def _staff(body: Any, filer: Any) -> QuerySet[Membership]:
    roles = [role.value for role in ANSWERING]
    return Membership.objects.filter(organisation=body, role__in=roles, user__is_active=True).exclude(user=filer)


def _has_order(source: str) -> Q:
    """Any order that was not refused: open ones wait on other rows."""
    orders = CorrectionOrder.objects.filter(**{source: OuterRef("pk")}).exclude(status=OrderStatus.REFUSED.value)
    return Q(Exists(orders))


def _seats_of(objections: list[Objection]) -> dict[tuple[int, str], Seat]:
    plans = {objection.publication.plan_id for objection in objections}
    tickets = {objection.ticket_number for objection in objections}
    found = Seat.objects.filter(plan__in=plans, ticket_number__in=tickets).select_related("plan")
    return {(seat.plan_id, seat.ticket_number): seat for seat in found}


def _row(queue: Any, seat: Seat, detail: str, url: str, due: Any) -> QueueRow:
    return QueueRow(
        queue=queue,
        title=seat.plan.title,
        detail=detail % {"ticket": seat.ticket_number},
        url=url,
        due=due,
        plan=seat.plan_id,
        organisation=seat.plan.organisation_id,
    )
