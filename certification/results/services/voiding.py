"""Void parts: not a mark and not an absence (I29). Two people stand behind each: the room's record, or a second person."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from certification.examday.models import Incident
from certification.examday.rules.incidents import IncidentKind
from certification.plans.models import Plan, Seat
from certification.plans.rules import Status as PlanStatus
from certification.results import independence, selectors
from certification.results.models import Decision, PartResult, StopAnswer, VoidedPart, Voiding, VoidingVerdict
from certification.results.services.shared import locked, require_role
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role

REASON_LIMIT = 1000
VOIDING_STATUSES = (PlanStatus.IN_EXAM, PlanStatus.SCORED)
"""Afterwards a result is public and changes only through a correction order (I28)."""


@transaction.atomic
def void_parts(
    seat: Seat,
    *,
    parts: Collection[str] = (),
    cheating: bool = False,
    reason: str,
    incident: Incident | None = None,
    actor: User,
    now: datetime,
) -> Voiding:
    """Declare parts of one candidate void; cheating voids all parts of the exam, kept ones among them (domain.md §5.3).

    With a stopped exam of the room's record, signed by two invigilators, the parts are void at once. Without, a second
    person has to agree (`agree_to_voiding`). Marks that were computed before are thrown away and recorded anew.

    Raises `PermissionDenied` for anybody but an exam officer of the body, `DomainError` "results.void_too_late",
    "results.decided_already", "results.reason_needed" (422), "results.void_no_parts" (422), "results.void_already",
    "results.not_a_stop" (422) for a line that stops nobody, is another's or lacks its second signature,
    "results.stop_answered", or "results.tied_here" for who has a tie to the candidate (I44).
    """
    plan = _open_plan(seat.plan, Role.EXAM_OFFICER, actor=actor)
    _require_untied(actor, plan, seat)
    reason = reason.strip()[:REASON_LIMIT]
    if not reason:
        raise DomainError("results.reason_needed", status=422)
    required = [part.kind for part in selectors.required_parts(plan)]
    named = required if cheating else [kind for kind in required if kind in set(parts)]
    if not named or set(parts) - set(required):
        raise DomainError("results.void_no_parts", status=422)
    waiting = selectors.open_voidings(plan).filter(seat=seat)
    if VoidedPart.objects.filter(seat=seat, part__in=named).count() == len(named) or waiting.exists():
        raise DomainError("results.void_already", ticket=seat.ticket_number)
    if incident is not None:
        _check_stop(incident, seat)
    voiding = Voiding.objects.create(
        seat=seat, parts=named, cheating=cheating, reason=reason, incident=incident, proposed_by=actor, proposed_at=now
    )
    facts = {"voiding": voiding.pk, "parts": named, "cheating": cheating, "incident": incident.pk if incident else None}
    ledger.append("results.void_proposed", subject=seat, actor=actor, now=now, reason=reason, **facts)
    if incident is not None:
        _take_effect(voiding, plan, actor=actor, now=now)
    return voiding


@transaction.atomic
def agree_to_voiding(voiding: Voiding, *, agreed: bool, note: str = "", actor: User, now: datetime) -> VoidingVerdict:
    """Give the second person's word on a proposed voiding; only with it are the parts void.

    Raises `PermissionDenied` unless the actor is head or exam officer of the body, `DomainError` "results.void_too_late",
    "results.decided_already", "results.void_same_person", "results.tied_here" (I44), "results.void_answered", or
    "results.reason_needed" (422) for a refusal without reasons.
    """
    seat = voiding.seat
    plan = _open_plan(seat.plan, Role.HEAD, Role.EXAM_OFFICER, actor=actor)
    if voiding.proposed_by_id == actor.pk:
        raise DomainError("results.void_same_person")
    _require_untied(actor, plan, seat)
    note = note.strip()[:REASON_LIMIT]
    if not agreed and not note:
        raise DomainError("results.reason_needed", status=422)
    # The plan's row is locked: of two answers the second one finds the first.
    if voiding.incident_id is not None or VoidingVerdict.objects.filter(voiding=voiding).exists():
        raise DomainError("results.void_answered")
    verdict = VoidingVerdict.objects.create(
        voiding=voiding, proposed_by_id=voiding.proposed_by_id, agreed=agreed, note=note, by=actor, at=now
    )
    ledger.append("results.void_answered", subject=seat, actor=actor, now=now, voiding=voiding.pk, agreed=agreed)
    if agreed:
        _take_effect(voiding, plan, actor=actor, now=now)
    return verdict


@transaction.atomic
def let_stop_stand(incident: Incident, *, reason: str, actor: User, now: datetime) -> StopAnswer:
    """Say as the head why a stopped exam counts all the same; the room's record stays as it is.

    Raises `PermissionDenied`, `DomainError` "results.void_too_late", "results.decided_already", "results.not_a_stop" (422),
    "results.stop_answered", "results.tied_here" or "results.reason_needed" (422).
    """
    plan = _open_plan(incident.plan, Role.HEAD, actor=actor)
    _check_stop(incident, incident.seat)
    assert incident.seat is not None
    _require_untied(actor, plan, incident.seat)
    reason = reason.strip()[:REASON_LIMIT]
    if not reason:
        raise DomainError("results.reason_needed", status=422)
    answer = StopAnswer.objects.create(incident=incident, reason=reason, by=actor, at=now)
    ledger.append("results.stop_stands", subject=incident.seat, actor=actor, now=now, incident=incident.pk, reason=reason)
    return answer


def _open_plan(plan: Plan, *roles: Role, actor: User) -> Plan:
    plan = locked(plan)
    require_role(actor, plan, *roles)
    if PlanStatus(plan.status) not in VOIDING_STATUSES:
        raise DomainError("results.void_too_late")
    if Decision.objects.filter(seat__plan=plan).exists():
        raise DomainError("results.decided_already")
    return plan


def _require_untied(actor: User, plan: Plan, seat: Seat) -> None:
    if seat.candidate_id in independence.tied_candidates(actor, plan):
        raise DomainError("results.tied_here")


def _check_stop(incident: Incident, seat: Seat | None) -> None:
    signed = hasattr(incident, "countersignature")
    if seat is None or incident.seat_id != seat.pk or incident.kind != IncidentKind.STOPPED or not signed:
        raise DomainError("results.not_a_stop", status=422)
    if Voiding.objects.filter(incident=incident).exists() or StopAnswer.objects.filter(incident=incident).exists():
        raise DomainError("results.stop_answered")


def _take_effect(voiding: Voiding, plan: Plan, *, actor: User, now: datetime) -> None:
    void = set(VoidedPart.objects.filter(seat=voiding.seat).values_list("part", flat=True))
    VoidedPart.objects.bulk_create(
        VoidedPart(seat=voiding.seat, part=part, voiding=voiding) for part in voiding.parts if part not in void
    )
    PartResult.objects.filter(seat__plan=plan).delete()
    ledger.append("results.parts_void", subject=voiding.seat, actor=actor, now=now, voiding=voiding.pk, parts=voiding.parts)
