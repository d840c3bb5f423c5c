"""Reads of results: what is recorded, decided, published, and fit for a certificate."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.examday.models import Incident
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Plan, Seat
from certification.plans.rules import Status as PlanStatus
from certification.results import independence
from certification.results.case_rules import OPEN_ORDER, OrderStatus
from certification.results.in_force import in_force
from certification.results.models import (
    CorrectionOrder,
    Decision,
    Objection,
    PartResult,
    Publication,
    PublicationRow,
    Recording,
    Republication,
    Revision,
    VoidedPart,
    Voiding,
)
from certification.results.rules import (
    OPEN_OBJECTION,
    Anomaly,
    ObjectionStatus,
    Outcome,
    PartOutcome,
    PublicationStatus,
    RequiredPart,
    anomalies,
)
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


# --- void parts ---------------------------------------------------------------------------------


def void_parts(plan: Plan) -> dict[tuple[int, str], VoidedPart]:
    """Return the void parts of the plan by seat and part. One query."""
    return {(row.seat_id, row.part): row for row in VoidedPart.objects.filter(seat__plan=plan)}


def voidings_of(plan: Plan) -> QuerySet[Voiding]:
    """Return everything that was proposed in the plan, the latest first, with its verdict."""
    return (
        Voiding.objects.filter(seat__plan=plan)
        .select_related("seat__candidate", "incident__by", "incident__countersignature__by", "proposed_by", "verdict__by")
        .order_by("-pk")
    )


def open_voidings(plan: Plan) -> QuerySet[Voiding]:
    """Return what waits for a second person, the latest first."""
    return voidings_of(plan).filter(incident=None, verdict=None)


def open_stops(plan: Plan) -> list[Incident]:
    """Return the stopped exams of the rooms' records, signed by two, that nobody has answered. One query."""
    stops = Incident.objects.filter(
        plan=plan,
        kind=IncidentKind.STOPPED.value,
        seat__isnull=False,
        countersignature__isnull=False,
        voiding=None,
        stop_answer=None,
    )
    return list(stops.select_related("seat__candidate", "by", "countersignature__by", "plan").order_by("pk"))


def voidings_in_force(seat: Seat) -> QuerySet[Voiding]:
    """Return why parts of this candidate are void, for her own page."""
    return Voiding.objects.filter(seat=seat, rows__isnull=False).distinct().order_by("pk")


def plans_to_sit_again(seat: Seat, *, today: date) -> list[Plan]:
    """Return the plans of the same body, occupation, work type and level for which she can apply now, at most three. One query."""
    plan = seat.plan
    found = Plan.objects.open_on(today).filter(
        organisation=plan.organisation_id,
        level=plan.level,
        work_type=plan.work_type,
        scheme__occupation=plan.scheme.occupation_id,
    )
    return list(found.order_by("exam_date", "pk")[:3])


def may_void(plan: Plan) -> bool:
    """Tell whether parts can still be void: from the exam until somebody has decided. One query."""
    open_ = PlanStatus(plan.status) in (PlanStatus.IN_EXAM, PlanStatus.SCORED)
    return open_ and not Decision.objects.filter(seat__plan=plan).exists()


def has_marks(plan: Plan) -> bool:
    """Tell whether marks are computed and stand. One query."""
    return PartResult.objects.filter(seat__plan=plan).exists()


def is_confirmed(plan: Plan) -> bool:
    """Tell whether a decision of the plan is confirmed. One query."""
    return Decision.objects.filter(seat__plan=plan, confirmed_at__isnull=False).exists()


# --- the check of a recording -------------------------------------------------------------------


@dataclass(frozen=True)
class CheckRow:
    """One result that stands out, for the second person."""

    seat: Seat
    part: PartResult
    pass_mark: Decimal
    anomalies: list[Anomaly]


def rows_to_check(plan: Plan) -> list[CheckRow]:
    """Return the results in which something stands out, in ticket order. Four queries."""
    required = required_parts(plan)
    rounding = plan.scheme.parameter("rounding")
    rows = []
    for row in result_rows(plan, [part.kind for part in required]):
        for needed, part in zip(required, row.parts, strict=True):
            if part is None:
                continue
            outcome = PartOutcome(Outcome(part.outcome), part.value)
            if found := anomalies(outcome, needed, rounding=rounding, basis=part.basis):
                rows.append(CheckRow(row.seat, part, needed.pass_mark, found))
    return rows


@dataclass(frozen=True)
class MarkChange:
    """How one mark differs from the recording before; empty before or after where there was none."""

    ticket: str
    part: str
    before: str
    after: str


def last_recordings(plan: Plan) -> list[Recording]:
    """Return the recording in force and the one before, if any, with who recorded and who checked. One query."""
    rows = Recording.objects.filter(plan=plan).select_related("recorded_by", "check_row__checked_by").order_by("-pk")
    return list(rows[:2])


def changes_between(before: Recording, after: Recording) -> list[MarkChange]:
    """Return what the later recording changed, in ticket order. One query."""
    old = {(seat, part): value or outcome for seat, part, outcome, value in before.content}
    new = {(seat, part): value or outcome for seat, part, outcome, value in after.content}
    differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    tickets = dict(Seat.objects.filter(pk__in={seat for seat, _part in differing}).values_list("pk", "ticket_number"))
    changes = [
        MarkChange(tickets.get(seat, str(seat)), part, old.get((seat, part), ""), new.get((seat, part), ""))
        for seat, part in differing
    ]
    return sorted(changes, key=lambda change: (change.ticket, change.part))


# --- publication --------------------------------------------------------------------------------


def open_objections(publication_id: int) -> QuerySet[Objection]:
    """Return the objections to the list that nobody has answered yet, oldest first.

    An objection to a corrected result that is public again keeps back that person alone (`services.withholding`).
    """
    waiting = Objection.objects.filter(status__in=[status.value for status in OPEN_OBJECTION], republication=None)
    return waiting.filter(publication_id=publication_id).order_by("filed_at")


def has_examined(user: User, plan: Plan) -> bool:
    """Tell whether the person has a tie to any candidate of the plan: scored here, sat here, trained one, declared one (I44)."""
    return bool(independence.tied_candidates(user, plan))


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
