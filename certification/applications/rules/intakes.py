"""The life of a table of people, and of one entry in it."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum


class IntakeStatus(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    REFUSED = "refused"
    """The file as a whole is unreadable; nothing of it is kept."""
    TAKING = "taking"
    DONE = "done"
    DROPPED = "dropped"


class IntakeEvent(StrEnum):
    LOOKED_AT = "looked_at"
    REFUSE = "refuse"
    TAKE = "take"
    FINISH = "finish"
    DROP = "drop"


INTAKE_TRANSITIONS: Mapping[tuple[IntakeStatus, IntakeEvent], IntakeStatus] = {
    (IntakeStatus.CHECKING, IntakeEvent.LOOKED_AT): IntakeStatus.CHECKED,
    (IntakeStatus.CHECKING, IntakeEvent.REFUSE): IntakeStatus.REFUSED,
    (IntakeStatus.CHECKED, IntakeEvent.TAKE): IntakeStatus.TAKING,
    (IntakeStatus.TAKING, IntakeEvent.FINISH): IntakeStatus.DONE,
    (IntakeStatus.CHECKING, IntakeEvent.DROP): IntakeStatus.DROPPED,
    (IntakeStatus.CHECKED, IntakeEvent.DROP): IntakeStatus.DROPPED,
}
RUNNING_STATUSES = (IntakeStatus.CHECKING, IntakeStatus.TAKING)
MOST_LINES = 10_000
"""Lines of one table; a larger one is divided."""
MOST_OPEN = 20
"""Tables of one organisation for one plan that wait or run at the same time."""


class EntryStatus(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    """Nobody confirmed it in time; what was written is gone."""


class EntryEvent(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"


ENTRY_TRANSITIONS: Mapping[tuple[EntryStatus, EntryEvent], EntryStatus] = {
    (EntryStatus.WAITING, EntryEvent.ACCEPT): EntryStatus.ACCEPTED,
    (EntryStatus.WAITING, EntryEvent.DECLINE): EntryStatus.DECLINED,
    (EntryStatus.WAITING, EntryEvent.EXPIRE): EntryStatus.EXPIRED,
}
KEPT_AFTER_CLOSING = timedelta(days=30)
"""How long what a body wrote about people who never confirmed it stays after registration. House rule: long enough to ask
what became of a line, no longer (PIPL: as short as the purpose needs)."""


def closed_before(today: date) -> date:
    """Return the day before which registration must have closed for entries to be over on this day."""
    return today - KEPT_AFTER_CLOSING
