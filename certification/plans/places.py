"""Choosing the rooms of a plan from the body's register; the seats of the plan are those of its rooms."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from certification.bodies.models import Room
from certification.plans.access import require_officer
from certification.plans.cases import case_counts
from certification.plans.models import Plan, PlanRoom
from certification.plans.occupancy import rooms_with_seats, taken_by
from certification.plans.rules import MOST_SEATS, Status
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

CHOOSING_STATUSES = (Status.DRAFT, Status.PUBLISHED, Status.REGISTRATION_CLOSED)
"""In a draft any site; after publication other rooms of the printed site, until seats are arranged."""
ROOM_WORDS = 40


@transaction.atomic
def choose_rooms(plan: Plan, *, rooms: Mapping[Room, int], actor: User, now: datetime) -> list[PlanRoom]:
    """Let the plan use these rooms of one site with so many seats each; what it used before is forgotten.

    A draft takes over site, address and seats. A published plan keeps its site, and never has fewer seats than it
    promised while people may apply, nor afterwards fewer than people who may come. Raises `DomainError`: too late,
    no room, rooms of two sites or of another one, a room that is not offered, too small or taken at that time (two
    plans never share a room), more seats than tickets count.
    """
    require_officer(actor, plan.organisation)
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    if Status(locked.status) not in CHOOSING_STATUSES:
        raise DomainError("plans.rooms_fixed")
    total = sum(rooms.values())
    _check_rooms(locked, rooms, total=total)
    _check_promise(locked, rooms, total=total)
    kept = _store(locked, rooms)
    names = [room.name for room in rooms]
    changes: dict[str, object] = {"room": words_for(names), "capacity": total}
    site = next(iter(rooms)).site
    if locked.status == Status.DRAFT:
        changes |= {"site": site, "site_name": site.name, "address": site.address}
    elif locked.site_id is None:
        changes |= {"site": site}
    for name, value in changes.items():
        setattr(locked, name, value)
        setattr(plan, name, value)
    locked.save(update_fields=list(changes))
    ledger.append("plans.rooms_chosen", subject=plan, actor=actor, now=now, rooms={str(row.room_id): row.seats for row in kept})
    return kept


def words_for(names: list[str]) -> str:
    """Return how tickets and pages name these rooms in one line of the plan; a seat itself names its own room."""
    told = "、".join(names)
    if len(told) <= ROOM_WORDS:
        return told
    end = f"等 {len(names)} 个考场"
    return names[0][: ROOM_WORDS - len(end)] + end


def _check_rooms(plan: Plan, rooms: Mapping[Room, int], *, total: int) -> None:
    if not rooms:
        raise DomainError("plans.no_room_chosen", status=422)
    if len({room.site_id for room in rooms}) > 1:
        raise DomainError("plans.rooms_of_two_sites", status=422)
    if total > MOST_SEATS:
        raise DomainError("plans.too_many_seats", status=422, most=MOST_SEATS)
    keys = [room.pk for room in rooms]
    # The rows of the rooms are the lock under which two plans ask for them.
    list(Room.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    offered = set(rooms_with_seats(plan.organisation_id).filter(pk__in=keys).values_list("pk", flat=True))
    taken = taken_by(keys, session=plan.session, but=plan)
    for room, seats in rooms.items():
        if room.pk not in offered:
            raise DomainError("plans.room_closed", status=422, room=room.name)
        if not 1 <= seats <= room.capacity:
            raise DomainError("plans.room_too_small", status=422, room=room.name, seats=room.capacity)
        if other := taken.get(room.pk):
            raise DomainError("plans.room_taken", status=422, room=room.name, plan=other.title)


def _check_promise(plan: Plan, rooms: Mapping[Room, int], *, total: int) -> None:
    if plan.status == Status.DRAFT:
        return
    site = next(iter(rooms)).site
    # The register may rename its sites meanwhile; the one that was printed stays the same row.
    if (site.pk != plan.site_id) if plan.site_id else (site.name != plan.site_name):
        raise DomainError("plans.other_site", status=422, site=plan.site_name)
    counts = case_counts(plan)
    needed = plan.capacity if plan.status == Status.PUBLISHED else counts["waiting"] + counts["approved"]
    if total < needed:
        raise DomainError("plans.seats_promised", status=422, seats=total, needed=needed)


def _store(plan: Plan, rooms: Mapping[Room, int]) -> list[PlanRoom]:
    plan.rooms.exclude(room__in=list(rooms)).delete()
    for order, (room, seats) in enumerate(rooms.items()):
        facts = {"seats": seats, "accessible_seats": min(room.accessible_seats, seats), "order": order}
        PlanRoom.objects.update_or_create(plan=plan, room=room, defaults=facts)
    return list(plan.rooms.select_related("room"))
