"""Reads of results: what is recorded, decided, published, and fit for a certificate."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.staffing import SELF, TRAINER, conflicts_with
from certification.results.case_rules import OPEN_ORDER, OrderStatus
from certification.results.in_force import in_force
from certification.results.models import (
    CorrectionOrder,
    Decision,
    Objection,
    PartResult,
    Publication,
    PublicationRow,
    Republication,
    Revision,
)
from certification.results.rules import OPEN_OBJECTION, ObjectionStatus, PublicationStatus, RequiredPart
from certification.standards.models import SchemeLevel
from lms.accounts.models import User


def required_parts(plan: Plan) -> list[RequiredPart]:
    """Return the parts that the plan's level requires with their pass marks, in order. One query."""
    parts = SchemeLevel.objects.values_list("parts", flat=True).get(scheme_id=plan.scheme_id, level=plan.level)
    return [RequiredPart(part["kind"], Decimal(str(part["pass_mark"]))) for part in parts]


def decided_for_issue(plan: Plan) -> QuerySet[Decision]:
    """Return the decisions a certificate may follow from: passed, confirmed by a second person,
    in a publication that has ended, and not withheld after an objection (I31)."""
    return (
        Decision.objects.filter(
            seat__plan=plan,
            passed=True,
            confirmed_at__isnull=False,
            seat__publication_row__withheld=False,
            seat__publication_row__publication__status=PublicationStatus.CLOSED.value,
        )
        .select_related("seat__candidate", "seat__plan__scheme__occupation", "seat__plan__organisation")
        .order_by("seat__ticket_number")
    )


@dataclass(frozen=True)
class ResultRow:
    """One candidate on the officer's page."""

    seat: Seat
    parts: list[PartResult | None]
    decision: Decision | None


def result_rows(plan: Plan, kinds: list[str]) -> list[ResultRow]:
    """Return one row per seat in ticket order, parts in the order of `kinds`, as they are in force. Four queries."""
    results: dict[int, dict[str, PartResult]] = defaultdict(dict)
    for result in in_force(PartResult.objects.filter(seat__plan=plan), plan=plan):
        results[result.seat_id][result.part] = result
    decisions = {decision.seat_id: decision for decision in Decision.objects.filter(seat__plan=plan)}
    return [
        ResultRow(seat, [results[seat.pk].get(kind) for kind in kinds], decisions.get(seat.pk))
        for seat in Seat.objects.filter(plan=plan).select_related("candidate").order_by("ticket_number")
    ]


def open_objections(publication_id: int) -> QuerySet[Objection]:
    """Return the objections to the list that nobody has answered yet, oldest first.

    An objection to a corrected result that is public again keeps back that person alone (`services.withholding`).
    """
    waiting = Objection.objects.filter(status__in=[status.value for status in OPEN_OBJECTION], republication=None)
    return waiting.filter(publication_id=publication_id).order_by("filed_at")


def has_examined(user: User, plan: Plan) -> bool:
    """Tell whether the person scored in this plan, sat in it, or trained one of its candidates (I44)."""
    if StaffAssignment.objects.filter(plan=plan, user=user, role=StaffRole.ASSESSOR.value).exists():
        return True
    candidates = set(Seat.objects.filter(plan=plan).values_list("candidate_id", flat=True))
    return bool({SELF, TRAINER} & set(conflicts_with(user, candidate_ids=candidates, plan=plan)))


def decisions_of(plan: Plan) -> QuerySet[Decision]:
    return Decision.objects.filter(seat__plan=plan)


def has_decided(user: User, plan: Plan) -> bool:
    """Tell whether the person decided or confirmed results of this plan."""
    decisions = decisions_of(plan)
    return decisions.filter(decided_by=user).exists() or decisions.filter(confirmed_by=user).exists()


def public_rows(publication: Publication) -> QuerySet[PublicationRow]:
    """Return the lines that the public sees: those who passed, in ticket order; `corrected` and `in_correction` tell of
    corrections that are in force and of those under way.

    Who stood in the list and does not pass any more stays there, struck: a list that lost a line unseen would be no
    notice. Source: domain §5 row 8, the notice is a list of passed; PIPL art. 6, no more than it needs.
    """
    was_listed = Revision.objects.filter(seat=OuterRef("seat"), published_passed=True)
    return (
        PublicationRow.objects.filter(Q(passed=True) | Q(Exists(was_listed)), publication=publication)
        .annotate(corrected=Exists(Revision.objects.filter(seat=OuterRef("seat"))), in_correction=_in_correction())
        .order_by("ticket_number")
    )


def _in_correction() -> Q:
    """Return whether a row is about to be corrected. That somebody merely asked about her own result is told to nobody."""
    orders = CorrectionOrder.objects.filter(seat=OuterRef("seat"))
    done = CorrectionOrder.objects.filter(status=OrderStatus.APPLIED.value, objection=OuterRef("pk"))
    upheld = Objection.objects.filter(
        ~Exists(done),
        publication=OuterRef("publication"),
        ticket_number=OuterRef("ticket_number"),
        status=ObjectionStatus.UPHELD.value,
    )
    return Q(Exists(orders.filter(status__in=[status.value for status in OPEN_ORDER]))) | Q(Exists(upheld))


def renewed_publications(publication: Publication, *, today: date) -> QuerySet[Republication]:
    """Return the corrected results of this list that are public again today and may be objected to."""
    running = Republication.objects.filter(row__publication=publication, closed_at=None, closes_on__gte=today)
    return running.select_related("row").order_by("row__ticket_number")


def published_row(plan: Plan, ticket_number: str) -> PublicationRow | None:
    """Return the printed line of a ticket."""
    rows = PublicationRow.objects.filter(publication__plan=plan, ticket_number=ticket_number)
    return rows.select_related("seat__plan").first()
