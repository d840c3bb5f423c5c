"""One row of the desk, and what names it from one day to the next."""

import datetime
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import slugify

Text = str | Promise


@dataclass(frozen=True)
class QueueRow:
    """One thing that somebody should do: all that is needed to decide whether to do it now.

    Only the first four are needed. `key` names the row within its queue from one day to the next (its address does
    where there is none). `plan` and `organisation` are the keys of the assessment plan and of the body it belongs to.
    `seen_as` is for a row that only tells something: it may be marked as done, and comes back when the text changes.
    The desk itself fills in the rest: `holder` and `holder_key` are who took it,
    `is_aside` tells that the reader put it aside, `until` the day on which it comes back.
    """

    queue: Text
    title: str
    detail: str
    url: str
    due: datetime.date | datetime.datetime | None = None
    key: str = ""
    plan: int | None = None
    organisation: int | None = None
    seen_as: str = ""
    holder: str = ""
    holder_key: int = 0
    is_aside: bool = False
    until: datetime.date | None = None

    @cached_property
    def queue_key(self) -> str:
        return queue_key(self.queue)

    @property
    def name(self) -> str:
        """What tells this row from the others of its queue, at most 200 signs."""
        return (self.key or self.url)[:200]

    @property
    def ident(self) -> str:
        """What tells this row from all others; a page sends it back."""
        return f"{self.queue_key}:{self.name}"

    @cached_property
    def due_day(self) -> datetime.date | None:
        if isinstance(self.due, datetime.datetime):
            return timezone.localdate(self.due) if timezone.is_aware(self.due) else self.due.date()
        return self.due

    def put(self, **changes: object) -> "QueueRow":
        """Return the row with some of its facts changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def queue_key(label: Text) -> str:
    """Return what names a queue in addresses and saved views, in whichever language it is read: its English words."""
    with translation.override(None):
        return slugify(str(label), allow_unicode=True)[:60]
