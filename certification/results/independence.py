"""Who may not decide about whom: nobody about herself, about those whom she examined or trained, or has a tie with (I44)."""

from collections.abc import Collection

from certification.assessment.models import ArbitrationSheet, ScoreSheet
from certification.bodies.conflicts import tied_to, trained_by
from certification.panels.models import PanelMember
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with


def ties_of(people: Collection[User], plan: Plan) -> dict[int, set[int]]:
    """Return for each person the candidates of the plan about whom she may not decide. Constant queries.

    Whoever was named an assessor of the plan, or sat on a review panel of it, is tied to all of it; who left the team, to
    those whose sheets she opened.
    Training and declared ties count whatever the scheme's switches say: those are for the team, this is the decision.
    """
    candidates = set(Seat.objects.filter(plan=plan).values_list("candidate_id", flat=True))
    asked = [person.pk for person in people]
    found = {pk: {pk} & candidates for pk in asked}
    if not asked or not candidates:
        return found
    team = StaffAssignment.objects.filter(plan=plan, user__in=asked, role=StaffRole.ASSESSOR.value)
    panels = PanelMember.objects.filter(panel__plan=plan, user__in=asked)
    for pk in {*team.values_list("user_id", flat=True), *panels.values_list("user_id", flat=True)}:
        found[pk] |= candidates
    sheets = ScoreSheet.objects.filter(station__plan=plan, assessor__in=asked).order_by()
    for pk, candidate in sheets.values_list("assessor_id", "seat__candidate_id").distinct():
        found[pk].add(candidate)
    arbitrated = ArbitrationSheet.objects.filter(arbitration__station__plan=plan, arbitrator__in=asked).order_by()
    for pk, candidate in arbitrated.values_list("arbitrator_id", "arbitration__seat__candidate_id").distinct():
        found[pk].add(candidate)
    sure, _possible = tied_to(asked, candidates)
    for about in (trained_by(asked, candidates), sure):
        for pk, whom in about.items():
            found[pk] |= whom & candidates
    return found


def tied_candidates(person: User, plan: Plan) -> set[int]:
    """Return the candidates of the plan about whom this person may not decide. Constant queries."""
    return ties_of([person], plan)[person.pk]


def free_to_decide(plan: Plan, candidates: Collection[int], *, roles: Collection[Role]) -> list[User]:
    """Return who of the body, with one of these roles, may decide about all of these candidates, by name."""
    people = list(people_with(plan.organisation_id, *roles))
    ties = ties_of(people, plan)
    return [person for person in people if not ties[person.pk] & set(candidates)]
