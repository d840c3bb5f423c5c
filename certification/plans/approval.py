"""Four eyes on each plan: the officer hands it in, the head approves it or returns it with reasons."""

from datetime import datetime

from django.db import transaction

from certification.bodies.access import require_head
from certification.bodies.models import Room
from certification.plans import notice_kinds
from certification.plans.access import require_officer
from certification.plans.announcing import heads_of, tell_staff
from certification.plans.models import Approval, Plan
from certification.plans.rules import TRANSITIONS, Event, Outcome, Status
from certification.plans.selectors import publication_problems
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError, InvalidTransition
from lms.core.states import move, next_status


@transaction.atomic
def hand_in_plan(plan: Plan, *, actor: User, now: datetime) -> Approval:
    """Hand a draft in; nobody changes it while it waits.

    Raises the first of `publication_problems(plan)`: the head is only asked about a plan that could be published;
    and `DomainError("plans.no_other_head")` where nobody else could approve it.
    """
    require_officer(actor, plan.organisation)
    next_status(TRANSITIONS, Status(plan.status), Event.HAND_IN)
    # Of two drafts that hope for one room, the first to be handed in has it.
    list(Room.objects.select_for_update().filter(plan_rooms__plan=plan).order_by("pk"))
    problems, _filing = publication_problems(plan, now=now)
    if problems:
        raise problems[0].error()
    heads = [head for head in heads_of(plan) if head.pk not in (actor.pk, plan.created_by_id)]
    if not heads:
        raise DomainError("plans.no_other_head")
    move(plan, Status(plan.status), Event.HAND_IN, TRANSITIONS)
    approval = Approval.objects.create(plan=plan, handed_in_by=actor, handed_in_at=now)
    ledger.append("plans.handed_in", subject=plan, actor=actor, now=now, approval=approval.pk)
    tell_staff(notice_kinds.HANDED_IN, plan, heads, now=now, name=actor.name, once=f"plans.handed_in.{approval.pk}")
    return approval


@transaction.atomic
def approve_plan(plan: Plan, *, actor: User, now: datetime, seen: int | None = None) -> Approval:
    """Approve a plan that another person wrote and handed in; the officer may publish it now.

    `seen` is the key of the question (`Approval`) that stood on the page from which the head decides.
    Raises `PermissionDenied` unless the actor is head of the body, `DomainError`: the same person
    (`plans.own_plan`, 403), handed in anew since (`plans.handed_in_anew`), or what meanwhile stands against publication.
    """
    approval = _waiting(plan, actor, seen)
    problems, _filing = publication_problems(plan, now=now)
    if problems:
        raise problems[0].error()
    _decide(approval, Event.APPROVE, Outcome.APPROVED, actor=actor, now=now)
    tell_staff(notice_kinds.APPROVED, plan, [approval.handed_in_by], now=now, once=f"plans.approved.{approval.pk}")
    return approval


@transaction.atomic
def return_plan(plan: Plan, *, reasons: str, actor: User, now: datetime, seen: int | None = None) -> Approval:
    """Return a plan with reasons; it is a draft again. Raises what `approve_plan` raises about the person."""
    approval = _waiting(plan, actor, seen)
    if not reasons.strip():
        raise DomainError("plans.reason_needed", status=422)
    approval.reasons = reasons.strip()
    _decide(approval, Event.RETURN, Outcome.RETURNED, actor=actor, now=now)
    tell_staff(
        notice_kinds.RETURNED,
        plan,
        [approval.handed_in_by],
        now=now,
        reasons=approval.reasons,
        once=f"plans.returned.{approval.pk}",
    )
    return approval


@transaction.atomic
def take_back_plan(plan: Plan, *, actor: User, now: datetime) -> Plan:
    """Make a plan that was handed in or approved a draft again, to change it; it is to be approved anew."""
    require_officer(actor, plan.organisation)
    move(plan, Status(plan.status), Event.TAKE_BACK, TRANSITIONS)
    end_waiting(plan, actor=actor, now=now)
    ledger.append("plans.taken_back", subject=plan, actor=actor, now=now)
    return plan


@transaction.atomic
def end_waiting(plan: Plan, *, actor: User, now: datetime) -> None:
    """Close the open question to the head, if there is one: the plan was taken back or cancelled."""
    plan.approvals.filter(outcome=Outcome.WAITING.value).update(
        outcome=Outcome.TAKEN_BACK.value, decided_by=actor, decided_at=now
    )


def _waiting(plan: Plan, actor: User, seen: int | None) -> Approval:
    require_head(actor, plan.organisation)
    next_status(TRANSITIONS, Status(plan.status), Event.APPROVE)
    approval = plan.approvals.select_related("handed_in_by").filter(outcome=Outcome.WAITING.value).first()
    if approval is None:
        # Somebody decided, or took it back, since this page was opened.
        raise InvalidTransition(current=plan.status, event=Event.APPROVE)
    if actor.pk in (approval.handed_in_by_id, plan.created_by_id):
        raise DomainError("plans.own_plan", status=403)
    if seen is not None and seen != approval.pk:
        # Taken back, changed and handed in again while the page was open: nobody approves what she has not read.
        raise DomainError("plans.handed_in_anew")
    return approval


def _decide(approval: Approval, event: Event, outcome: Outcome, *, actor: User, now: datetime) -> None:
    plan = approval.plan
    move(plan, Status(plan.status), event, TRANSITIONS)
    approval.outcome, approval.decided_by, approval.decided_at = outcome.value, actor, now
    approval.save(update_fields=["outcome", "decided_by", "decided_at", "reasons"])
    facts = {"reasons": approval.reasons} if approval.reasons else {}
    ledger.append(f"plans.{outcome.value}", subject=plan, actor=actor, now=now, approval=approval.pk, **facts)
