"""Which plans a long queue reads: those that hold the next page, and no others."""

from datetime import date
from typing import Any

from lms.core.queues.sources import TableSource
from lms.core.queues.wishes import Pile, Place, Show, When, Wish


class Reviews(TableSource):
    queue, sort, plan, body = "Reviews", "plan__closes", "plan", "plan__organisation"


class Questions(TableSource):
    queue, sort = "Questions", "asked_at"


def day(number: int) -> date:
    return date(2026, 9, number)


def pile(plan: int, closes: int, total: int, *, show: Show = Show.WAITING, body: int = 1, late: int = 0) -> Pile:
    return Pile("reviews", show, plan, body, total=total, late=late, sorted_by=day(closes))


PILES = [pile(1, 10, 5), pile(2, 11, 200), pile(3, 11, 1), pile(4, 12, 900), pile(5, 20, 900)]


def plans(
    piles: list[Pile], *, size: int = 50, after: Place | None = None, source: Any = Reviews, **wish: Any
) -> list[int] | None:
    return source()._plans_to_read(Wish(**wish), piles, after=after, size=size)


def test_the_first_page_reads_the_plans_due_first_all_of_one_day_together() -> None:
    assert plans(PILES) == [1, 2, 3]


def test_a_plan_too_many_is_read_where_the_page_would_just_be_full() -> None:
    assert plans([pile(1, 10, 50), pile(2, 11, 50), pile(3, 12, 50)]) == [1, 2]


def test_a_later_page_begins_with_the_day_on_which_the_last_one_ended() -> None:
    assert plans(PILES, after=Place(day(11), "reviews", "x")) == [2, 3, 4]
    assert plans(PILES, after=Place(day(20), "reviews", "x")) == [5]


def test_what_the_wish_leaves_out_is_not_read() -> None:
    assert plans(PILES, plan=5) == [5]
    assert plans([*PILES, pile(6, 9, 10, body=2)], body=2) == [6]
    assert plans([*PILES, pile(7, 9, 10, show=Show.ASIDE)]) == [1, 2, 3]
    assert plans([*PILES, pile(8, 1, 3, late=3)], when=When.LATE) == [8]


def test_nothing_waits_so_no_plan_is_read() -> None:
    assert plans([pile(1, 10, 5, show=Show.OTHERS)]) == []


def test_a_queue_that_no_plan_sorts_reads_as_before() -> None:
    assert plans(PILES, source=Questions) is None
    assert plans([]) is None
