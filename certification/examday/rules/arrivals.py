"""Who is in time, late or absent: follows from the start, the scheme's limit and the moment of the sign-in."""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

OPENS_BEFORE = timedelta(minutes=60)
"""Sign-in opens an hour before the start: candidates are asked to come half an hour early. House rule."""


class Door(StrEnum):
    NOT_YET = "not_yet"
    ON_TIME = "on_time"
    LATE = "late"
    CLOSED = "closed"


class Standing(StrEnum):
    EXPECTED = "expected"
    SIGNED_IN = "signed_in"
    LATE = "late"
    ABSENT = "absent"


def door(*, starts_at: datetime, now: datetime, late_limit: timedelta) -> Door:
    """Return how an arrival at this moment counts; half-open: at the start she is late, at the limit the door is closed.

    Source: `late_limit_minutes` of the scheme version; the theory exam itself asks the same (I22).
    """
    if now < starts_at - OPENS_BEFORE:
        return Door.NOT_YET
    if now < starts_at:
        return Door.ON_TIME
    return Door.LATE if now < starts_at + late_limit else Door.CLOSED


def late_minutes(*, starts_at: datetime, arrived_at: datetime) -> int:
    """Return the begun minutes of lateness; 0 for who came before the start, 1 for who came at it."""
    late = arrived_at - starts_at
    if late < timedelta(0):
        return 0
    return max(1, ceil(late / timedelta(minutes=1)))


def standing(*, arrived_at: datetime | None, starts_at: datetime, now: datetime, late_limit: timedelta) -> Standing:
    """Return where a candidate stands now; nobody types it."""
    if arrived_at is not None:
        return Standing.SIGNED_IN if arrived_at < starts_at else Standing.LATE
    closed = door(starts_at=starts_at, now=now, late_limit=late_limit) is Door.CLOSED
    return Standing.ABSENT if closed else Standing.EXPECTED
