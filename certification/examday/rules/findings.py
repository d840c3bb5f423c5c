"""What is wrong with a seating, whoever made it: found from the places alone, nothing is taken on trust."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from certification.examday.rules.places import Candidate, Group, Place, RoomSpace, neighbours


class FindingKind(StrEnum):
    UNPLACED = "unplaced"
    """No seat: the rooms are full, or no room, no wheelchair place is left for her."""
    NO_SUCH_SEAT = "no_such_seat"
    TAKEN_TWICE = "taken_twice"
    NOT_ACCESSIBLE = "not_accessible"
    NOT_ALONE = "not_alone"
    NEIGHBOURS = "neighbours"
    """Two of one employer next to each other."""
    GROUP_SPLIT = "group_split"
    """Those with an interpreter, or those with extra time, sit in more rooms than one."""


BLOCKING = frozenset(
    {
        FindingKind.UNPLACED,
        FindingKind.NO_SUCH_SEAT,
        FindingKind.TAKEN_TWICE,
        FindingKind.NOT_ACCESSIBLE,
        FindingKind.NOT_ALONE,
    }
)
"""With one of these no ticket is issued; the others are shown, and the officer may go on knowing them."""


@dataclass(frozen=True)
class Finding:
    kind: FindingKind
    candidates: tuple[int, ...]
    """Keys of the candidates concerned, ascending."""
    room: int | None = None

    @property
    def blocks(self) -> bool:
        return self.kind in BLOCKING


def findings_of(
    candidates: Iterable[Candidate], rooms: Sequence[RoomSpace], places: Mapping[int, Place], *, columns: int
) -> tuple[Finding, ...]:
    """Return all that is wrong, what blocks first, in an order that depends on nothing but the seating."""
    people = {candidate.key: candidate for candidate in candidates}
    found = [*_misplaced(people, rooms, places), *_close_together(people, rooms, places, columns), *_split(people, places)]
    return tuple(sorted(found, key=lambda row: (not row.blocks, row.kind.value, row.room or 0, row.candidates)))


def _misplaced(people: Mapping[int, Candidate], rooms: Sequence[RoomSpace], places: Mapping[int, Place]) -> Iterator[Finding]:
    spaces = {room.key: room for room in rooms}
    at: dict[Place, list[int]] = defaultdict(list)
    inside: dict[int, list[int]] = defaultdict(list)
    for key, person in people.items():
        place = places.get(key)
        if place is None:
            yield Finding(FindingKind.UNPLACED, (key,))
            continue
        at[place].append(key)
        inside[place.room].append(key)
        space = spaces.get(place.room)
        if space is None or not 1 <= place.seat <= space.seats:
            yield Finding(FindingKind.NO_SUCH_SEAT, (key,), place.room)
        elif person.wheelchair and place.seat > space.accessible:
            yield Finding(FindingKind.NOT_ACCESSIBLE, (key,), place.room)
    for place, keys in at.items():
        if len(keys) > 1:
            yield Finding(FindingKind.TAKEN_TWICE, tuple(sorted(keys)), place.room)
    for room, keys in inside.items():
        alone = sorted(key for key in keys if people[key].own_room)
        if alone and len(keys) > 1:
            yield Finding(FindingKind.NOT_ALONE, tuple(alone), room)


def _close_together(
    people: Mapping[int, Candidate], rooms: Sequence[RoomSpace], places: Mapping[int, Place], columns: int
) -> Iterator[Finding]:
    taken = {(place.room, place.seat): key for key, place in places.items() if key in people}
    spaces = {room.key: room for room in rooms}
    for (room, seat), key in taken.items():
        if room not in spaces:
            continue
        for other_seat in neighbours(seat, seats=spaces[room].seats, columns=columns):
            other = taken.get((room, other_seat))
            # Each pair is met from both sides and told once.
            if other is not None and key < other and not people[key].employers.isdisjoint(people[other].employers):
                yield Finding(FindingKind.NEIGHBOURS, (key, other), room)


def _split(people: Mapping[int, Candidate], places: Mapping[int, Place]) -> Iterator[Finding]:
    for group in Group:
        members = [key for key, person in people.items() if person.group is group and key in places]
        if len({places[key].room for key in members}) > 1:
            yield Finding(FindingKind.GROUP_SPLIT, tuple(sorted(members)))
