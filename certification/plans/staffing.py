"""Who may act in a plan: cards, recusal, declarations (I14–I17)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.bodies.access import require_head
from certification.bodies.conflicts import Conflict, policy_of
from certification.bodies.models import Ruling
from certification.bodies.rules import ConflictKind
from certification.bodies.selectors import people_covering
from certification.bodies.services.impartiality import rule_on_conflict
from certification.plans import rules
from certification.plans.access import require_officer
from certification.plans.conflicts import (
    SAME_UNIT,
    SELF,
    TRAINER,
    blocking,
    conflicts_of,
    conflicts_with,
    findings_in,
    newcomers_needed,
)
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import STAFFING_STATUSES, StaffRole, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

__all__ = [
    "DECLARATION",
    "SAME_UNIT",
    "SELF",
    "TRAINER",
    "assign_assessors",
    "conflicts_with",
    "declaration_for",
    "declare_no_conflict",
    "settle_conflict",
]

DECLARATION_VERSION = 1
"""Raise with each change of `DECLARATION` or `WATCHING`, so that a stored declaration names what was read."""
DECLARATION = _(
    "I am neither a relative, teacher, master, apprentice nor colleague of any candidate of this plan, "
    "I have not trained any of them for it, and I will score on my own and keep what I see confidential."
)
WATCHING = _(
    "I am neither a relative, teacher, master, apprentice nor colleague of any candidate of this plan, "
    "I have not trained any of them for it, I will not score, and I keep what I see confidential."
)
"""What invigilators and supervisors declare."""


def declaration_for(role: StaffRole) -> Promise:
    return DECLARATION if role is StaffRole.ASSESSOR else WATCHING


@transaction.atomic
def assign_assessors(plan: Plan, *, users: Sequence[User], actor: User, now: datetime) -> list[StaffAssignment]:
    """Name the plan's team of assessors; naming again replaces it, and who stays keeps her declaration.

    Raises `DomainError`: too early or too late, team too small or even (I16), no
    card for the level on the exam date (I14), a person who must be recused (I15),
    or who supervises this plan (I17), or too few who are new where the body insists
    on it (I19). Nothing is stored then. What only warns is kept in `recusal`.
    """
    require_officer(actor, plan.organisation)
    _check_staffing_time(plan)
    people = list({user.pk: user for user in users}.values())
    rules.check_team(len(people), minimum=plan.scheme.parameter("min_assessors"), odd=plan.scheme.parameter("assessors_odd"))
    candidate_ids = set(plan.seats.values_list("candidate_id", flat=True))
    others = set(plan.assignments.exclude(role=StaffRole.ASSESSOR.value).values_list("user_id", flat=True))
    policy = policy_of(plan.organisation)
    found = conflicts_of(people, candidate_ids=candidate_ids, plan=plan, policy=policy)
    carded = people_covering(
        [person.pk for person in people],
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=plan.exam_date,
        senior_levels=plan.scheme.parameter("senior_assessor_levels"),
    )
    for person in people:
        _check_assessor(plan, person, carded=carded, conflicts=found[person.pk], others=others)
    missing = newcomers_needed(plan, [person.pk for person in people], policy=policy)
    if missing and policy.blocks(ConflictKind.ROTATION):
        raise DomainError("plans.team_not_renewed", status=422, missing=missing)
    checked = {"checked_at": now.isoformat(), "candidates": len(candidate_ids), "newcomers_missing": missing}
    plan.assignments.filter(role=StaffRole.ASSESSOR.value).exclude(user__in=people).delete()
    for person in people:
        recusal = {**checked, "conflicts": [conflict.kind for conflict in found[person.pk]]}
        StaffAssignment.objects.update_or_create(
            plan=plan,
            user=person,
            role=StaffRole.ASSESSOR.value,
            defaults={"recusal": recusal},
            create_defaults={"recusal": recusal, "assigned_at": now},
        )
    ledger.append("plans.assessors_assigned", subject=plan, actor=actor, now=now, users=sorted(person.pk for person in people))
    return list(plan.assignments.filter(role=StaffRole.ASSESSOR.value).select_related("user"))


def _check_assessor(
    plan: Plan, person: User, *, carded: Collection[int], conflicts: Sequence[Conflict], others: Collection[int]
) -> None:
    if person.pk not in carded:
        raise DomainError("plans.card_missing", status=422, names=[person.name], date=plan.exam_date)
    if person.pk in others:
        raise DomainError("plans.role_taken", status=422, name=person.name)
    if against := blocking(conflicts):
        raise DomainError("plans.assessor_conflict", status=422, name=person.name, reasons=against[0].label)


@transaction.atomic
def declare_no_conflict(assignment: StaffAssignment, *, actor: User, now: datetime) -> StaffAssignment:
    """Store the person's own declaration; a second time changes nothing.

    Raises `DomainError("plans.not_your_declaration")` (403) for anyone else.
    """
    if actor.pk != assignment.user_id:
        raise DomainError("plans.not_your_declaration", status=403)
    if assignment.declared_at is not None:
        return assignment
    if Status(assignment.plan.status) not in (*STAFFING_STATUSES, Status.IN_EXAM):
        raise DomainError("plans.staffing_closed")
    declaration = {"version": DECLARATION_VERSION, "text": str(declaration_for(StaffRole(assignment.role)))}
    won = StaffAssignment.objects.filter(pk=assignment.pk, declared_at=None).update(declared_at=now, declaration=declaration)
    if won:
        ledger.append("plans.no_conflict_declared", subject=assignment, actor=actor, now=now, version=DECLARATION_VERSION)
    assignment.refresh_from_db()
    return assignment


@transaction.atomic
def settle_conflict(plan: Plan, *, assignment: StaffAssignment, kind: str, reason: str, actor: User, now: datetime) -> Ruling:
    """Store the head's ruling on a conflict that came to light after the exam; without one the results stay where they are.

    Raises what `bodies.rule_on_conflict` raises, and `DomainError("plans.nothing_to_settle")` where no such conflict blocks.
    """
    require_head(actor, plan.organisation)
    waits = any(
        row.conflict.blocks and row.assignment.pk == assignment.pk and row.conflict.kind == kind for row in findings_in(plan)
    )
    # Before the exam the officer names somebody else instead.
    if Status(plan.status) in STAFFING_STATUSES or not waits:
        raise DomainError("plans.nothing_to_settle")
    return rule_on_conflict(
        plan.organisation,
        subject=ledger.subject_of(plan),
        user=assignment.user,
        kind=ConflictKind(kind),
        reason=reason,
        actor=actor,
        now=now,
    )


def _check_staffing_time(plan: Plan) -> None:
    if Status(plan.status) not in STAFFING_STATUSES:
        raise DomainError("plans.staffing_closed")
