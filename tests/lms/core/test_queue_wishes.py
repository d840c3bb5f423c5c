"""What a reader of the desk wants to see, as addresses tell it."""

import datetime

import pytest

from lms.core.queues.wishes import Place, Show, When, Wish, is_when

MONDAY = datetime.date(2026, 9, 7)


def day(offset: int) -> datetime.date:
    return MONDAY + datetime.timedelta(days=offset)


def test_a_wish_is_read_from_the_address_that_it_writes() -> None:
    wish = Wish(queue="eligibility-review", plan=7, body=3, when=When.LATE, words="王 轮椅", show=Show.OTHERS)
    sent = dict(pair.split("=") for pair in wish.query().split("&"))
    assert Wish.read({**sent, "q": "王 轮椅"}) == wish


def test_what_makes_no_sense_in_an_address_narrows_nothing() -> None:
    sent = {"plan": "x", "body": "-1", "when": "tomorrow", "show": "everything", "q": "   "}
    assert Wish.read(sent) == Wish()
    assert Wish().query() == ""
    assert not Wish().is_narrow


def test_a_changed_part_replaces_the_old_one() -> None:
    wish = Wish(queue="a", when=When.LATE)
    assert wish.query(when="today") == "queue=a&when=today"
    assert wish.query(queue="") == "when=late"


@pytest.mark.parametrize(
    ("offset", "belongs"),
    [
        (-1, {When.ANY, When.LATE}),
        (0, {When.ANY, When.TODAY, When.WEEK}),
        (1, {When.ANY, When.WEEK}),
        (6, {When.ANY, When.WEEK}),
        (7, {When.ANY}),
    ],
)
def test_a_week_ends_on_sunday_and_begins_today(offset: int, belongs: set[When]) -> None:
    assert {when for when in When if is_when(day(offset), when, MONDAY)} == belongs


def test_on_a_sunday_the_week_is_that_day_alone() -> None:
    sunday = day(6)
    assert is_when(sunday, When.WEEK, sunday)
    assert not is_when(day(7), When.WEEK, sunday)


def test_what_has_no_day_is_never_late() -> None:
    assert {when for when in When if is_when(None, when, MONDAY)} == {When.ANY}


def test_a_place_is_read_from_the_text_that_it_writes() -> None:
    place = Place(MONDAY, "eligibility-review", "2026-09-07|12~3")
    assert Place.read(str(place)) == place


@pytest.mark.parametrize("text", ["", "2026-09-07", "~a~b", "2026-13-07~a~b", "yesterday~a~b"])
def test_any_other_text_means_the_first_page(text: str) -> None:
    assert Place.read(text) is None
