"""Who had a part in a result, and may therefore not answer for it (I44, I45). The one place that knows."""

from collections.abc import Collection

from django.db.models import Q

from certification.panels.models import PanelMember
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import StaffRole
from certification.plans.staffing import SELF, TRAINER, conflicts_with
from certification.results import selectors
from certification.results.models import Case, CorrectionOrder, Objection, Revision
from lms.accounts.models import User
from lms.organisations.rules import Role
from lms.organisations.selectors import people_with

ANSWERING = (Role.HEAD, Role.EXAM_OFFICER, Role.SUPERVISOR)
"""Who of a body may answer an objection, a review or an appeal, unless she had a part in the result."""


def involved(user: User, seat: Seat) -> bool:
    """Tell whether the person sat, trained, examined, decided or confirmed here: then she answers nothing about it.

    Asked of the plan as a whole, as decisions are made for all at once; a correction counts as a decision.
    """
    return (
        user.pk == seat.candidate_id
        or selectors.has_examined(user, seat.plan)
        or selectors.has_decided(user, seat.plan)
        or Revision.objects.filter(Q(decided_by=user) | Q(confirmed_by=user), seat__plan=seat.plan).exists()
    )


def involved_in_answers(user: User, seat: Seat) -> bool:
    """Tell whether the person had a part in this result or in any answer about it: then she handles no appeal (I45)."""
    return involved(user, seat) or user.pk in _answerers(seat)


def free_to_answer(seat: Seat, *, appeal: bool, but: Collection[int] = ()) -> list[User]:
    """Return who of the body may answer about this result; `but` are left out, as filers are. At most nine queries."""
    people = list(people_with(seat.plan.organisation_id, *ANSWERING).filter(is_active=True))
    busy = {*but, seat.candidate_id, *_took_part(seat.plan)}
    if appeal:
        busy |= _answerers(seat)
    free = [person for person in people if person.pk not in busy]
    return [person for person in free if not _trained(person, seat.plan)]


def _took_part(plan: Plan) -> set[int]:
    """Return who assessed, sat on a review panel, decided or confirmed in this plan."""
    staff = StaffAssignment.objects.filter(plan=plan, role=StaffRole.ASSESSOR.value).values_list("user_id", flat=True)
    panels = PanelMember.objects.filter(panel__plan=plan).values_list("user_id", flat=True)
    found: set[int | None] = {*staff, *panels}
    for table in (selectors.decisions_of(plan), Revision.objects.filter(seat__plan=plan)):
        for pair in table.values_list("decided_by_id", "confirmed_by_id").distinct():
            found |= set(pair)
    return {pk for pk in found if pk is not None}


def _answerers(seat: Seat) -> set[int]:
    """Return who answered, filed, asked for or approved anything about this one result."""
    found: set[int | None] = set()
    objections = Objection.objects.filter(publication__plan_id=seat.plan_id, ticket_number=seat.ticket_number)
    for row in objections.values_list("accepted_by_id", "decided_by_id", "filer_id"):
        found |= set(row)
    for pair in Case.objects.filter(seat=seat).exclude(decided_by=None).values_list("decided_by_id", "accepted_by_id"):
        found |= set(pair)
    for row in CorrectionOrder.objects.filter(seat=seat).values_list("requested_by_id", "approved_by_id", "refused_by_id"):
        found |= set(row)
    return {pk for pk in found if pk is not None}


def _trained(user: User, plan: Plan) -> bool:
    candidates = set(Seat.objects.filter(plan=plan).values_list("candidate_id", flat=True))
    return bool({SELF, TRAINER} & set(conflicts_with(user, candidate_ids=candidates, plan=plan)))
