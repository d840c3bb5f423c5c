"""States are a StrEnum and one table `{(status, event): status}`; this reads the table and moves rows along it.

No Django import: `rules.py` files may use it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from lms.core.errors import InvalidTransition

Status = TypeVar("Status", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


def next_status(table: Mapping[tuple[Status, Event], Status], current: Status, event: Event) -> Status:
    """Return the state after `event`; raises `InvalidTransition` where the table has no such arrow."""
    try:
        return table[(current, event)]
    except KeyError:
        raise InvalidTransition(current=current.value, event=event.value) from None


def move(row: Any, current: Status, event: Event, table: Mapping[tuple[Status, Event], Status], **changes: Any) -> None:
    """Move a stored row from `current` along `event` and write `changes` with it, in one UPDATE.

    Its WHERE clause is the lock: of two people only one moves the row. Raises
    `InvalidTransition` for the other, and where the table has no such arrow.
    """
    values = {"status": next_status(table, current, event).value, **changes}
    if not type(row)._default_manager.filter(pk=row.pk, status=current.value).update(**values):
        raise InvalidTransition(current=current, event=event)
    for name, value in values.items():
        setattr(row, name, value)
