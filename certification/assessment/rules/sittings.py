"""The parts of an assessment and the theory exam: when its door is open and how long it lasts.

Source: `domain.md` §3.2, invariant I22.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

LATE_LIMIT = timedelta(minutes=30)
"""How long after the start a candidate is still let in. House rule, the usual one in public exams."""


class Part(StrEnum):
    THEORY = "theory"
    SKILL = "skill"


class SittingStatus(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


class SittingEvent(StrEnum):
    SUBMIT = "submit"


SITTING_TRANSITIONS: dict[tuple[SittingStatus, SittingEvent], SittingStatus] = {
    (SittingStatus.OPEN, SittingEvent.SUBMIT): SittingStatus.SUBMITTED,
}


class Door(StrEnum):
    """Whether a candidate may begin the theory exam now."""

    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"


def door(*, starts_at: datetime, now: datetime, late_limit: timedelta = LATE_LIMIT) -> Door:
    """Return the state of the exam door; open in the half-open interval [start, start + limit)."""
    if now < starts_at:
        return Door.EARLY
    return Door.OPEN if now < starts_at + late_limit else Door.CLOSED


def minutes_left(*, starts_at: datetime, minutes: int, now: datetime) -> int:
    """Return the whole minutes a candidate who starts now gets; a begun minute counts in full.

    `minutes` are the candidate's own, extra time included. The exam ends at their end whenever she begins, so that who
    comes late has less time (I22).
    """
    return max(0, ceil((starts_at + timedelta(minutes=minutes) - now) / timedelta(minutes=1)))


def is_over(*, deadline: datetime | None, now: datetime) -> bool:
    """Tell whether the deadline has passed; the deadline itself is no longer exam time."""
    return deadline is not None and now >= deadline
