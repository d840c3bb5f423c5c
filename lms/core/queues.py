"""What waits for whom. Each app says in its `queues.py` what it knows; the desk only puts it in order."""

import datetime
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise


@dataclass(frozen=True)
class QueueRow:
    """One thing that somebody should do: all that is needed to decide whether to do it now."""

    queue: str | Promise
    title: str
    detail: str
    url: str
    due: datetime.date | datetime.datetime | None = None


def _due_day(row: QueueRow) -> datetime.date:
    if row.due is None:
        return datetime.date.max
    return row.due.date() if isinstance(row.due, datetime.datetime) else row.due


def _collect(name: str, user: Any, now: datetime.datetime) -> list[QueueRow]:
    rows: list[QueueRow] = []
    for config in apps.get_app_configs():
        source = getattr(sys.modules.get(f"{config.name}.queues"), name, None)
        if source is not None and config.name != "lms.core":
            found: Iterable[QueueRow] = source(user, now)
            rows.extend(found)
    return sorted(rows, key=_due_day)


def desk_rows(user: Any, now: datetime.datetime) -> list[QueueRow]:
    """Return what waits for this member of staff, oldest due first."""
    return _collect("desk", user, now)


def own_rows(user: Any, now: datetime.datetime) -> list[QueueRow]:
    """Return what this person should do next for herself, oldest due first."""
    return _collect("own", user, now)
