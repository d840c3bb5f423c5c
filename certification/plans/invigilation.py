"""Who watches over the session: invigilators for the rooms, and a quality supervisor (I13, I15, I17, I18)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from certification.bodies.conflicts import Conflict
from certification.bodies.models import StaffMember
from certification.bodies.rules import CardKind
from certification.bodies.selectors import cards_on
from certification.plans.access import require_officer
from certification.plans.conflicts import blocking, conflicts_of
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import STAFFING_STATUSES, StaffRole, Status
from certification.plans.rules.places import invigilators_needed
from certification.plans.selectors import invigilators_needed_for
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

SESSION_ROLES = (StaffRole.INVIGILATOR, StaffRole.SUPERVISOR)
MOST_OFFERED = 300
"""So many of the register are offered on one page."""
LATELY = timedelta(days=365)


def needed_for(plan: Plan) -> int:
    """Return how many invigilators the plan needs; a plan with its room in words counts all its seats as one room."""
    found = invigilators_needed_for(plan)
    if found is not None:
        return found
    return invigilators_needed(
        [plan.seats.count() or plan.capacity],
        ratio=plan.scheme.parameter("invigilator_ratio"),
        minimum=plan.scheme.parameter("min_invigilators"),
    )


@transaction.atomic
def assign_session_staff(
    plan: Plan, *, invigilators: Sequence[User], supervisors: Sequence[User], actor: User, now: datetime
) -> list[StaffAssignment]:
    """Name who invigilates and who supervises; naming again replaces, and who stays keeps her declaration.

    Raises `DomainError`: too early or too late, too few invigilators (I13), no supervisor (I18) or one without a
    card on the exam day, one person with two duties (I17), one who must stand back (I15). Nothing is stored then.
    """
    require_officer(actor, plan.organisation)
    if Status(plan.status) not in STAFFING_STATUSES:
        raise DomainError("plans.staffing_closed")
    wanted = {StaffRole.INVIGILATOR: _each_once(invigilators), StaffRole.SUPERVISOR: _each_once(supervisors)}
    _check_numbers(plan, wanted)
    _name_all(plan, wanted, actor=actor, now=now)
    roles = [role.value for role in SESSION_ROLES]
    return list(plan.assignments.filter(role__in=roles).select_related("user"))


@transaction.atomic
def name_for_session(plan: Plan, *, role: StaffRole, people: Sequence[User], actor: User, now: datetime) -> None:
    """Name who has one of the two duties, who has the other stays; for a draw, which takes one duty after the other.

    Whether there are enough is asked before the exam starts. Raises `DomainError` as `assign_session_staff` otherwise.
    """
    require_officer(actor, plan.organisation)
    if Status(plan.status) not in STAFFING_STATUSES:
        raise DomainError("plans.staffing_closed")
    _name_all(plan, {role: _each_once(people)}, actor=actor, now=now)


def _name_all(plan: Plan, wanted: dict[StaffRole, list[User]], *, actor: User, now: datetime) -> None:
    people = [person for named in wanted.values() for person in named]
    others = set(plan.assignments.exclude(role__in=[role.value for role in wanted]).values_list("user_id", flat=True))
    found = _conflicts(plan, people)
    carded = _with_supervisor_card(plan)
    for role, named in wanted.items():
        for person in named:
            if person.pk in others:
                raise DomainError("plans.role_taken", status=422, name=person.name)
            if role is StaffRole.SUPERVISOR and person.pk not in carded:
                raise DomainError("plans.supervisor_card_missing", status=422, name=person.name, date=plan.exam_date)
            if against := blocking(found[person.pk]):
                raise DomainError("plans.assessor_conflict", status=422, name=person.name, reasons=against[0].label)
    for role, named in wanted.items():
        _store(plan, role, named, found=found, now=now)
    keys = {role.value: sorted(person.pk for person in named) for role, named in wanted.items()}
    ledger.append("plans.session_staff_assigned", subject=plan, actor=actor, now=now, **keys)


def _each_once(people: Sequence[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())


def _check_numbers(plan: Plan, wanted: dict[StaffRole, list[User]]) -> None:
    needed = needed_for(plan)
    named = len(wanted[StaffRole.INVIGILATOR])
    if named < needed:
        raise DomainError("plans.too_few_invigilators", status=422, needed=needed, named=named)
    if not wanted[StaffRole.SUPERVISOR]:
        raise DomainError("plans.supervisor_missing", status=422)
    watching = {person.pk for person in wanted[StaffRole.INVIGILATOR]}
    for person in wanted[StaffRole.SUPERVISOR]:
        if person.pk in watching:
            raise DomainError("plans.role_taken", status=422, name=person.name)


def _conflicts(plan: Plan, people: Collection[User]) -> dict[int, list[Conflict]]:
    candidates = set(plan.seats.values_list("candidate_id", flat=True))
    return conflicts_of(list(people), candidate_ids=candidates, plan=plan)


def _store(plan: Plan, role: StaffRole, named: Sequence[User], *, found: dict[int, list[Conflict]], now: datetime) -> None:
    plan.assignments.filter(role=role.value).exclude(user__in=named).delete()
    for person in named:
        recusal = {"checked_at": now.isoformat(), "conflicts": [conflict.kind for conflict in found[person.pk]]}
        StaffAssignment.objects.update_or_create(
            plan=plan,
            user=person,
            role=role.value,
            defaults={"recusal": recusal},
            create_defaults={"recusal": recusal, "assigned_at": now},
        )


def _with_supervisor_card(plan: Plan) -> set[int]:
    cards = cards_on(plan.scheme.occupation, on=plan.exam_date).filter(kind=CardKind.SUPERVISOR.value)
    return set(cards.values_list("user_id", flat=True))


@dataclass(frozen=True)
class Offer:
    """Somebody of the register who could be named, and what speaks against it."""

    user: User
    duties: int
    """Plans of the last twelve months in which she had a duty."""
    may_supervise: bool
    conflicts: list[Conflict]

    @property
    def blocked(self) -> bool:
        return bool(blocking(self.conflicts))


def offers_for(plan: Plan) -> list[Offer]:
    """Return who of the body's register could act, those who served least lately first; assessors of the plan never."""
    entries = _standing(plan)
    carded = _with_supervisor_card(plan)
    people = [entry.user for entry in entries]
    found = _conflicts(plan, people)
    rows = [
        Offer(
            entry.user, duties=getattr(entry, "duties", 0), may_supervise=entry.user_id in carded, conflicts=found[entry.user_id]
        )
        for entry in entries
    ]
    return sorted(rows, key=lambda row: (row.duties, row.user.name, row.user.pk))


