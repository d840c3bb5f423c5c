"""What a reader of the desk wants to see of it; free of any table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from lms.core.forms import whole_number

WORDS, LONGEST = 8, 60
"""How many words are looked for, and how long their text may be."""


class When(StrEnum):
    """How soon a row is due. A week ends on Sunday, and today is part of it."""

    ANY = ""
    LATE = "late"
    TODAY = "today"
    WEEK = "week"


class Show(StrEnum):
    """Whose rows. `WAITING` is what is mine or nobody's; `ASIDE` what I put aside myself."""

    WAITING = ""
    MINE = "mine"
    OTHERS = "others"
    ASIDE = "aside"


@dataclass(frozen=True)
class Wish:
    """What the list is narrowed to. Empty fields narrow nothing."""

    queue: str = ""
    plan: int = 0
    body: int = 0
    when: When = When.ANY
    words: str = ""
    show: Show = Show.WAITING

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "Wish":
        """Return the wish that an address tells; what makes no sense is left out."""
        when, show = sent.get("when", ""), sent.get("show", "")
        return cls(
            queue=sent.get("queue", "")[:LONGEST],
            plan=whole_number(sent.get("plan")),
            body=whole_number(sent.get("body")),
            when=When(when) if when in set(When) else When.ANY,
            words=" ".join(sent.get("q", "").split())[:LONGEST],
            show=Show(show) if show in set(Show) else Show.WAITING,
        )

    def query(self, **changes: Any) -> str:
        """Return the wish as the query of an address, empty parts left out; `changes` replace parts of it."""
        parts: dict[str, Any] = {
            "show": self.show.value,
            "queue": self.queue,
            "plan": self.plan,
            "body": self.body,
            "when": self.when.value,
            "q": self.words,
        }
        return urlencode({name: value for name, value in (parts | changes).items() if value})

    @property
    def is_narrow(self) -> bool:
        return bool(self.queue or self.plan or self.body or self.when or self.words)

    def word_list(self) -> list[str]:
        return [word.casefold() for word in self.words.split()[:WORDS]]


@dataclass(frozen=True)
class Place:
    """Where a page ended: the day, the queue and the row within it. Pages go on from here, so none is dearer than the first."""

    day: date
    queue: str
    row: str

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place that `str()` wrote; None, which is the first page, for anything else."""
        day, _sep, rest = text.partition("~")
        queue, sep, row = rest.partition("~")
        try:
            return cls(date.fromisoformat(day), queue, row) if sep else None
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.day.isoformat()}~{self.queue}~{self.row}"


@dataclass(frozen=True)
class Pile:
    """How many rows of one queue, plan and body wait, and how many of them are late, due today, due this week.

    `sorted_by` is what all of them are sorted by, where the plan decides that.
    """

    queue: str
    show: Show
    plan: int | None
    body: int | None
    total: int
    late: int = 0
    today: int = 0
    week: int = 0
    sorted_by: Any = None

    def count(self, when: When) -> int:
        return {When.ANY: self.total, When.LATE: self.late, When.TODAY: self.today, When.WEEK: self.week}[when]


def next_monday(today: date) -> date:
    return today + timedelta(days=7 - today.weekday())


def span(when: When, today: date) -> tuple[date | None, date | None]:
    """Return the first day and the day after the last; None where it is open."""
    return {
        When.ANY: (None, None),
        When.LATE: (None, today),
        When.TODAY: (today, today + timedelta(days=1)),
        When.WEEK: (today, next_monday(today)),
    }[when]


def is_when(day: date | None, when: When, today: date) -> bool:
    """Tell whether a row due on this day belongs there; one without a day is due at any time and never late."""
    first, end = span(when, today)
    if day is None:
        return when is When.ANY
    return (first is None or day >= first) and (end is None or day < end)
