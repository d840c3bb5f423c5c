"""Who may act in a plan: cards, recusal, declarations (I14–I17)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.bodies.selectors import card_covering
from certification.plans import rules
from certification.plans.access import require_officer
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import STAFFING_STATUSES, StaffRole, Status
from courses.catalogue.models import CollegePage
from courses.learning.models import Enrolment
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.models import Membership
from lms.organisations.rules import Role

DECLARATION_VERSION = 1
"""Raise with each change of `DECLARATION`, so that a stored declaration names what was read."""
DECLARATION = _(
    "I am neither a relative, teacher, master, apprentice nor colleague of any candidate of this plan, "
    "I have not trained any of them for it, and I will score on my own and keep what I see confidential."
)


@dataclass(frozen=True)
class Conflict:
    kind: str
    label: str | Promise


SELF = Conflict("self", _("is a candidate of this plan"))
SAME_UNIT = Conflict("same_unit", _("works in the same organisation as a candidate"))
TRAINER = Conflict("trainer", _("teaches at the college where a candidate took a course"))


def conflicts_with(user: User, *, candidate_ids: Collection[int], plan: Plan) -> list[Conflict]:
    """Return why this person must not act for these candidates; empty when nothing speaks against it.

    The organising body itself does not count as a common unit: employers assess
    their own staff. Source: I15, I17, I44; which checks run is set by the scheme.
    """
    if not candidate_ids:
        return []
    found: list[Conflict] = []
    if user.pk in candidate_ids:
        found.append(SELF)
    if plan.scheme.parameter("recuse_same_unit"):
        units = Membership.objects.filter(user=user).exclude(organisation_id=plan.organisation_id).values("organisation")
        if Membership.objects.filter(organisation__in=units, user_id__in=candidate_ids).exclude(user=user).exists():
            found.append(SAME_UNIT)
    if plan.scheme.parameter("recuse_trainers") and _trained_any(user, candidate_ids):
        found.append(TRAINER)
    return found


def _trained_any(user: User, candidate_ids: Collection[int]) -> bool:
    teaches = Membership.objects.filter(user=user, role=Role.AUTHOR.value).values("organisation")
    return any(
        Enrolment.objects.filter(course__path__startswith=college.path, user_id__in=candidate_ids).exists()
        for college in CollegePage.objects.filter(organisation__in=teaches)
    )


@transaction.atomic
def assign_assessors(plan: Plan, *, users: Sequence[User], actor: User, now: datetime) -> list[StaffAssignment]:
    """Name the plan's team of assessors; naming again replaces it, and who stays keeps her declaration.

    Raises `DomainError`: too early or too late, team too small or even (I16), no
    card for the level on the exam date (I14), a person who must be recused (I15),
    or who supervises this plan (I17). Nothing is stored then.
    """
    require_officer(actor, plan.organisation)
    _check_staffing_time(plan)
    people = list({user.pk: user for user in users}.values())
    rules.check_team(len(people), minimum=plan.scheme.parameter("min_assessors"), odd=plan.scheme.parameter("assessors_odd"))
    candidate_ids = set(plan.seats.values_list("candidate_id", flat=True))
    others = set(plan.assignments.exclude(role=StaffRole.ASSESSOR.value).values_list("user_id", flat=True))
    for person in people:
        _check_assessor(plan, person, candidate_ids=candidate_ids, others=others)
    recusal = {"checked_at": now.isoformat(), "candidates": len(candidate_ids), "conflicts": []}
    plan.assignments.filter(role=StaffRole.ASSESSOR.value).exclude(user__in=people).delete()
    for person in people:
        StaffAssignment.objects.update_or_create(
            plan=plan,
            user=person,
            role=StaffRole.ASSESSOR.value,
            defaults={"recusal": recusal},
            create_defaults={"recusal": recusal, "assigned_at": now},
        )
    ledger.append("plans.assessors_assigned", subject=plan, actor=actor, now=now, users=sorted(person.pk for person in people))
    return list(plan.assignments.filter(role=StaffRole.ASSESSOR.value).select_related("user"))


def _check_assessor(plan: Plan, person: User, *, candidate_ids: Collection[int], others: Collection[int]) -> None:
    card = card_covering(
        person,
        occupation=plan.scheme.occupation,
        level=plan.level,
        on=plan.exam_date,
        senior_levels=plan.scheme.parameter("senior_assessor_levels"),
    )
    if card is None:
        raise DomainError("plans.card_missing", status=422, names=[person.name], date=plan.exam_date)
    if person.pk in others:
        raise DomainError("plans.role_taken", status=422, name=person.name)
    conflicts = conflicts_with(person, candidate_ids=candidate_ids, plan=plan)
    if conflicts:
        raise DomainError("plans.assessor_conflict", status=422, name=person.name, reasons=conflicts[0].label)


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
    declaration = {"version": DECLARATION_VERSION, "text": str(DECLARATION)}
    won = StaffAssignment.objects.filter(pk=assignment.pk, declared_at=None).update(declared_at=now, declaration=declaration)
    if won:
        ledger.append("plans.no_conflict_declared", subject=assignment, actor=actor, now=now, version=DECLARATION_VERSION)
    assignment.refresh_from_db()
    return assignment


def _check_staffing_time(plan: Plan) -> None:
    if Status(plan.status) not in STAFFING_STATUSES:
        raise DomainError("plans.staffing_closed")