def proposed(offers: Sequence[Offer], *, needed: int) -> tuple[set[int], set[int]]:
    """Return (invigilators, supervisors) that a page may tick before anybody chose: least to consider, least duties.

    Whoever may supervise is kept for that as long as others can invigilate.
    """
    free = sorted((offer for offer in offers if not offer.blocked), key=lambda offer: len(offer.conflicts))
    supervisors = [offer.user.pk for offer in free if offer.may_supervise][:1]
    others = [offer for offer in free if offer.user.pk not in supervisors]
    watching = sorted(others, key=lambda offer: offer.may_supervise)
    return {offer.user.pk for offer in watching[:needed]}, set(supervisors)


def _standing(plan: Plan) -> QuerySet[StaffMember]:
    since = plan.exam_date - LATELY
    counted = Q(user__plan_assignments__plan__exam_date__range=(since, plan.exam_date))
    return (
        StaffMember.objects.filter(Q(left_on=None) | Q(left_on__gt=plan.exam_date), organisation=plan.organisation_id)
        .exclude(user__in=plan.assignments.filter(role=StaffRole.ASSESSOR.value).values("user"))
        .filter(user__is_active=True)
        .select_related("user")
        .annotate(duties=Count("user__plan_assignments__plan", filter=counted, distinct=True))
        .order_by("user__name", "pk")[:MOST_OFFERED]
    )
