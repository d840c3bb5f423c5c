"""Rooms, seats and how many invigilators they need; free of Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from certification.bodies.rules.places import Purpose

SEAT_PURPOSES = (Purpose.STANDARD, Purpose.COMPUTER)
"""Rooms in which candidates sit in numbered places; stations of the skill test are set up elsewhere. Source: domain.md §3.2."""


@dataclass(frozen=True)
class RoomFacts:
    """A room that nobody else uses at that time."""

    pk: int
    site: int
    seats: int


def invigilators_needed(seats: Iterable[int], *, ratio: int, minimum: int) -> int:
    """Return how many invigilators these rooms need: in each room that is used max(minimum, ⌈n/ratio⌉). Source: I13."""
    return sum(max(minimum, -(-count // ratio)) for count in seats if count)


def rooms_for(count: int, rooms: Sequence[RoomFacts]) -> list[RoomFacts]:
    """Return rooms of one site that seat so many, as few as can be and none larger than needed; empty when none do.

    The largest first until the rest fits into one room, and then the smallest that holds the rest.
    """
    best: list[RoomFacts] = []
    for site in dict.fromkeys(room.site for room in rooms):
        chosen = _fill(count, [room for room in rooms if room.site == site])
        if chosen and (not best or _cost(chosen) < _cost(best)):
            best = chosen
    return best


def _fill(count: int, rooms: Sequence[RoomFacts]) -> list[RoomFacts]:
    # The key makes the choice the same on every run.
    free = sorted(rooms, key=lambda room: (room.seats, room.pk))
    chosen: list[RoomFacts] = []
    while count > 0 and free:
        room = next((room for room in free if room.seats >= count), free[-1])
        free.remove(room)
        chosen.append(room)
        count -= room.seats
    return chosen if count <= 0 else []


def _cost(chosen: Sequence[RoomFacts]) -> tuple[int, int]:
    return (len(chosen), sum(room.seats for room in chosen))
