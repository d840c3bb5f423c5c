"""The rooms as they stand on the day: who sits where, who came, whether the invigilators suffice."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from certification.applications import needs
from certification.applications.needs import Needs
from certification.examday.models import RoomDuty, SignIn
from certification.examday.rules.arrivals import Standing, standing
from certification.examday.selectors.seating import need
from certification.plans.kept import THEORY, seats_keeping
from certification.plans.models import Plan, Seat, StaffAssignment
from certification.plans.rules import Problem, StaffRole
from lms.accounts.models import User


def late_limit(plan: Plan) -> timedelta:
    """Return how late a candidate may come; a number of the scheme version."""
    return timedelta(minutes=plan.scheme.parameter("late_limit_minutes"))


@dataclass(frozen=True)
class Expected:
    """One seat of a room on the day."""

    seat: Seat
    needs: Needs
    sign_in: SignIn | None
    standing: Standing
    keeps_theory: bool = False
    """She re-sits, keeps theory from an earlier exam and comes with the skill test."""


@dataclass
class RoomDay:
    name: str
    plan_room: int | None
    rows: list[Expected] = field(default_factory=list)
    invigilators: list[User] = field(default_factory=list)
    needed: int = 0

    def count(self, *wanted: Standing) -> int:
        return sum(row.standing in wanted for row in self.rows)

    @property
    def arrived(self) -> int:
        return self.count(Standing.SIGNED_IN, Standing.LATE)

    @property
    def late(self) -> int:
        return self.count(Standing.LATE)

    @property
    def absent(self) -> int:
        return self.count(Standing.ABSENT)

    @property
    def short(self) -> int:
        """How many invigilators are missing."""
        return max(0, self.needed - len(self.invigilators))


def rooms_on_the_day(plan: Plan, *, now: datetime) -> list[RoomDay]:
    """Return the rooms in which somebody has a seat, in the officer's order. Six queries however many seats."""
    seats = plan.seats.select_related("candidate__identity", "sign_in__by", "application").order_by(
        "plan_room__order", "room", "number"
    )
    rows = list(seats)
    granted = needs.needs_of([seat.candidate_id for seat in rows], on=plan.exam_date)
    limit, rooms, keeping = late_limit(plan), dict[str, RoomDay](), seats_keeping(plan, THEORY)
    for seat in rows:
        arrival = getattr(seat, "sign_in", None)
        keeps = seat.pk in keeping
        starts_at = plan.skill_starts_at if keeps else plan.theory_starts_at
        stands = standing(arrived_at=arrival.at if arrival else None, starts_at=starts_at, now=now, late_limit=limit)
        room = rooms.setdefault(seat.room, RoomDay(seat.room, seat.plan_room_id))
        room.rows.append(Expected(seat, granted.get(seat.candidate_id, Needs()), arrival, stands, keeps))
    team = invigilators_by_room(plan)
    for room in rooms.values():
        room.needed = need(plan, len(room.rows))
        room.invigilators = team[room.plan_room]
    return list(rooms.values())


def invigilators_by_room(plan: Plan) -> dict[int | None, list[User]]:
    """Return who invigilates where, by key of the plan's room; under None who has no room of her own. Two queries."""
    found: dict[int | None, list[User]] = defaultdict(list)
    duties = dict(RoomDuty.objects.filter(assignment__plan=plan).values_list("assignment_id", "plan_room_id"))
    for assignment in invigilators_of(plan):
        found[duties.get(assignment.pk)].append(assignment.user)
    return found


def without_room(plan: Plan) -> list[User]:
    """Return the invigilators who were named after the rooms were dealt out; nobody while no room has seats. Three queries."""
    if not plan.seats.exclude(plan_room=None).exists():
        return []
    return invigilators_by_room(plan)[None]


def invigilators_of(plan: Plan) -> list[StaffAssignment]:
    team = plan.assignments.filter(role=StaffRole.INVIGILATOR.value)
    return list(team.select_related("user").order_by("user__name", "pk"))


def room_problems(plan: Plan) -> list[Problem]:
    """Return the rooms of the register that lack invigilators; a session does not open with one of them (I13).

    A plan with one room in words, which names its invigilators on paper, has none. Four queries.
    """
    seated: dict[int, int] = defaultdict(int)
    for room in plan.seats.exclude(plan_room=None).values_list("plan_room_id", flat=True):
        seated[room or 0] += 1
    if not seated:
        return []
    team = invigilators_by_room(plan)
    problems = []
    for plan_room in plan.rooms.select_related("room"):
        count, wanted = len(team[plan_room.pk]), need(plan, seated[plan_room.pk])
        if count < wanted:
            context = {"room": plan_room.room.name, "count": count, "needed": wanted, "candidates": seated[plan_room.pk]}
            problems.append(Problem("examday.too_few_invigilators", context))
        if seated[plan_room.pk] > plan_room.seats:
            problems.append(Problem("examday.room_too_full", {"room": plan_room.room.name, "seats": plan_room.seats}))
    return problems


def require_rooms_ready(plan: Plan) -> None:
    """Raise the first of `room_problems` as `DomainError`: the session does not open (I13)."""
    problems = room_problems(plan)
    if problems:
        raise problems[0].error()
