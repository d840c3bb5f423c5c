"""Everything that waits for one person, of all apps: counted, narrowed, a page at a time."""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.utils.timezone import localdate

from lms.core.models import Aside
from lms.core.queues.actions import OWN_ACTIONS, Action
from lms.core.queues.keeping import asides_of
from lms.core.queues.rows import QueueRow, Text
from lms.core.queues.sources import Asked, Found, TableSource
from lms.core.queues.wishes import Pile, Place, Show, When, Wish, is_when

FIRST_ROWS = 100
"""How many rows of a long queue `desk_rows` gives; the desk itself turns pages."""


@dataclass(frozen=True)
class Listing:
    """One page of the desk: `rows` oldest due first, where the next page begins, and `piles` of all that waits."""

    rows: list[QueueRow]
    next: Place | None
    piles: list[Pile]
    labels: dict[str, Text]
    """What each queue is called, by its key."""


def desk_rows(user: Any, now: datetime) -> list[QueueRow]:
    """Return what waits for this member of staff, oldest due first; of a long queue the first hundred."""
    found = _listed(user, now, {})
    for source in sources():
        found += source.page(Asked(user, now), Wish(), after=None, size=FIRST_ROWS)
    return [one.row for one in sorted(found, key=lambda one: one.order)]


def own_rows(user: Any, now: datetime) -> list[QueueRow]:
    """Return what this person should do next for herself, oldest due first."""
    rows = [row for module in _modules() for row in getattr(module, "own", _nothing)(user, now)]
    return sorted(rows, key=lambda row: row.due_day or date.max)


def listing(user: Any, now: datetime, wish: Wish, *, after: Place | None = None, size: int) -> Listing:
    """Return one page of what waits. The number of queries depends on the apps, not on how much waits."""
    asides, today = asides_of(user, now), localdate(now)
    listed = [one for one in _listed(user, now, asides) if _has_words(one.row, wish)]
    piles = [_pile(one.row, today) for one in listed]
    labels = {one.row.queue_key: one.row.queue for one in listed}
    found = [one for one in listed if _is_wanted(one.row, wish, today) and (after is None or one.order > _order(after))]
    for source in sources():
        asked = Asked(user, now, _still_aside(asides.get(source.key, {})))
        here = source.tally(asked, wish)
        piles += here
        if here and wish.queue in ("", source.key):
            known = asides.get(source.key, {})
            found += [_with_day(one, known) for one in source.page(asked, wish, after=after, size=size + 1, piles=here)]
        labels[source.key] = source.queue
    found.sort(key=lambda one: one.order)
    more = len(found) > size
    return Listing([one.row for one in found[:size]], found[size - 1].place if more else None, piles, labels)


def rows_named(user: Any, now: datetime, idents: Collection[str]) -> list[QueueRow]:
    """Return those of these rows that wait for the person now, oldest due first; a page sends back their `ident`."""
    asides = asides_of(user, now)
    found = [one for one in _listed(user, now, asides) if one.row.ident in idents]
    for source in sources():
        begin = f"{source.key}:"
        keys = [ident.removeprefix(begin) for ident in idents if ident.startswith(begin)]
        known = asides.get(source.key, {})
        found += [_with_day(one, known) for one in source.find(Asked(user, now), keys)] if keys else []
    return [one.row for one in sorted(found, key=lambda one: one.order)]


def sources() -> list[TableSource]:
    return [source for module in _modules() for source in getattr(module, "SOURCES", ())]


def actions() -> dict[str, Action]:
    """Return every action by its key, those of the apps before those that everybody has."""
    own = [action for module in _modules() for action in getattr(module, "ACTIONS", ())]
    return {action.key: action for action in [*own, *OWN_ACTIONS]}


def _modules() -> Iterator[Any]:
    for config in apps.get_app_configs():
        module = sys.modules.get(f"{config.name}.queues")
        if module is not None and config.name != "lms.core":
            yield module


def _nothing(user: Any, now: datetime) -> Iterable[QueueRow]:
    return ()


def _listed(user: Any, now: datetime, asides: Mapping[str, dict[str, Aside]]) -> list[Found]:
    """Return the rows of the short queues, which their apps yield one by one."""
    rows: list[QueueRow] = [row for module in _modules() for row in getattr(module, "desk", _nothing)(user, now)]
    found = []
    for row in rows:
        aside = asides.get(row.queue_key, {}).get(row.name)
        if aside is not None and (aside.until or aside.seen_as == row.seen_as[:80]):
            row = row.put(is_aside=True, until=aside.until)
        place = Place(row.due_day or date.max, row.queue_key, row.name)
        found.append(Found(row, _order(place), place))
    return found


def _order(place: Place) -> tuple[Any, ...]:
    return (place.day, place.queue, 0, place.row, 0)


def _still_aside(known: Mapping[str, Aside]) -> list[int]:
    return [int(name) for name in known if name.isascii() and name.isdigit()]


def _with_day(one: Found, known: Mapping[str, Aside]) -> Found:
    aside = known.get(one.row.name)
    if aside is None:
        return one
    return Found(one.row.put(is_aside=True, until=aside.until), one.order, one.place)


def _has_words(row: QueueRow, wish: Wish) -> bool:
    text = f"{row.queue} {row.title} {row.detail}".casefold()
    return all(word in text for word in wish.word_list())


def _is_wanted(row: QueueRow, wish: Wish, today: date) -> bool:
    shown = Show.ASIDE if row.is_aside else Show.WAITING
    return (
        wish.show is shown
        and wish.queue in ("", row.queue_key)
        and wish.plan in (0, row.plan)
        and wish.body in (0, row.organisation)
        and is_when(row.due_day, wish.when, today)
    )


def _pile(row: QueueRow, today: date) -> Pile:
    counts = {when.value: int(is_when(row.due_day, when, today)) for when in When if when}
    show = Show.ASIDE if row.is_aside else Show.WAITING
    return Pile(row.queue_key, show, row.plan, row.organisation, total=1, **counts)
