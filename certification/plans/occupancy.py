"""Which rooms of the register are free when, and what stands against those that a plan chose."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from certification.bodies.models import Room, Site
from certification.plans.models import Plan, PlanRoom
from certification.plans.rules import Problem, sessions_overlap
from certification.plans.rules.places import SEAT_PURPOSES
from lms.organisations.models import Organisation

LONGEST = timedelta(days=14)
"""No exam of one plan lasts longer, so plans that began earlier need not be asked."""


def rooms_with_seats(organisation: Organisation | int) -> QuerySet[Room]:
    """Return the rooms in use in which the body's candidates can sit, site by site."""
    return (
        Room.objects.filter(
            site__organisation=organisation,
            site__in_use=True,
            in_use=True,
            purpose__in=[purpose.value for purpose in SEAT_PURPOSES],
        )
        .select_related("site")
        .order_by("site__name", "site_id", "name", "pk")
    )


def taken_by(rooms: Collection[int], *, session: tuple[datetime, datetime], but: Plan | None = None) -> dict[int, Plan]:
    """Return for each of these rooms that is taken in that time the plan that has it. One query."""
    begins, ends = session
    rows = PlanRoom.objects.occupied().filter(
        room__in=rooms, plan__theory_starts_at__gt=begins - LONGEST, plan__theory_starts_at__lt=ends
    )
    if but is not None:
        rows = rows.exclude(plan=but)
    found = rows.select_related("plan").order_by("plan__theory_starts_at", "plan_id")
    return {row.room_id: row.plan for row in found if sessions_overlap(session, row.plan.session)}


def room_problems(plan: Plan) -> list[Problem]:
    """Return which of the plan's rooms another plan has at that time, or the register no longer offers. Two queries at most."""
    chosen = list(plan.rooms.select_related("room__site"))
    taken = taken_by([row.room_id for row in chosen], session=plan.session, but=plan) if chosen else {}
    problems = []
    for row in chosen:
        if not (row.room.in_use and row.room.site.in_use):
            problems.append(Problem("plans.room_closed", {"room": row.room.name}))
        elif row.seats > row.room.capacity:
            context = {"room": row.room.name, "seats": row.room.capacity}
            problems.append(Problem("plans.room_too_small", context))
        elif other := taken.get(row.room_id):
            problems.append(Problem("plans.room_taken", {"room": row.room.name, "plan": other.title}))
    return problems


@dataclass(frozen=True)
class RoomChoice:
    """A room that the officer may choose for a plan."""

    room: Room
    taken_by: Plan | None
    chosen: PlanRoom | None


def room_choices(plan: Plan) -> list[tuple[Site, list[RoomChoice]]]:
    """Return the body's rooms by site with who has them at the time of this plan. Three queries."""
    rooms = list(rooms_with_seats(plan.organisation_id))
    taken = taken_by([room.pk for room in rooms], session=plan.session, but=plan)
    chosen = {row.room_id: row for row in plan.rooms.all()}
    sites: dict[int, tuple[Site, list[RoomChoice]]] = {}
    for room in rooms:
        _site, choices = sites.setdefault(room.site_id, (room.site, []))
        choices.append(RoomChoice(room, taken.get(room.pk), chosen.get(room.pk)))
    return list(sites.values())
