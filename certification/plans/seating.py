"""Seats and ticket numbers. Where people sit is told by `examday`; a plan without rooms of the register seats them in order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from certification.plans import rules
from certification.plans.access import require_officer
from certification.plans.conflicts import blocking, conflicts_of
from certification.plans.models import Plan, PlanRoom, Seat
from certification.plans.rules import TRANSITIONS, Event, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.bulk import update_many
from lms.core.errors import DomainError
from lms.core.states import move, next_status

Places = Mapping[int, tuple[PlanRoom, int]]
"""By candidate: the room of the plan and the seat in it."""

ASIDE = 20_000
"""Added to seat numbers while people change places: the database checks each row by itself, and two may swap."""


@transaction.atomic
def arrange_seats(
    plan: Plan, *, candidates: Sequence[User], actor: User, now: datetime, places: Places | None = None
) -> list[Seat]:
    """Give each candidate a seat and an admission ticket; all at once or none.

    `places` says who sits where; a plan that uses rooms of the register needs it, a plan with one room in words does not.
    Raises `DomainError`: nobody to seat, more candidates than seats or than a room holds (I13), a candidate without a
    place, a candidate who acts in the plan (I17), or an assessor who must be recused (I15).
    """
    require_officer(actor, plan.organisation)
    people = {person.pk: person for person in candidates}
    next_status(TRANSITIONS, Status(plan.status), Event.ARRANGE)
    if not people:
        raise DomainError("plans.nobody_to_seat", status=422)
    if len(people) > plan.capacity:
        raise DomainError("plans.too_many_candidates", status=422, count=len(people), capacity=plan.capacity)
    staff = [assignment.user for assignment in plan.assignments.select_related("user")]
    found = conflicts_of(staff, candidate_ids=people, plan=plan)
    for person in staff:
        if against := blocking(found[person.pk]):
            raise DomainError("plans.assessor_conflict", name=person.name, reasons=against[0].label)
    assert plan.filing is not None
    sequence = plan.filing.sequence
    seats = Seat.objects.bulk_create(
        Seat(
            plan=plan,
            candidate=people[pk],
            ticket_number=rules.ticket_number(sequence=sequence, exam_date=plan.exam_date, serial=plan.serial, seat=serial),
            plan_room=room,
            room=room.room.name if room else plan.room,
            number=number,
        )
        for serial, (pk, room, number) in enumerate(_in_order(plan, people, places), start=1)
    )
    move(plan, Status(plan.status), Event.ARRANGE, TRANSITIONS)
    ledger.append("plans.seats_arranged", subject=plan, actor=actor, now=now, seats=len(seats))
    return seats


@transaction.atomic
def move_seats(plan: Plan, *, places: Places, actor: User, now: datetime) -> list[Seat]:
    """Change who sits where after tickets were given out, before the exam; return the seats that changed.

    Ticket numbers stay: they are printed, and name the person, not the chair. Raises `InvalidTransition` once the exam has
    begun, and what `arrange_seats` raises about places.
    """
    require_officer(actor, plan.organisation)
    next_status(TRANSITIONS, Status(plan.status), Event.START_EXAM)
    seats = {seat.candidate_id: seat for seat in Seat.objects.select_for_update().filter(plan=plan)}
    changed = []
    for pk, room, number in _in_order(plan, seats, places):
        seat = seats[pk]
        if room is not None and (seat.plan_room_id, seat.number) != (room.pk, number):
            seat.plan_room, seat.room, seat.number = room, room.room.name, number + ASIDE
            changed.append(seat)
    update_many(changed, "plan_room", "room", "number")
    for seat in changed:
        seat.number -= ASIDE
    update_many(changed, "number")
    if changed:
        ledger.append("plans.seats_moved", subject=plan, actor=actor, now=now, seats=sorted(seat.pk for seat in changed))
    return changed


def _in_order(plan: Plan, people: Mapping[int, object], places: Places | None) -> list[tuple[int, PlanRoom | None, int]]:
    """Return candidate, room and seat in the order of ticket numbers: room by room, seat by seat."""
    rooms = list(plan.rooms.select_related("room"))
    if places is None:
        if rooms:
            raise DomainError("plans.seats_need_rooms")
        return [(pk, None, number) for number, pk in enumerate(rules.seat_order(people, plan_number=plan.number), start=1)]
    order = {room.pk: at for at, room in enumerate(rooms)}
    missing = [pk for pk in people if pk not in places]
    if missing:
        raise DomainError("plans.candidates_without_place", count=len(missing))
    if any(room.pk not in order or not 1 <= number <= room.seats for room, number in places.values()):
        raise DomainError("plans.no_such_seat", status=422)
    rows: list[tuple[int, PlanRoom, int]] = [(pk, *places[pk]) for pk in people]
    if len({(room.pk, number) for _pk, room, number in rows}) < len(rows):
        raise DomainError("plans.seat_taken_twice")
    return [*sorted(rows, key=lambda row: (order[row[1].pk], row[2]))]
