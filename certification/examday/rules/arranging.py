"""From approved candidates to rooms and seats: repeatable, and whatever could not be kept is told.

What must hold: a seat for everybody inside the capacity, a wheelchair at an accessible seat, nobody else in the room of
a candidate to whom somebody reads. What should hold: who shares an interpreter, or has extra time, sits in one room;
nobody of the same employer next to another (left, right, before, behind). Source: I13, domain.md §5; the rest house rule.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from certification.examday.rules.findings import Finding, FindingKind, findings_of
from certification.examday.rules.places import COLUMNS, Candidate, Group, Place, RoomSpace, rank
from certification.examday.rules.seating import Repair, by_employer, seat_room


@dataclass(frozen=True)
class Proposal:
    places: dict[int, Place]
    """By candidate; who is missing is named in a finding."""
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)


@dataclass
class _Room:
    space: RoomSpace
    order: int
    members: list[Candidate] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.space.seats - len(self.members) if not self.closed else 0

    @property
    def closed(self) -> bool:
        return any(person.own_room for person in self.members)

    @property
    def wheelchairs(self) -> int:
        return sum(person.wheelchair for person in self.members)

    @property
    def free_accessible(self) -> int:
        """Accessible seats left when everybody else here sits on an ordinary one as far as these go."""
        overflow = max(0, len(self.members) - self.wheelchairs - (self.space.seats - self.space.accessible))
        return min(self.free, self.space.accessible - self.wheelchairs - overflow) if not self.closed else 0

    @property
    def has_group(self) -> bool:
        return any(person.group is not None for person in self.members)


Preference = Callable[[_Room], tuple[int, ...]]


def _smallest(room: _Room) -> tuple[int, ...]:
    return (room.space.seats, room.space.accessible, room.order)


def _least_accessible(room: _Room) -> tuple[int, ...]:
    return (room.space.accessible, room.space.seats, room.order)


WAYS: tuple[tuple[Preference, bool], ...] = ((_smallest, True), (_least_accessible, True), (_least_accessible, False))
"""Which room is given away first, and whether the special needs of a whole room come before those of a seat."""


def arrange(candidates: Iterable[Candidate], rooms: Sequence[RoomSpace], *, seed: str, columns: int = COLUMNS) -> Proposal:
    """Return a place for everybody, and what could not be kept. The same arguments give the same places.

    As few rooms as hold all are used; more only where that keeps people of one employer apart. Rooms are taken in the
    order given. About n log n; 10,000 candidates take about a second.
    """
    people = sorted(candidates, key=lambda person: rank(seed, person.key))
    best: Proposal | None = None
    for preference, rooms_first in WAYS:
        for wide in (False, True):
            found = _try(people, rooms, preference, rooms_first=rooms_first, wide=wide, columns=columns, seed=seed)
            if best is None or _weight(found) < _weight(best):
                best = found
            if not any(finding.kind is FindingKind.NEIGHBOURS for finding in found.findings):
                break
        if best is not None and _nothing_to_gain(best, rooms):
            break
    assert best is not None
    return best


def _nothing_to_gain(proposal: Proposal, rooms: Sequence[RoomSpace]) -> bool:
    """Tell whether no other way could do better: all that is left is a group that no room holds."""
    largest = max((room.seats for room in rooms), default=0)
    return all(found.kind is FindingKind.GROUP_SPLIT and len(found.candidates) > largest for found in proposal.findings)


def _weight(proposal: Proposal) -> tuple[int, int]:
    blocking = sum(finding.blocks for finding in proposal.findings)
    return (blocking, len(proposal.findings) - blocking)


def _try(
    people: Sequence[Candidate],
    spaces: Sequence[RoomSpace],
    preference: Preference,
    *,
    rooms_first: bool,
    wide: bool,
    columns: int,
    seed: str,
) -> Proposal:
    rooms = [_Room(space, order) for order, space in enumerate(spaces)]
    alone = [person for person in people if person.own_room]
    if rooms_first:
        _give_own_rooms(alone, rooms, preference)
        _seat_groups(people, rooms)
        _seat_wheelchairs(people, rooms)
    else:
        _seat_wheelchairs(people, rooms)
        _seat_groups(people, rooms)
    _fill(_plain(people), rooms, wide=wide)
    if not rooms_first:
        _give_own_rooms(alone, rooms, preference)
    places: dict[int, Place] = {}
    for room in rooms:
        places |= seat_room(room.space, room.members, columns=columns, seed=seed)
    places = Repair({person.key: person for person in people}, spaces, places, columns=columns).run()
    return Proposal(places, findings_of(people, spaces, places, columns=columns))


def _plain(people: Sequence[Candidate]) -> list[Candidate]:
    return [person for person in people if not (person.own_room or person.wheelchair or person.group)]


def _give_own_rooms(alone: Sequence[Candidate], rooms: Sequence[_Room], preference: Preference) -> None:
    for person in sorted(alone, key=lambda person: not person.wheelchair):
        open_to = [room for room in rooms if not room.members and (room.space.accessible or not person.wheelchair)]
        if open_to:
            min(open_to, key=preference).members.append(person)


def _seat_groups(people: Sequence[Candidate], rooms: Sequence[_Room]) -> None:
    """Give each group the smallest room that holds it whole; where there is none, as few rooms as it fills."""
    for group in Group:
        placed = {person.key for room in rooms for person in room.members}
        members = [person for person in people if person.group is group and person.key not in placed]
        wheelchairs = sum(person.wheelchair for person in members)
        fitting = [room for room in rooms if room.free >= len(members) and room.free_accessible >= wheelchairs]
        if members and fitting:
            min(fitting, key=lambda room: (not _holds(room, group), room.has_group, room.free, room.order)).members.extend(
                members
            )
            continue
        for person in sorted(members, key=lambda person: not person.wheelchair):
            left = [room for room in rooms if (room.free_accessible if person.wheelchair else room.free) > 0]
            if left:
                max(left, key=lambda room: (_holds(room, group), room.free, -room.order)).members.append(person)


def _holds(room: _Room, group: Group) -> bool:
    return any(person.group is group for person in room.members)


def _seat_wheelchairs(people: Sequence[Candidate], rooms: Sequence[_Room]) -> None:
    placed = {person.key for room in rooms for person in room.members}
    for person in people:
        if not person.wheelchair or person.own_room or person.key in placed:
            continue
        left = [room for room in rooms if room.free_accessible > 0]
        if left:
            min(left, key=lambda room: (room.has_group, not room.members, room.order)).members.append(person)


def _fill(people: Sequence[Candidate], rooms: Sequence[_Room], *, wide: bool) -> None:
    """Deal the others out in proportion, employer by employer, so that each employer is spread over all rooms used."""
    usable = sorted((room for room in rooms if room.free > 0), key=lambda room: (room.has_group, not room.members, room.order))
    used: list[_Room] = []
    for room in usable:
        if not wide and sum(other.free for other in used) >= len(people):
            break
        used.append(room)
    space = sum(room.free for room in used)
    if not space:
        return
    seated = min(len(people), space)
    shares = _shares([room.free for room in used], seated)
    slots = sorted((((n + 0.5) / share, at) for at, share in enumerate(shares) for n in range(share)))
    sizes = Counter(name for person in people for name in person.employers)
    # Stable: inside one employer the order of the seed stays, so nobody can tell who is left over.
    dealt = sorted(people[:seated], key=lambda person: by_employer(person, sizes))
    for person, (_moment, at) in zip(dealt, slots, strict=True):
        used[at].members.append(person)


def _shares(capacities: Sequence[int], total: int) -> list[int]:
    """Return how many go where: in proportion to the capacities, rounded so that they add up to `total`."""
    whole = sum(capacities)
    shares = [capacity * total // whole for capacity in capacities]
    by_remainder = sorted(range(len(capacities)), key=lambda at: (-(capacities[at] * total % whole), at))
    for at in by_remainder[: total - sum(shares)]:
        shares[at] += 1
    return shares
