"""The ten nodes of a plan, when each is due, who is told beforehand and afterwards; free of Django.

Source: domain.md §5 (process, deadlines in working days around the exam day D, reminders).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

KnownWorkdays = Callable[[date, int], date | None]


@dataclass(frozen=True)
class Node:
    key: str
    due: date | None
    """None where the calendar does not know that year's holidays yet."""
    late_after: date | None = None
    """The last day on which it is not late; None means `due`."""

    def is_late(self, today: date) -> bool:
        last = self.late_after or self.due
        return last is not None and today > last


KEYS = (
    "publish",
    "close_registration",
    "review",
    "arrange",
    "staffing",
    "exam",
    "score",
    "publication",
    "certify",
    "archive",
)
"""In the order of domain.md §5, nodes 1 to 10."""

AFTER: Mapping[str, str] = {
    "close_registration": "publish",
    "review": "publish",
    "arrange": "close_registration",
    "staffing": "publish",
    "exam": "arrange",
    "score": "exam",
    "publication": "score",
    "certify": "publication",
    "archive": "certify",
}
"""Which node has to be done before one may begin with this one."""

REMINDERS: Mapping[str, Sequence[int]] = {
    "publish": (3, 0),
    "close_registration": (0,),
    "review": (2, 0),
    "arrange": (2, 0),
    "staffing": (2, 0),
    "exam": (1, 0),
    "score": (2, 1, 0),
    "publication": (1, 0),
    "certify": (3, 0),
}
"""So many working days before the due day those who are responsible are told.

Source: domain.md §5 (D-10, D-7, D-5, D, D+1 to D+3, D+4/5, D+7, D+10); days before the first four are a house rule.
Nothing is sent about the archive: it stands on the desks of officer and head, with its day (`archives.queues`).
"""

ESCALATIONS = (1, 3, 5, 10)
"""So many working days after the due day the head is told as well. House rule; §5 asks for "escalation when overdue"."""

REMIND_FROM = 8
"""The hour from which reminders of a day are sent. Source: domain.md §5 (D day 08:00)."""


@dataclass(frozen=True)
class Reminder:
    node: str
    days: int
    """Working days until the due day; negative when it is over."""

    @property
    def is_escalation(self) -> bool:
        return self.days < 0


def nodes(
    *,
    exam_date: date,
    registration_closes: date,
    parameters: Mapping[str, Any],
    add_workdays: KnownWorkdays,
    publication_opened: date | None = None,
) -> list[Node]:
    """Return the ten nodes with the day each is due, in the order of the process.

    Registration ends by itself on its printed day, and is to be closed on the next working day. Certificates and
    archive follow the publication: begun late, it ends late, and the later day counts (domain.md §5, note *).
    """
    lead, closing, arranging = (-int(parameters[name]) for name in ("plan_lead_days", "reg_close_days", "arrange_days"))
    last = add_workdays(exam_date, int(parameters["archive_due"]))
    if publication_opened is not None:
        ended = add_workdays(publication_opened, int(parameters["publication_days"]) + 1)
        last = max(last, ended) if last and ended else None
    return [
        Node("publish", add_workdays(exam_date, lead)),
        Node("close_registration", registration_closes, late_after=add_workdays(registration_closes, 1)),
        Node("review", add_workdays(exam_date, closing)),
        Node("arrange", add_workdays(exam_date, arranging)),
        Node("staffing", add_workdays(exam_date, arranging)),
        Node("exam", exam_date),
        Node("score", add_workdays(exam_date, int(parameters["score_due"]))),
        Node("publication", add_workdays(exam_date, int(parameters["publication_start_due"]))),
        Node("certify", last),
        Node("archive", last),
    ]


def may_begin(key: str, done: Mapping[str, bool]) -> bool:
    """Return whether it is this node's turn: it is not done, and what it waits for is."""
    return not done[key] and (key not in AFTER or done[AFTER[key]])


def reminders_between(after: date, today: date, found: Sequence[Node], *, add_workdays: KnownWorkdays) -> list[Reminder]:
    """Return what falls into `after < day <= today`; of several about one node only the last.

    A day on which nothing ran is made up for on the next, and nobody hears of one node twice at once.
    """
    wanted = []
    for node in found:
        if node.due is None or node.key not in REMINDERS:
            continue
        last = node.late_after or node.due
        days = [(add_workdays(node.due, -count) if count else node.due, count) for count in REMINDERS[node.key]]
        days += [(add_workdays(last, count), -count) for count in ESCALATIONS]
        reached = [count for day, count in days if day is not None and after < day <= today]
        if reached:
            wanted.append(Reminder(node.key, min(reached)))
    return wanted
