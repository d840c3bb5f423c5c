"""Correction orders: the only way in which a published score changes (I28). One person asks, another approves."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from certification.plans.models import Seat
from certification.results import case_rules, effects, notice_kinds
from certification.results.case_rules import ORDER_TRANSITIONS, CaseStatus, OrderEvent, OrderStatus
from certification.results.models import Case, CorrectionOrder, Decision, Objection, PublicationRow, Republication, Revision
from certification.results.rules import ObjectionStatus, last_day
from certification.results.services.evidence import attach
from certification.results.services.objecting import TEXT_LIMIT
from certification.results.services.shared import fingerprint, require_role, require_uninvolved
from certification.results.services.withholding import settle
from lms.accounts.models import User
from lms.core import ledger, workdays
from lms.core.errors import DomainError
from lms.core.states import move
from lms.core.uploads import CheckedFile
from lms.notices.models import Notice
from lms.notices.services import news, tell_many
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


@transaction.atomic
def request_correction(
    seat: Seat,
    *,
    part: str,
    outcome: str,
    value: str | Decimal | None,
    reason: str,
    source: Objection | Case | None = None,
    evidence: Sequence[CheckedFile] = (),
    actor: User,
    now: datetime,
) -> CorrectionOrder:
    """Ask for a published part to be corrected, after something was upheld (`source`) or by one's own finding.

    Until it is decided, this person's certificate waits. Raises `PermissionDenied` unless the actor is exam officer or
    head of the body; `DomainError` "results.examined_here" (I44), "results.not_published",
    "results.correction_reason" (422), "results.correction_evidence" (422) for an own finding without a file,
    "results.correction_source" when the source was not upheld or is about somebody else,
    "results.correction_open" while another order about this person is open, and those of `case_rules`.
    """
    require_role(actor, seat.plan, Role.EXAM_OFFICER, Role.HEAD)
    require_uninvolved(actor, seat.plan)
    row = _locked_row(seat)
    if not reason.strip():
        raise DomainError("results.correction_reason", status=422)
    if source is None and not evidence:
        raise DomainError("results.correction_evidence", status=422)
    if source is not None and not _leads_here(source, row):
        raise DomainError("results.correction_source")
    decision = Decision.objects.get(seat=seat)
    new = case_rules.corrected_part(outcome, value)
    parts, passed = case_rules.corrected_findings(decision.parts, part=part, new=new)
    old = case_rules.part_of(decision.parts, part)
    assert old is not None  # corrected_findings found it
    try:
        with transaction.atomic():
            order = CorrectionOrder.objects.create(
                seat=seat,
                part=part,
                old_outcome=old.outcome.value,
                old_value=old.value,
                old_parts=decision.parts,
                old_passed=decision.passed,
                new_outcome=new.outcome.value,
                new_value=new.value,
                new_parts=parts,
                new_passed=passed,
                reason=reason.strip()[:TEXT_LIMIT],
                objection=source if isinstance(source, Objection) else None,
                case=source if isinstance(source, Case) else None,
                requested_by=actor,
                requested_at=now,
            )
    except IntegrityError:
        raise DomainError("results.correction_open") from None
    attach(order, files=evidence, actor=actor, now=now)
    settle(row)
    ledger.append("results.correction_requested", subject=order, actor=actor, now=now, **_facts(order))
    heads = people_with(seat.plan.organisation_id, Role.HEAD).filter(is_active=True).exclude(pk=actor.pk)
    tell_many([_to_staff(order, head, now) for head in heads])
    return order


@transaction.atomic
def approve_correction(order: CorrectionOrder, *, actor: User, now: datetime) -> CorrectionOrder:
    """Agree to a correction as a second person; it takes effect by `apply_correction`.

    Raises `PermissionDenied` unless the actor is head of the body, `DomainError` "results.correction_same_person" (I28),
    "results.examined_here" (I44), or `InvalidTransition`.
    """
    _require_second_head(order, actor)
    move(order, order.state, OrderEvent.APPROVE, ORDER_TRANSITIONS, approved_by=actor, approved_at=now)
    ledger.append("results.correction_approved", subject=order, actor=actor, now=now, **_facts(order))
    return order


@transaction.atomic
def refuse_correction(order: CorrectionOrder, *, answer: str, actor: User, now: datetime) -> CorrectionOrder:
    """Say no with reasons, or, as the one who asked, take the order back.

    Raises `PermissionDenied`, `DomainError` "results.answer_empty" (422), or `InvalidTransition`.
    """
    if actor.pk != order.requested_by_id:
        require_role(actor, order.seat.plan, Role.HEAD)
    if not answer.strip():
        raise DomainError("results.answer_empty", status=422)
    said = answer.strip()[:TEXT_LIMIT]
    move(order, order.state, OrderEvent.REFUSE, ORDER_TRANSITIONS, refused_by=actor, answer=said)
    settle(_locked_row(order.seat))
    ledger.append("results.correction_refused", subject=order, actor=actor, now=now)
    return order


@transaction.atomic
def apply_correction(order: CorrectionOrder, *, actor: User, now: datetime) -> Republication:
    """Put an approved correction into force and hang the person's result out again, for her alone.

    What decision and list said before is kept as a `Revision`; later rooms do their share (`effects`). Raises
    `PermissionDenied` unless the actor is head of the body, `DomainError` "results.correction_same_person",
    "results.examined_here", "results.order_stale" when the result has changed since it was asked for, what a later room
    raises when it cannot follow now, or `InvalidTransition`. Nothing is changed then.
    """
    _require_second_head(order, actor)
    row = _locked_row(order.seat)
    decision = Decision.objects.select_for_update().get(seat=order.seat)
    if (decision.parts, decision.passed) != (order.old_parts, order.old_passed):
        raise DomainError("results.order_stale")
    # First the order: the database lets decision and row follow nothing but an order in force.
    move(order, order.state, OrderEvent.APPLY, ORDER_TRANSITIONS, applied_at=now)
    Revision.objects.create(
        order=order,
        seat=order.seat,
        parts=decision.parts,
        passed=decision.passed,
        decided_by_id=decision.decided_by_id,
        decided_at=decision.decided_at,
        confirmed_by_id=decision.confirmed_by_id,
        confirmed_at=decision.confirmed_at,
        published_parts=row.parts,
        published_passed=row.passed,
        kept_at=now,
    )
    Decision.objects.filter(pk=decision.pk).update(
        parts=order.new_parts,
        passed=order.new_passed,
        decided_by=order.requested_by_id,
        decided_at=order.requested_at,
        confirmed_by=order.approved_by_id,
        confirmed_at=now,
    )
    PublicationRow.objects.filter(pk=row.pk).update(parts=order.new_parts, passed=order.new_passed)
    renewed = _hang_out_again(order, row, actor=actor, now=now)
    effects.carry_out(order, actor=actor, now=now)
    settle(row)
    ledger.append(
        "results.correction_applied",
        subject=order,
        actor=actor,
        now=now,
        **_facts(order),
        closes_on=renewed.closes_on.isoformat(),
    )
    tell_many([_to_candidate(order, renewed, now)])
    return renewed


@transaction.atomic
def close_republication(renewed: Republication, *, actor: User, now: datetime) -> Republication:
    """End the renewed publication of one person, whose last day is over and whose objections are answered (I30, I31).

    Raises `PermissionDenied`, `DomainError` "results.publication_running", "results.objections_open", or
    "results.renewed_over" when it has ended already.
    """
    row = renewed.row
    require_role(actor, row.seat.plan, Role.HEAD, Role.EXAM_OFFICER)
    if timezone.localdate(now) <= renewed.closes_on:
        raise DomainError("results.publication_running", closes_on=renewed.closes_on)
    waiting = renewed.objections.filter(decided_by=None).count()
    if waiting:
        raise DomainError("results.objections_open", count=waiting)
    if not Republication.objects.filter(pk=renewed.pk, closed_at=None).update(closed_by=actor, closed_at=now):
        raise DomainError("results.renewed_over")
    renewed.closed_by, renewed.closed_at = actor, now
    settle(row)
    ledger.append("results.renewed_publication_closed", subject=renewed, actor=actor, now=now)
    return renewed


def _hang_out_again(order: CorrectionOrder, row: PublicationRow, *, actor: User, now: datetime) -> Republication:
    # A result that is corrected once more begins its days anew.
    Republication.objects.filter(row=row, closed_at=None).update(closed_by=actor, closed_at=now)
    opens_on = timezone.localdate(now)
    days = case_rules.renewed_days(order.seat.plan.scheme.parameter("publication_days"))
    closes_on = last_day(opens_on, days=days, add_workdays=workdays.add_workdays)
    return Republication.objects.create(order=order, row=row, opens_on=opens_on, closes_on=closes_on)


def _locked_row(seat: Seat) -> PublicationRow:
    row = PublicationRow.objects.select_for_update(of=("self",)).select_related("seat__plan").filter(seat=seat).first()
    if row is None:
        raise DomainError("results.not_published")
    return row


def _require_second_head(order: CorrectionOrder, actor: User) -> None:
    require_role(actor, order.seat.plan, Role.HEAD)
    if order.requested_by_id == actor.pk:
        raise DomainError("results.correction_same_person")
    require_uninvolved(actor, order.seat.plan)


def _leads_here(source: Objection | Case, row: PublicationRow) -> bool:
    """Tell whether the source was upheld, is about this result, and is not corrected yet."""
    if source.orders.filter(status=OrderStatus.APPLIED.value).exists():
        return False
    if isinstance(source, Objection):
        about = (source.publication_id, source.ticket_number) == (row.publication_id, row.ticket_number)
        return about and source.status == ObjectionStatus.UPHELD
    return source.seat_id == row.seat_id and source.status == CaseStatus.UPHELD and source.needs_correction


def _facts(order: CorrectionOrder) -> dict[str, object]:
    """What the ledger keeps of an order: both values and the seals of the findings, no reasons."""
    return {
        "seat": order.seat_id,
        "part": order.part,
        "old": [order.old_outcome, _text(order.old_value)],
        "new": [order.new_outcome, _text(order.new_value)],
        "before": fingerprint([order.seat_id, order.old_parts, order.old_passed]),
        "after": fingerprint([order.seat_id, order.new_parts, order.new_passed]),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _to_staff(order: CorrectionOrder, person: User, now: datetime) -> Notice:
    plan = order.seat.plan
    url = reverse("results:order", args=[order.pk])
    facts = {"plan": plan.title, "ticket": order.seat.ticket_number}
    return news(notice_kinds.ORDER_WAITING, person, facts=facts, url=url, organisation=plan.organisation_id, now=now)


def _to_candidate(order: CorrectionOrder, renewed: Republication, now: datetime) -> Notice:
    plan = order.seat.plan
    url = reverse("results:own", args=[order.seat_id])
    facts = {"plan": plan.title, "date": renewed.closes_on}
    return news(notice_kinds.CORRECTED, order.seat.candidate, facts=facts, url=url, organisation=plan.organisation_id, now=now)
