"""When a class is told that a module is due. Knows no framework."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from enum import StrEnum

SOON = timedelta(days=3)
"""How long before its day a module is reminded of."""
LATE_FOR = timedelta(days=7)
"""How long after its day it is still said to be overdue; older dates are the teacher's to speak about."""
FIRST_HOUR, LAST_HOUR = time(9), time(20)
"""Nobody is reminded of work early or late in the day; quiet hours of her own come on top of it."""


class Stage(StrEnum):
    SOON = "soon"
    OVERDUE = "overdue"


def is_hour_to_remind(hour: time) -> bool:
    """Tell whether learners may be reminded at this local time."""
    return FIRST_HOUR <= hour < LAST_HOUR


def stage_of(due_on: date, *, today: date) -> Stage | None:
    """Return what there is to say of a due day: up to three days ahead, the day itself included, or up to a week after."""
    if today <= due_on <= today + SOON:
        return Stage.SOON
    if due_on < today <= due_on + LATE_FOR:
        return Stage.OVERDUE
    return None


def stages_of(dues: Iterable[str], *, today: date) -> list[tuple[date, Stage]]:
    """Return each due day (ISO text, any number of times) of which there is something to say, the earliest first."""
    days = sorted({date.fromisoformat(day) for day in dues})
    return [(day, stage) for day in days if (stage := stage_of(day, today=today)) is not None]
