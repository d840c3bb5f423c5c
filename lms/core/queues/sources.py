"""Queues that can be long: the database counts, narrows and pages, at a cost that does not grow with what waits."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models import When as Branch
from django.utils.timezone import localdate, make_aware

from lms.core.models import Claim
from lms.core.queues.rows import QueueRow, Text, queue_key
from lms.core.queues.wishes import Pile, Place, Show, When, Wish, next_monday, span

WHOSE = {
    Show.WAITING: [Show.WAITING.value, Show.MINE.value],
    Show.MINE: [Show.MINE.value],
    Show.OTHERS: [Show.OTHERS.value],
    Show.ASIDE: [Show.ASIDE.value],
}


@dataclass(frozen=True)
class Asked:
    """Who asks, when, and the keys of the rows of this queue that she has put aside."""

    user: Any
    now: datetime
    aside: Collection[int] = ()

    @property
    def today(self) -> date:
        return localdate(self.now)


@dataclass(frozen=True)
class Found:
    """A row and where it stands among all: its day, its queue, and its place in it."""

    row: QueueRow
    order: tuple[Any, ...]
    place: Place


def midnight(day: date) -> datetime:
    """Return when the day begins in the project's time zone."""
    return make_aware(datetime.combine(day, time.min))


class TableSource:
    """The rows of one table that wait for somebody. An app names its sources in `queues.py` as `SOURCES`.

    No rows that an app yields one by one belong to the same queue.

    `sort` is the field that decides the due day, a date or a moment that is never empty; rows of one value go by
    their keys. `plan` and `body` are the fields with their keys, `words` those in which words are looked for.
    Rows of a `claimable` queue may be taken by one person; `stage` is the field whose change ends that.
    """

    queue: Text
    sort: str
    plan: str = ""
    body: str = ""
    words: tuple[str, ...] = ()
    claimable = False
    stage = ""

    def waiting(self, user: Any, now: datetime) -> QuerySet[Any]:
        """Return what this person may do now, under the access rules of the app."""
        raise NotImplementedError

    def detailed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the same rows with all that `row` reads."""
        return rows

    def row(self, found: Any, now: datetime) -> QueueRow:
        raise NotImplementedError

    def due_from(self, day: date) -> date | datetime:
        """Return the least value of `sort` that is due on this day."""
        return day

    @property
    def key(self) -> str:
        return queue_key(self.queue)

    @property
    def is_sorted_by_plan(self) -> bool:
        """Whether all rows of a plan have one due day, so that the first plans hold the first rows."""
        return bool(self.plan) and self.sort.startswith(f"{self.plan}__")

    def tally(self, asked: Asked, wish: Wish) -> list[Pile]:
        """Return what waits by plan, body and holder, narrowed by the words alone. Two queries at most.

        All rows are counted by plan alone, then the few that somebody took or put aside, and those are taken off: to
        look up for each of many rows who has it would take longer than all the rest.
        """
        every = self._counted(self._worded(self.waiting(asked.user, asked.now), wish), asked)
        apart = self._apart(asked)
        if not every or apart is None:
            return [self._pile(Show.WAITING, group, counts) for group, counts in every.items()]
        held = self._counted(self._shown(self._worded(self.waiting(asked.user, asked.now).filter(apart), wish), asked), asked)
        piles = []
        for (show, *group), counts in held.items():
            if show != Show.WAITING.value:
                piles.append(self._pile(Show(show), tuple(group), counts))
                of_plan = every.get(tuple(group), {})
                of_plan.update({name: max(0, of_plan[name] - counts[name]) for name in of_plan})
        return [*(self._pile(Show.WAITING, group, counts) for group, counts in every.items() if counts["total"]), *piles]

    def _counted(self, rows: QuerySet[Any], asked: Asked) -> dict[tuple[Any, ...], dict[str, int]]:
        """Return the counts of each group: its `show` where the rows have one, its plan, body and day."""
        first, monday = self.due_from(asked.today), self.due_from(next_monday(asked.today))
        tomorrow = self.due_from(asked.today + timedelta(days=1))
        paths = {"of_plan": self.plan, "of_body": self.body, "of_day": self.sort if self.is_sorted_by_plan else ""}
        shown = ["show"] if "show" in rows.query.annotations else []
        counted = (
            rows.order_by()
            .values(*shown, **{name: F(path) for name, path in paths.items() if path})
            .annotate(
                total=Count("pk"),
                late=Count("pk", filter=Q(**{f"{self.sort}__lt": first})),
                today=Count("pk", filter=Q(**{f"{self.sort}__gte": first, f"{self.sort}__lt": tomorrow})),
                week=Count("pk", filter=Q(**{f"{self.sort}__gte": first, f"{self.sort}__lt": monday})),
            )
        )
        names = ("total", "late", "today", "week")
        return {tuple(row.get(name) for name in (*shown, *paths)): {name: row[name] for name in names} for row in counted}

    def _pile(self, show: Show, group: tuple[Any, ...], counts: dict[str, int]) -> Pile:
        plan, body, day = group
        return Pile(queue=self.key, show=show, plan=plan, body=body, sorted_by=day, **counts)

    def page(self, asked: Asked, wish: Wish, *, after: Place | None, size: int, piles: Collection[Pile] = ()) -> list[Found]:
        """Return the first `size` rows after a place, oldest due first. Two queries at most.

        With the `piles` of the tally only the plans are read that hold those rows.
        """
        rows = self._worded(self.waiting(asked.user, asked.now), wish)
        rows = self._shown(rows, asked).filter(show__in=WHOSE[wish.show], **self._narrowed(asked, wish))
        plans = self._plans_to_read(wish, piles, after=after, size=size)
        order: tuple[str, ...] = (self.sort, "pk")
        if plans is not None:
            rows = rows.filter(**({self.plan: plans[0]} if len(plans) == 1 else {f"{self.plan}__in": plans}))
            order = ("pk",) if len(plans) == 1 else order
        if after is not None:
            begins = self._after(after)
            if begins is None:
                return []
            rows = rows.filter(begins)
        # Keys first: sorting carries keys along, not whole rows with their plans.
        first = rows.order_by(*order).values("pk")[:size]
        return self._found(self._in_order(self.waiting(asked.user, asked.now).filter(pk__in=first)), asked)

    def _plans_to_read(self, wish: Wish, piles: Collection[Pile], *, after: Place | None, size: int) -> list[int] | None:
        """Return the plans in which the next `size` rows are; None where the piles do not tell."""
        if not self.is_sorted_by_plan or not piles:
            return None
        begin = self.due_from(after.day) if after is not None else None
        days: dict[Any, list[Pile]] = defaultdict(list)
        for pile in piles:
            is_wanted = pile.show.value in WHOSE[wish.show] and wish.plan in (0, pile.plan) and wish.body in (0, pile.body)
            if is_wanted and pile.count(wish.when) and (begin is None or pile.sorted_by >= begin):
                days[pile.sorted_by].append(pile)
        plans: set[int] = set()
        sure = 0
        # Of the day on which the last page ended some rows were shown, and somebody may be working: twice as many it is.
        for day in sorted(days):
            if sure >= 2 * size:
                break
            plans |= {pile.plan for pile in days[day] if pile.plan is not None}
            sure += 0 if day == begin else sum(pile.count(wish.when) for pile in days[day])
        return sorted(plans)

    def find(self, asked: Asked, keys: Collection[str]) -> list[Found]:
        """Return those of these rows that wait for the person, whoever took them and whether put aside. Two queries at most."""
        numbers = [int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19]
        rows = self.waiting(asked.user, asked.now).filter(pk__in=numbers)
        return self._found(self._in_order(rows), asked) if numbers else []

    def _in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        ordered: QuerySet[Any] = self.detailed(rows).annotate(sorted_by=F(self.sort)).order_by(self.sort, "pk")
        return ordered

    def _worded(self, rows: QuerySet[Any], wish: Wish) -> QuerySet[Any]:
        """Narrow the rows to those that hold every word that is looked for, or whose queue is called so."""
        label = str(self.queue).casefold()
        for word in wish.word_list():
            if word not in label:
                rows = rows.filter(self._holds(rows.model, word)) if self.words else rows.none()
        return rows

    def _holds(self, model: Any, word: str) -> Q:
        """Return the condition that a field holds the word. Of another table its rows are looked through once, not for each row."""
        fields: dict[str, Q] = defaultdict(Q)
        for path in self.words:
            relation, _sep, name = path.rpartition("__")
            fields[relation] |= Q(**{f"{name}__icontains": word})
        holds = fields.pop("", Q())
        for relation, inner in fields.items():
            related = model
            for step in relation.split("__"):
                related = related._meta.get_field(step).related_model
            holds |= Q(**{f"{relation}__in": related._base_manager.filter(inner).values("pk")})
        return holds

    def _apart(self, asked: Asked) -> Q | None:
        """Return the condition that somebody took the row or the person put it aside; None where that cannot be."""
        apart = Q(pk__in=list(asked.aside)) if asked.aside else Q()
        if self.claimable:
            apart |= Q(pk__in=Claim.objects.filter(queue=self.key).values("row"))
        return apart or None

    def _shown(self, rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        """Tell of each row whether it waits, is put aside, or whose it is."""
        branches = []
        if asked.aside:
            branches.append(Branch(pk__in=list(asked.aside), then=Value(Show.ASIDE.value)))
        if self.claimable:
            claims = Claim.objects.filter(queue=self.key, row=OuterRef("pk"), stage=OuterRef(self.stage))
            mine = claims.filter(holder=asked.user.pk)
            branches.append(Branch(Exists(mine), then=Value(Show.MINE.value)))
            branches.append(Branch(Exists(claims), then=Value(Show.OTHERS.value)))
        show: Any = Value(Show.WAITING.value, output_field=CharField())
        if branches:
            show = Case(*branches, default=Value(Show.WAITING.value), output_field=CharField())
        shown: QuerySet[Any] = rows.annotate(show=show)
        return shown

    def _narrowed(self, asked: Asked, wish: Wish) -> dict[str, Any]:
        narrow: dict[str, Any] = {}
        for path, key in ((self.plan, wish.plan), (self.body, wish.body)):
            if key:
                narrow |= {path: key} if path else {"pk": 0}
        first, end = span(wish.when, asked.today)
        if wish.when is not When.ANY:
            narrow |= {f"{self.sort}__gte": self.due_from(first)} if first else {}
            narrow |= {f"{self.sort}__lt": self.due_from(end)} if end else {}
        return narrow

    def _after(self, place: Place) -> Q | None:
        """Return what stands behind the place; None when nothing can."""
        if place.day >= date.max - timedelta(days=400):
            return None
        if place.queue != self.key:
            same_day = self.key > place.queue
            return Q(**{f"{self.sort}__gte": self.due_from(place.day + timedelta(days=0 if same_day else 1))})
        value, _bar, key = place.row.rpartition("|")
        is_moment = isinstance(self.due_from(place.day), datetime)
        try:
            begin = datetime.fromisoformat(value) if is_moment else date.fromisoformat(value)
            last = int(key)
        except ValueError:
            return None
        return Q(**{f"{self.sort}__gt": begin}) | Q(**{self.sort: begin, "pk__gt": last})

    def _found(self, rows: QuerySet[Any], asked: Asked) -> list[Found]:
        found = list(rows)
        holders = self._holders(found)
        return [self._place(row, holders.get(row.pk), asked) for row in found]

    def _place(self, found: Any, holder: Any, asked: Asked) -> Found:
        row = self.row(found, asked.now).put(key=str(found.pk))
        if holder is not None:
            row = row.put(holder=holder.get_full_name(), holder_key=holder.pk)
        day = row.due_day or date.max
        place = Place(day, self.key, f"{found.sorted_by.isoformat()}|{found.pk}")
        return Found(row, (day, self.key, 1, found.sorted_by, found.pk), place)

    def _holders(self, rows: list[Any]) -> dict[int, Any]:
        if not self.claimable or not rows:
            return {}
        stages = {row.pk: getattr(row, self.stage) for row in rows}
        claims = Claim.objects.filter(queue=self.key, row__in=list(stages)).select_related("holder")
        return {claim.row: claim.holder for claim in claims if claim.stage == stages[claim.row]}
