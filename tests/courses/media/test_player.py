"""The player in a real browser: keyboard, captions, transcript, and a page that is killed while it plays."""

import pytest
from playwright.sync_api import Error, expect

from courses.catalogue.search import find
from courses.media.models import Recording, Viewing
from courses.media.rules.watched import merge

from .film_page import state, wait

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_search_finds_in_a_recording_opens_it_at_that_second(open_film):
    film = Recording.objects.get()
    cue = film.captions.get(language="zh-Hans").lines[3]
    found = find(cue.text).lessons[0]
    assert found.moment == cue.start > 1000
    page = open_film(found.url)
    wait(page, f"Math.abs(film.currentTime - {cue.start // 1000}) < 0.5")
    assert state(page, "film.paused")
    expect(page.locator("details[data-transcript]")).to_have_attribute("open", "")
    expect(page.locator(".transcript__cue.is-now")).to_be_visible()


def test_everything_is_done_by_keyboard_and_captions_and_transcript_follow(open_film):
    page = open_film()
    wait(page, "film.readyState >= 1")
    assert state(page, "film.controls") is False
    assert state(page, "film.textTracks[0].mode") == "showing"
    page.locator("[data-seek]").focus()
    page.keyboard.press("c")
    assert state(page, "film.textTracks[0].mode") == "hidden"
    page.keyboard.press("c")
    page.keyboard.press("Space")
    wait(page, "!film.paused && film.currentTime > 0.3")
    page.keyboard.press("ArrowRight")
    wait(page, "film.currentTime > 5")
    page.keyboard.press(".")
    assert state(page, "film.playbackRate") == 1.25
    page.keyboard.press("m")
    assert state(page, "film.muted") is True
    page.keyboard.press("k")
    wait(page, "film.paused")
    page.locator("[data-transcript] summary").focus()
    page.keyboard.press("Enter")
    page.locator("[data-at]").last.focus()
    page.keyboard.press("Enter")
    wait(page, "film.currentTime > 10")
    expect(page.locator(".transcript__cue.is-now")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_a_killed_page_keeps_what_was_played_and_two_tabs_add_up(open_film):
    page = open_film()
    wait(page, "film.readyState >= 1 && document.querySelector('[data-player]').player.watched.id")
    page.locator("[data-play]").click()
    wait(page, "film.currentTime > 3")
    played = state(page, "film.currentTime")
    with pytest.raises(Error):
        page.goto("chrome://crash")  # no word of goodbye

    other = open_film()
    other.wait_for_timeout(3500)  # notes of a tab that may still live are left alone for three seconds
    other.reload()
    expect(other.locator("[data-progress]")).to_be_visible()
    ranges = Viewing.objects.get().ranges
    assert merge(map(tuple, ranges))[0][0] < 500
    assert played * 1000 - 2500 <= sum(end - start for start, end in ranges) <= played * 1000 + 1500
