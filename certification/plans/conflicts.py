"""Who must not act in a plan, and who has to be settled afterwards (I15, I17, I19)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from certification.bodies.conflicts import Conflict, Question, conflict, find_conflicts, policy_of, trained_by
from certification.bodies.models import Ruling
from certification.bodies.rules import ABOUT_CANDIDATES, CardKind, ConflictKind, Policy, newcomers_missing
from certification.bodies.selectors import cards_on
from certification.plans.history import earlier_meetings, teams_before
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.core import ledger
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with

SELF = conflict(ConflictKind.SELF)
SAME_UNIT = conflict(ConflictKind.SAME_UNIT)
TRAINER = conflict(ConflictKind.TRAINER)


def conflicts_of(
    people: Collection[User], *, candidate_ids: Collection[int], plan: Plan, policy: Policy | None = None
) -> dict[int, list[Conflict]]:
    """Return for each person why she should not act for these candidates, what blocks first.

    Which checks run is set by the scheme, what a finding weighs by the body. Constant queries.
    """
    policy = policy or policy_of(plan.organisation)
    asked = [person.pk for person in people]
    question = Question(
        organisation=plan.organisation,
        occupation=plan.scheme.occupation,
        on=plan.exam_date,
        candidates=candidate_ids,
        trainers=plan.scheme.parameter("recuse_trainers"),
        same_unit=plan.scheme.parameter("recuse_same_unit"),
        earlier=earlier_meetings(asked, candidates=candidate_ids, plan=plan) if candidate_ids else {},
        teams=teams_before(plan, most=policy.in_a_row_limit) if policy.in_a_row_limit else [],
    )
    return find_conflicts(people, question, policy=policy)


def conflicts_with(user: User, *, candidate_ids: Collection[int], plan: Plan) -> list[Conflict]:
    """Return why this person should not act for these candidates; empty when nothing speaks against it."""
    return conflicts_of([user], candidate_ids=candidate_ids, plan=plan)[user.pk]


def blocking(conflicts: Iterable[Conflict]) -> list[Conflict]:
    return [found for found in conflicts if found.blocks]


def newcomers_needed(plan: Plan, team: Collection[int], *, policy: Policy) -> int:
    """Return how many more of the team must be new against the body's last team (I19)."""
    before = teams_before(plan, most=1) if policy.renewed_one_in else []
    return newcomers_missing(team, before=before[0], one_in=policy.renewed_one_in) if before else 0


@dataclass(frozen=True)
class Finding:
    """What stands between one person of the team and the candidates now, and what the head ruled about it, if anything."""

    assignment: StaffAssignment
    conflict: Conflict
    ruling: Ruling | None

    @property
    def is_open(self) -> bool:
        return self.conflict.blocks and self.ruling is None and self.conflict.kind in ABOUT_CANDIDATES


def findings_in(plan: Plan) -> list[Finding]:
    """Return what is known today about the assessors of the plan, whatever was known when they were named."""
    team = list(plan.assignments.filter(role=StaffRole.ASSESSOR.value).select_related("user").order_by("user__name", "pk"))
    subject = ledger.subject_of(plan)
    rulings = {(row.user_id, row.kind): row for row in Ruling.objects.filter(subject=subject).select_related("ruled_by")}
    return [Finding(row, about, rulings.get((row.user_id, about.kind))) for row, about in conflicts_in(plan, team)]


def conflicts_in(plan: Plan, team: Collection[StaffAssignment]) -> list[tuple[StaffAssignment, Conflict]]:
    """Return what is known today about each of these people of the plan, whatever was known when they were named."""
    candidates = set(plan.seats.values_list("candidate_id", flat=True))
    found = conflicts_of([row.user for row in team], candidate_ids=candidates, plan=plan)
    return [(row, about) for row in team for about in found[row.user_id]]


def writers_who_taught(plan: Plan) -> list[User]:
    """Return the body's item writers who trained candidates of this plan, by name: told, since nobody can undo it (I17)."""
    cards = cards_on(plan.scheme.occupation, on=plan.exam_date).filter(organisation=plan.organisation_id)
    writers = set(cards.filter(kind=CardKind.ITEM_WRITER.value).values_list("user_id", flat=True))
    writers |= set(people_with(plan.organisation_id, Role.ITEM_WRITER).values_list("pk", flat=True))
    candidates = set(plan.seats.values_list("candidate_id", flat=True))
    taught = trained_by(writers, candidates) if writers and candidates else {}
    return list(User.objects.filter(pk__in=taught).order_by("name"))
