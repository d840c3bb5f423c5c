"""What else ends when two invigilators have stopped a candidate's exam; later rooms register here when the site starts."""

from datetime import datetime
from typing import Protocol

from certification.plans.models import Seat
from lms.accounts.models import User


class End(Protocol):
    """What ends with a stopped exam, in the transaction of the second signature."""

    def __call__(self, seat: Seat, *, actor: User, now: datetime) -> None: ...


_ends: list[End] = []


def register(end: End) -> None:
    """Have `end(seat, actor=, now=)` called in the transaction of the second signature under a stopped exam."""
    if end not in _ends:
        _ends.append(end)


def end_all(seat: Seat, *, actor: User, now: datetime) -> None:
    """Call every registered end in the order they were registered."""
    for end in _ends:
        end(seat, actor=actor, now=now)
