"""Who is heard when: time slots one after the other, dealt out over the panels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.core.errors import DomainError


@dataclass(frozen=True)
class Place:
    """When one candidate is heard; half-open."""

    seat: int
    starts_at: datetime
    ends_at: datetime


def dealt(seats: Sequence[int], panels: int) -> list[list[int]]:
    """Return the seats of each panel, in their order: shares that differ by one at most, the first panels have more.

    Raises `DomainError("panels.no_panel")` when there is nobody to hear them.
    """
    if panels < 1:
        raise DomainError("panels.no_panel", status=422)
    size, more = divmod(len(seats), panels)
    shares, at = [], 0
    for place in range(panels):
        count = size + (place < more)
        shares.append(list(seats[at : at + count]))
        at += count
    return shares


def slots(seats: Sequence[int], *, starts_at: datetime, minutes: int, ends_by: datetime) -> list[Place]:
    """Return one slot of so many minutes for each seat, from the start without a gap.

    Raises `DomainError("panels.day_too_short")` (422) saying how many fit when the last would end after `ends_by`.
    """
    step = timedelta(minutes=minutes)
    fits = max(0, (ends_by - starts_at) // step)
    if len(seats) > fits:
        raise DomainError("panels.day_too_short", status=422, count=len(seats), fits=fits, ends_by=ends_by)
    return [Place(seat, starts_at + step * at, starts_at + step * (at + 1)) for at, seat in enumerate(seats)]


def last_slot_ends(*, starts_at: datetime, count: int, minutes: int) -> datetime:
    """Return when a panel that hears so many candidates is done."""
    return starts_at + timedelta(minutes=minutes * max(1, count))
