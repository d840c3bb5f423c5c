"""Candidates, rooms and seats, as far as an arrangement has to know them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

COLUMNS = 5
"""Seats side by side where nobody says otherwise: the usual 5 × 6 of a standard room. House rule."""


class Group(StrEnum):
    """Who is seated together, because the room works differently for them."""

    SIGN = "sign"
    EXTRA_TIME = "extra_time"


@dataclass(frozen=True)
class Candidate:
    key: int
    employers: frozenset[str] = frozenset()
    """Keys of her present employers; two candidates who share one are never neighbours."""
    wheelchair: bool = False
    own_room: bool = False
    """Somebody reads to her aloud: nobody else sits in that room."""
    sign_interpreter: bool = False
    extra_time: int = 0
    """Per cent added to the minutes of the theory exam."""

    @property
    def group(self) -> Group | None:
        """The group she sits with; an interpreter counts before extra time, an own room before both."""
        if self.own_room:
            return None
        if self.sign_interpreter:
            return Group.SIGN
        return Group.EXTRA_TIME if self.extra_time else None


@dataclass(frozen=True)
class RoomSpace:
    """A room with seats 1…`seats`, counted row by row from the front left; wheelchairs fit at 1…`accessible`."""

    key: int
    seats: int
    accessible: int = 0


@dataclass(frozen=True, order=True)
class Place:
    room: int
    seat: int


def neighbours(seat: int, *, seats: int, columns: int) -> Iterator[int]:
    """Yield the seats to the left, to the right, before and behind, as far as the room has them. House rule: not diagonally."""
    column = (seat - 1) % columns
    if column > 0:
        yield seat - 1
    if column < columns - 1 and seat < seats:
        yield seat + 1
    if seat > columns:
        yield seat - columns
    if seat + columns <= seats:
        yield seat + columns


def invigilators_needed(candidates: int, *, ratio: int = 15, least: int = 2) -> int:
    """Return how many invigilators a room with so many candidates needs; an empty room needs none.

    Source: I13, domain.md §3.2: at least 1 for 15 and at least 2 in a room.
    """
    return max(least, ceil(candidates / ratio)) if candidates else 0


def rank(seed: str, key: int) -> str:
    """Return the place of a person in an order that nobody chose and anybody can compute: SHA-256 over "seed:key"."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
