"""The proposed seating, read back from its rows and looked at anew each time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from certification.applications import needs
from certification.applications.needs import Needs
from certification.examday.models import Arrangement
from certification.examday.people import candidates_of
from certification.examday.rules.findings import Finding, findings_of
from certification.examday.rules.places import Place, RoomSpace, invigilators_needed
from certification.plans.models import Plan, PlanRoom
from certification.plans.seating import Places
from lms.accounts.models import User


def spaces_of(plan: Plan) -> list[RoomSpace]:
    """Return the rooms of the plan for the rules, in the officer's order. One query."""
    return [RoomSpace(room.pk, room.seats, room.accessible_seats) for room in plan.rooms.all()]


def places_of(arrangement: Arrangement) -> Places:
    """Return by candidate the room and seat; who has none is left out. One query."""
    rows = arrangement.places.exclude(plan_room=None).select_related("plan_room__room")
    return {row.candidate_id: (row.plan_room, row.number) for row in rows if row.plan_room is not None and row.number is not None}


def findings_in(arrangement: Arrangement) -> tuple[Finding, ...]:
    """Return what is wrong with the seating as it stands today, whoever made it. Four queries."""
    rows = list(arrangement.places.values_list("candidate_id", "plan_room_id", "number"))
    people = candidates_of(arrangement.plan, [key for key, _room, _number in rows])
    places = {key: Place(room, number) for key, room, number in rows if room is not None and number is not None}
    return findings_of(people, spaces_of(arrangement.plan), places, columns=arrangement.columns)


def need(plan: Plan, candidates: int) -> int:
    """Return how many invigilators a room with so many candidates needs by the plan's scheme (I13)."""
    scheme = plan.scheme
    return invigilators_needed(
        candidates, ratio=scheme.parameter("invigilator_ratio"), least=scheme.parameter("min_invigilators")
    )


@dataclass(frozen=True)
class Sitter:
    """One candidate on one seat of the page."""

    candidate: User
    number: int | None
    needs: Needs
    findings: tuple[Finding, ...] = ()


@dataclass
class RoomPlan:
    """One room of the proposal as the officer looks at it."""

    plan_room: PlanRoom
    needed: int
    sitters: list[Sitter] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    invigilators: list[User] = field(default_factory=list)

    def rows(self, columns: int) -> list[list[tuple[int, Sitter | None]]]:
        """Return the seats row by row as they stand in the room, front row first."""
        at = {sitter.number: sitter for sitter in self.sitters}
        seats = [(number, at.get(number)) for number in range(1, self.plan_room.seats + 1)]
        return [seats[start : start + columns] for start in range(0, len(seats), columns)]


@dataclass(frozen=True)
class Seating:
    arrangement: Arrangement
    rooms: list[RoomPlan]
    waiting: list[Sitter]
    """Who has no seat."""
    findings: tuple[Finding, ...]
    names: dict[int, str]

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)


def seating_of(arrangement: Arrangement) -> Seating:
    """Return the whole proposal, room by room. Eight queries, however many candidates and rooms."""
    plan = arrangement.plan
    rows = list(arrangement.places.select_related("candidate"))
    granted = needs.needs_of([row.candidate_id for row in rows], on=plan.exam_date)
    found = findings_in(arrangement)
    about: dict[int, list[Finding]] = defaultdict(list)
    for finding in found:
        for key in finding.candidates:
            about[key].append(finding)
    rooms = {
        room.pk: RoomPlan(room, 0) for room in plan.rooms.select_related("room").prefetch_related("duties__assignment__user")
    }
    waiting = []
    for row in rows:
        sitter = Sitter(row.candidate, row.number, granted.get(row.candidate_id, Needs()), tuple(about[row.candidate_id]))
        if row.plan_room_id is None:
            waiting.append(sitter)
        else:
            rooms[row.plan_room_id].sitters.append(sitter)
    for room in rooms.values():
        room.sitters.sort(key=lambda sitter: sitter.number or 0)
        room.needed = need(plan, len(room.sitters))
        room.findings = [finding for finding in found if finding.room == room.plan_room.pk]
        room.invigilators = [duty.assignment.user for duty in room.plan_room.duties.all()]
    names = {row.candidate_id: row.candidate.name for row in rows}
    return Seating(arrangement, list(rooms.values()), waiting, found, names)


def helped_since(arrangement: Arrangement) -> set[int]:
    """Return the candidates of a confirmed seating to whom help was granted afterwards. One query."""
    if arrangement.confirmed_at is None:
        return set()
    people = arrangement.places.values("candidate")
    return set(needs.granted_after(arrangement.confirmed_at).filter(user__in=people).values_list("user_id", flat=True))


def not_in_proposal(arrangement: Arrangement, waiting: Collection[int]) -> int:
    """Return how many of those who should have a seat were not there when seats were proposed."""
    return len(set(waiting) - set(arrangement.places.values_list("candidate_id", flat=True)))
