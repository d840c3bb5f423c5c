"""Who acts in a plan, by lot: whoever must stand back is left out first, and anybody can repeat the draw (domain.md §1.5)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format

from certification.bodies.conflicts import Conflict
from certification.bodies.models import StaffMember
from certification.bodies.rules import CardKind
from certification.bodies.selectors import assessors_available, cards_on
from certification.examday import notice_kinds
from certification.examday.models import RoomDuty, StaffDraw
from certification.examday.rules import drawing
from certification.examday.selectors.rooms import invigilators_of
from certification.examday.selectors.seating import need
from certification.plans.access import require_officer
from certification.plans.conflicts import blocking, conflicts_of
from certification.plans.invigilation import name_for_session
from certification.plans.models import Plan
from certification.plans.rules import STAFFING_STATUSES, StaffRole, Status
from certification.plans.services import assign_assessors
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from lms.notices.services import news, tell_many


@dataclass(frozen=True)
class Pool:
    """Whom a draw may take, and who stands back with the reasons."""

    free: dict[int, User]
    recused: dict[int, tuple[User, list[Conflict]]]


def pool_for(plan: Plan, role: StaffRole) -> Pool:
    """Return who could act in this role: by card, or for invigilators by the body's register, less who must stand back.

    Who has another duty in the plan is not asked (I17). Constant queries.
    """
    people = {person.pk: person for person in _qualified(plan, role)}
    others = plan.assignments.exclude(role=role.value).values_list("user_id", flat=True)
    for key in others:
        people.pop(key, None)
    found = conflicts_of(list(people.values()), candidate_ids=bound_to(plan), plan=plan)
    against = {key: blocking(found[key]) for key in people}
    recused = {key: (people[key], reasons) for key, reasons in against.items() if reasons}
    return Pool({key: person for key, person in people.items() if key not in recused}, recused)


def bound_to(plan: Plan) -> set[int]:
    """Return the candidates: those with a seat, before that all who have a case that may still lead to one."""
    seated = set(plan.seats.values_list("candidate_id", flat=True))
    cases = plan.applications.exclude(status__in=["draft", "rejected", "withdrawn"])
    return seated or set(cases.values_list("candidate_id", flat=True))


def _qualified(plan: Plan, role: StaffRole) -> list[User]:
    occupation, on = plan.scheme.occupation, plan.exam_date
    if role is StaffRole.ASSESSOR:
        senior = plan.scheme.parameter("senior_assessor_levels")
        cards = assessors_available(plan.organisation, occupation=occupation, level=plan.level, on=on, senior_levels=senior)
        return [card.user for card in cards]
    register = StaffMember.objects.filter(organisation=plan.organisation).exclude(left_on__lte=on)
    if role is StaffRole.SUPERVISOR:
        holders = cards_on(occupation, on=on).filter(kind=CardKind.SUPERVISOR.value, organisation=plan.organisation)
        register = register.filter(user__in=holders.values("user"))
    return [entry.user for entry in register.filter(user__is_active=True).select_related("user").order_by("pk")]


@transaction.atomic
def draw_staff(plan: Plan, *, role: StaffRole | str, count: int, actor: User, now: datetime, reason: str = "") -> StaffDraw:
    """Draw `count` people for a role and name them; a second draw replaces the first and says why.

    The seed comes from the ledger, so nobody chooses it; seed, list, who stood back and who was drawn go into the ledger
    (keys of people, no names). Raises `PermissionDenied`, or `DomainError` "plans.staffing_closed",
    "examday.reason_for_redraw", "examday.pool_too_small", and what `assign_assessors` and `name_for_session` of the plans raise.
    """
    require_officer(actor, plan.organisation)
    role = StaffRole(role)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "scheme__occupation").get(pk=plan.pk)
    if Status(plan.status) not in STAFFING_STATUSES:
        raise DomainError("plans.staffing_closed")
    turn = StaffDraw.objects.filter(plan=plan, role=role.value).count() + 1
    if turn > 1 and not reason.strip():
        raise DomainError("examday.reason_for_redraw", status=422)
    pool = pool_for(plan, role)
    last = LedgerEntry.objects.order_by("-sequence").values_list("hash", flat=True).first() or ledger.GENESIS
    seed = drawing.seed_of(ledger_hash=last, plan_number=plan.number, role=role.value, turn=turn)
    drawn = drawing.draw(pool.free, seed=seed, count=count)
    recused = {str(key): [conflict.kind for conflict in reasons] for key, (_user, reasons) in sorted(pool.recused.items())}
    facts = {
        "role": role.value,
        "turn": turn,
        "seed": seed,
        "ledger_hash": last,
        "pool": sorted(pool.free),
        "recused": recused,
        "wanted": count,
        "drawn": drawn,
        "reason": reason.strip(),
    }
    row = StaffDraw.objects.create(plan=plan, by=actor, at=now, **facts)
    ledger.append("examday.staff_drawn", subject=plan, actor=actor, now=now, **facts)
    people = [pool.free[key] for key in drawn]
    if role is StaffRole.ASSESSOR:
        assign_assessors(plan, users=people, actor=actor, now=now)
    else:
        name_for_session(plan, role=role, people=people, actor=actor, now=now)
        if role is StaffRole.INVIGILATOR:
            deal_invigilators(plan, actor=actor, now=now)
    _tell(plan, people, now)
    return row


def _tell(plan: Plan, people: Collection[User], now: datetime) -> None:
    facts = {"plan": plan.title, "day": date_format(plan.exam_date, "DATE_FORMAT")}
    tell_many(
        [
            news(notice_kinds.DRAWN, person, facts=facts, url="/desk/duties/", organisation=plan.organisation_id, now=now)
            for person in people
        ]
    )


@transaction.atomic
def deal_invigilators(plan: Plan, *, actor: User, now: datetime, only_new: bool = False) -> dict[int, list[int]]:
    """Give each invigilator of the plan a room, by lot, each room up to what it needs; return them by room.

    With `only_new` a room that is dealt stays as it is where nobody came or went. Nothing happens in a plan without rooms
    of the register, or without seats. Raises `PermissionDenied`, or `DomainError` "plans.staffing_closed" once the exam has
    begun: who stood where is part of its record.
    """
    require_officer(actor, plan.organisation)
    plan = Plan.objects.select_for_update(of=("self",)).select_related("organisation", "scheme").get(pk=plan.pk)
    if Status(plan.status) not in STAFFING_STATUSES:
        raise DomainError("plans.staffing_closed")
    team = invigilators_of(plan)
    seated = Counter(plan.seats.exclude(plan_room=None).values_list("plan_room_id", flat=True))
    rooms = [room for room in plan.rooms.all() if seated[room.pk]]
    if not team or not rooms:
        return {}
    needs = {room.pk: need(plan, seated[room.pk]) for room in rooms}
    had = RoomDuty.objects.filter(assignment__in=team)
    if (
        only_new
        and had.count() == len(team)
        and all(had.filter(plan_room=key).count() >= wanted for key, wanted in needs.items())
    ):
        return {}
    seed = drawing.seed_of(ledger_hash="", plan_number=plan.number, role="rooms", turn=1)
    dealt = drawing.deal([row.pk for row in team], needs, seed=seed)
    had.delete()
    RoomDuty.objects.bulk_create(
        RoomDuty(assignment_id=assignment, plan_room_id=room) for room, keys in dealt.items() for assignment in keys
    )
    by_user = {row.pk: row.user_id for row in team}
    told = {str(room): [by_user[key] for key in keys] for room, keys in dealt.items()}
    ledger.append("examday.invigilators_dealt", subject=plan, actor=actor, now=now, seed=seed, rooms=told)
    return {room: [by_user[key] for key in keys] for room, keys in dealt.items()}
