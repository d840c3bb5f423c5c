"""Players at once in a real browser: two tabs, a device whose clock is wrong, a tab that dies at any second.

What was played is read from the browser itself (`film.played`); what is credited must be that, and never more.
"""

import random

import pytest
from playwright.sync_api import Error

from courses.media.models import Viewing
from courses.media.rules.watched import EVENT_TOLERANCE_MS, merge

from .film_page import play_from, played_in, state, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A_FRAME = 350
"""Milliseconds between two looks of a player at its film, and a little for a slow machine."""
YEARS = 25 * 365 * 24 * 3600 * 1000


def length(ranges):
    return sum(end - start for start, end in ranges)


def beyond(ranges, truth):
    """Return how many milliseconds of the ranges lie outside of what was played, a frame at each edge forgiven."""
    wide = merge((start - A_FRAME, end + A_FRAME) for start, end in truth)
    return length(merge([*wide, *ranges])) - length(wide)


def kept_of(ranges, start, end):
    """Tell whether all but two seconds of a part that was played are among the ranges."""
    kept = sum(max(0, min(end + EVENT_TOLERANCE_MS, stop) - max(start, begun)) for begun, stop in ranges)
    return kept >= end - start - 2000


def credited():
    return merge(map(tuple, Viewing.objects.get().ranges))


def until_sent(page, truth):
    """Wait until the server has of each range all but what a report may lose, then return what it has."""
    for _attempt in range(100):
        if Viewing.objects.exists() and length(credited()) >= length(truth) - 2 * A_FRAME * len(truth):
            break
        page.wait_for_timeout(100)
    return credited()


def stop(page):
    page.locator("[data-play]").click()
    wait(page, "film.paused")


def test_two_tabs_that_play_at_the_same_time_are_credited_what_both_have_played(open_film):
    one, other = open_film(), open_film()
    play_from(one, 0)
    play_from(other, 20)
    wait(one, "film.currentTime > 3.5")
    wait(other, "film.currentTime > 22.5")
    stop(one)
    stop(other)
    truth = merge([*played_in(one), *played_in(other)])
    assert len(truth) == 2
    found = until_sent(one, truth)
    assert beyond(found, truth) == 0, (found, truth)
    assert length(found) >= length(truth) - 4 * A_FRAME
    assert Viewing.objects.count() == 1


def test_two_tabs_that_play_the_same_part_are_credited_it_once(open_film):
    one, other = open_film(), open_film()
    play_from(one, 0)
    play_from(other, 1)
    wait(one, "film.currentTime > 4")
    stop(one)
    stop(other)
    truth = merge([*played_in(one), *played_in(other)])
    found = until_sent(one, truth)
    assert len(truth) == 1
    assert beyond(found, truth) == 0, (found, truth)
    assert length(found) <= length(truth) + A_FRAME


@pytest.mark.parametrize("skew", [-YEARS, YEARS], ids=["behind", "ahead"])
def test_a_device_whose_clock_is_years_wrong_is_credited_what_it_played_and_does_not_move_a_later_place(open_film, skew):
    phone = open_film(device="phone", skew=skew)
    wrong = phone.evaluate("performance.timeOrigin + performance.now()") - phone.evaluate("Date.now()")
    assert abs(wrong) < 60_000
    play_from(phone, 0)
    wait(phone, "film.currentTime > 3")
    stop(phone)
    truth = played_in(phone)
    assert beyond(until_sent(phone, truth), truth) == 0

    desk = open_film(device="desk")
    play_from(desk, 25)
    wait(desk, "film.currentTime > 27")
    stop(desk)
    truth = merge([*truth, *played_in(desk)])
    found = until_sent(desk, truth)
    assert beyond(found, truth) == 0, (found, truth)
    place = state(desk, "film.currentTime") * 1000
    # The phone says goodbye last, of a place where it stood long before.
    phone.close()
    desk.wait_for_timeout(500)
    assert abs(Viewing.objects.get().position_ms - place) < 2 * A_FRAME


def test_a_clock_that_leaps_while_it_plays_earns_nothing(open_film):
    page = open_film(skew=0)
    play_from(page, 0)
    wait(page, "film.currentTime > 1.5")
    page.clock.fast_forward("01:00:00")
    wait(page, "film.currentTime > 3")
    stop(page)
    truth = played_in(page)
    found = until_sent(page, truth)
    assert beyond(found, truth) == 0, (found, truth)
    assert length(found) > 0


def test_a_tab_that_dies_at_any_second_loses_two_at_most_and_gains_none(open_film):
    truth = ()
    for begin in (0, 12, 24):
        moment = random.uniform(0.7, 4)  # noqa: S311 (any second will do)
        page = open_film()
        play_from(page, begin)
        wait(page, f"film.currentTime > {begin + moment}")
        truth = merge([*truth, *played_in(page)])
        with pytest.raises(Error):
            page.goto("chrome://crash")  # no word of goodbye
    heir = open_film()
    heir.wait_for_timeout(3500)  # notes of a tab that may still live are left alone for three seconds
    heir.reload()
    wait(heir, "document.querySelector('[data-player]').player.watched.id")
    for _attempt in range(100):
        if Viewing.objects.exists() and all(kept_of(credited(), *part) for part in truth):
            break
        heir.wait_for_timeout(100)
    found = credited()
    # Between the last look and the crash it played on.
    assert beyond(found, [(start, end + EVENT_TOLERANCE_MS) for start, end in truth]) == 0, (found, truth)
    for start, end in truth:
        assert kept_of(found, start, end), (found, truth)
