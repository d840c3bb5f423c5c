"""One page of the desk: the rows in groups, and every way to narrow them with what it would leave."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import pgettext_lazy

from certification.plans.models import Plan
from lms.core.queues import Action, Listing, Pile, Place, QueueRow, Show, When, Wish, actions, listing
from lms.core.queues.sources import WHOSE
from lms.core.queues.wishes import is_when
from lms.organisations.models import Organisation

PAGE = 50
PRINTED = 500
"""Rows on the page for the printer."""
MOST_NAMED = 100
"""Plans offered to choose from."""

WHEN_LABELS = {
    When.ANY: pgettext_lazy("due", "At any time"),
    When.LATE: pgettext_lazy("due", "Overdue"),
    When.TODAY: pgettext_lazy("due", "Today"),
    When.WEEK: pgettext_lazy("due", "This week"),
}
SHOW_LABELS = {
    Show.WAITING: pgettext_lazy("rows of the desk", "Waiting for me"),
    Show.MINE: pgettext_lazy("rows of the desk", "Taken by me"),
    Show.OTHERS: pgettext_lazy("rows of the desk", "With colleagues"),
    Show.ASIDE: pgettext_lazy("rows of the desk", "Put aside"),
}
LATER, UNDATED = pgettext_lazy("due", "Later"), pgettext_lazy("due", "Without a day")


@dataclass(frozen=True)
class Way:
    """One way to narrow the list: the query of its address, and how many rows it would leave."""

    value: str
    label: str | Promise
    query: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """Rows that are due in the same time."""

    label: str | Promise
    is_late: bool
    rows: list[QueueRow]


@dataclass(frozen=True)
class DeskPage:
    """What the desk's page shows."""

    wish: Wish
    rows: list[QueueRow]
    groups: list[Group]
    total: int
    """How many rows the wish leaves over all pages."""
    waiting: int
    """How many rows wait for the person in all, put aside ones left out."""
    shows: list[Way] = field(default_factory=list)
    queues: list[Way] = field(default_factory=list)
    whens: list[Way] = field(default_factory=list)
    plans: list[Way] = field(default_factory=list)
    bodies: list[Way] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    next_query: str = ""
    is_whole: bool = True
    """Whether every row of the wish is on this page."""


def desk_page(user: Any, now: datetime, wish: Wish, *, after: Place | None = None, size: int = PAGE) -> DeskPage:
    """Return the page that begins after a place. The number of queries does not depend on how much waits."""
    found, today = listing(user, now, wish, after=after, size=size), localdate(now)
    piles = found.piles
    return DeskPage(
        wish=wish,
        rows=found.rows,
        groups=list(_groups(found.rows, today)),
        total=sum(pile.count(wish.when) for pile in piles if _fits(pile, wish)),
        waiting=sum(pile.total for pile in piles if pile.show.value in WHOSE[Show.WAITING]),
        shows=_shows(piles, wish),
        queues=_queues(found, wish),
        whens=_whens(piles, wish),
        plans=_named(piles, wish, "plan", _plan_titles),
        bodies=_named(piles, wish, "body", _body_names),
        actions=[action for action in actions().values() if any(action.takes(row) for row in found.rows)],
        next_query=f"{wish.query()}&after={found.next}".lstrip("&") if found.next else "",
        is_whole=after is None and found.next is None,
    )


def _fits(pile: Pile, wish: Wish, *, but: str = "") -> bool:
    """Tell whether the pile is part of the wish, one part of it left out of account."""
    return (
        (but == "show" or pile.show.value in WHOSE[wish.show])
        and (but == "queue" or wish.queue in ("", pile.queue))
        and (but == "plan" or wish.plan in (0, pile.plan))
        and (but == "body" or wish.body in (0, pile.body))
    )


def _count(piles: Iterable[Pile], wish: Wish, part: str) -> Counter[Any]:
    counted: Counter[Any] = Counter()
    for pile in piles:
        if _fits(pile, wish, but=part):
            counted[getattr(pile, part)] += pile.count(wish.when)
    return counted


def _shows(piles: list[Pile], wish: Wish) -> list[Way]:
    counted = _count(piles, wish, "show")
    ways = []
    for show, label in SHOW_LABELS.items():
        count = sum(counted[Show(value)] for value in WHOSE[show])
        if count or show in (Show.WAITING, wish.show):
            ways.append(Way(show.value, label, wish.query(show=show.value), count, show is wish.show))
    return ways


def _queues(found: Listing, wish: Wish) -> list[Way]:
    counted = _count(found.piles, wish, "queue")
    everything = Way("", pgettext_lazy("queues", "All"), wish.query(queue=""), sum(counted.values()), not wish.queue)
    shown = sorted(key for key, count in counted.items() if count or key == wish.queue)
    return [
        everything,
        *(Way(key, found.labels[key], wish.query(queue=key), counted[key], key == wish.queue) for key in shown),
    ]


def _whens(piles: list[Pile], wish: Wish) -> list[Way]:
    fitting = [pile for pile in piles if _fits(pile, wish)]
    return [
        Way(when.value, label, wish.query(when=when.value), sum(pile.count(when) for pile in fitting), when is wish.when)
        for when, label in WHEN_LABELS.items()
    ]


def _named(piles: list[Pile], wish: Wish, part: str, names_of: Callable[[list[int]], Mapping[int, str]]) -> list[Way]:
    """Return a way for each plan or body of the rows, by name; none where there is no choice. One query."""
    counted = _count(piles, wish, part)
    keys = sorted(key for key, count in counted.items() if key and (count or key == getattr(wish, part)))[-MOST_NAMED:]
    if not keys or (len(keys) == 1 and not getattr(wish, part)):
        return []
    names = names_of(keys)
    ways = [
        Way(str(key), names[key], wish.query(**{part: key}), counted[key], key == getattr(wish, part))
        for key in keys
        if key in names
    ]
    return sorted(ways, key=lambda way: str(way.label))


def _plan_titles(keys: list[int]) -> Mapping[int, str]:
    return dict(Plan.objects.filter(pk__in=keys).values_list("pk", "title"))


def _body_names(keys: list[int]) -> Mapping[int, str]:
    return {body.pk: str(body) for body in Organisation.objects.filter(pk__in=keys)}


def _groups(rows: list[QueueRow], today: date) -> Iterator[Group]:
    for label, found in groupby(rows, key=lambda row: _group_of(row, today)):
        yield Group(label, label == WHEN_LABELS[When.LATE], list(found))


def _group_of(row: QueueRow, today: date) -> str | Promise:
    if row.due_day is None:
        return UNDATED
    for when in (When.LATE, When.TODAY, When.WEEK):
        if is_when(row.due_day, when, today):
            return WHEN_LABELS[when]
    return LATER
