"""Sealed papers from hand to hand 试卷交接: who gave which bag to whom, when; the receiver says herself that she has it."""

from datetime import datetime

from django.db import transaction

from certification.examday.models import HandOver, Receipt
from certification.examday.rules.custody import Link, check_hand_over
from certification.plans.access import is_officer
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


def holders(plan: Plan) -> dict[int, User]:
    """Return who may hold papers of this plan: its staff, and the body's exam officers. Two queries."""
    staff = {row.user_id: row.user for row in plan.assignments.select_related("user")}
    return staff | {person.pk: person for person in people_with(plan.organisation_id, Role.EXAM_OFFICER)}


@transaction.atomic
def hand_over(
    plan: Plan, *, bag: str, seal: str, papers: int, receiver: User, actor: User, now: datetime, note: str = ""
) -> HandOver:
    """Write down that the actor gives a bag to `receiver`, who still has to confirm it.

    Raises `DomainError`: "examday.no_holder" for somebody who has nothing to do with the plan, and what
    `rules.custody.check_hand_over` raises about the chain.
    """
    # One bag moves at a time: the plan's row is the lock.
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=plan.pk)
    allowed = holders(plan)
    if actor.pk not in allowed or receiver.pk not in allowed:
        raise DomainError("examday.no_holder", status=403)
    earlier = HandOver.objects.filter(plan=plan, bag=bag.strip()).select_related("receipt").order_by("pk")
    chain = [Link(row.giver_id, row.receiver_id, hasattr(row, "receipt")) for row in earlier]
    check_hand_over(chain, giver=actor.pk, receiver=receiver.pk, first_by_office=is_officer(actor, plan))
    row = HandOver.objects.create(
        plan=plan, bag=bag.strip(), seal=seal.strip(), papers=papers, giver=actor, receiver=receiver, at=now, note=note.strip()
    )
    facts = {"hand_over": row.pk, "bag": row.bag, "seal": row.seal, "papers": papers, "receiver": receiver.pk}
    ledger.append("examday.papers_handed_over", subject=plan, actor=actor, now=now, **facts)
    return row


@transaction.atomic
def receive(row: HandOver, *, seal_whole: bool, actor: User, now: datetime, note: str = "") -> Receipt:
    """Confirm a bag; a broken seal is written down with its remark, and the bag is received all the same.

    Raises `DomainError` "examday.not_your_bag" (403), "examday.received_already", "examday.broken_seal_needs_words".
    """
    if row.receiver_id != actor.pk:
        raise DomainError("examday.not_your_bag", status=403)
    if not seal_whole and not note.strip():
        raise DomainError("examday.broken_seal_needs_words", status=422)
    facts_of_it = {"at": now, "seal_whole": seal_whole, "note": note.strip()}
    receipt, is_new = Receipt.objects.get_or_create(hand_over=row, defaults=facts_of_it)
    if not is_new:
        raise DomainError("examday.received_already")
    facts = {"hand_over": row.pk, "bag": row.bag, "seal_whole": seal_whole}
    ledger.append("examday.papers_received", subject=row.plan, actor=actor, now=now, **facts)
    return receipt
