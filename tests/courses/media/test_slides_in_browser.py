"""Narrated slides in a real browser: one after the other, by keyboard, reported as what was read."""

import json
import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VALUE = {
    "title": "从床到轮椅",
    "slides": [{"picture": {}, "narration": "锁好刹车。放好轮椅。"}, {"picture": {}, "narration": "身体前倾。"}],
}


@pytest.fixture
def page_of_slides(browser: Browser, live_server, make_user, rf: RequestFactory):
    """Return a page with the block in it, and the list of what its player sent."""
    request = rf.get("/")
    request.user = make_user("王小芳")
    block = SimpleNamespace(id="00000000-0000-0000-0000-000000000001")
    context = {"value": VALUE, "block": block, "page": SimpleNamespace(pk=1), "request": request}
    html = render_to_string("catalogue/blocks/slides.html", context)
    sent: list[dict] = []

    def answer(route) -> None:
        sent.append(json.loads(route.request.post_data))
        route.fulfill(json={"id": 7, "resume": 0, "ranges": [], "share": 0.5, "done": False})

    page = browser.new_page(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page.route("**/watch/**", answer)
    page.route(
        re.compile(r"/lesson(\?.*)?$"),
        lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=f"<!doctype html><main>{html}</main>"),
    )
    page.goto(f"{live_server.url}/lesson")
    page.locator("[data-bar]").wait_for()
    yield page, sent
    page.close()


def test_slides_are_turned_by_keyboard_and_the_transcript_goes_to_each(page_of_slides):
    page, _sent = page_of_slides
    expect(page.locator("[data-slide]:not([hidden])")).to_have_count(1)
    expect(page.locator("[data-slides-caption]")).to_have_text("锁好刹车。")
    page.locator("[data-speed]").focus()
    page.locator("[data-play]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-slides-caption]")).to_have_text("身体前倾。")
    page.locator("[data-transcript] summary").click()
    page.locator("[data-at]").first.click()
    expect(page.locator("[data-slides-caption]")).to_have_text("锁好刹车。")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_an_address_with_a_moment_opens_the_slide_where_it_is_said(page_of_slides):
    page, _sent = page_of_slides
    address = page.url
    page.goto("about:blank")
    page.goto(f"{address}?at=4#slides-00000000-0000-0000-0000-000000000001")
    expect(page.locator("[data-slides-caption]")).to_have_text("身体前倾。")
    expect(page.locator("details[data-transcript]")).to_have_attribute("open", "")


@pytest.mark.parametrize("moment", ["?at=4#slides-2", "?at=4", "?at=-4#slides-00000000-0000-0000-0000-000000000001"])
def test_an_address_that_names_no_moment_of_these_slides_leaves_them_at_their_beginning(page_of_slides, moment):
    page, _sent = page_of_slides
    address = page.url
    page.goto("about:blank")
    page.goto(f"{address}{moment}")
    expect(page.locator("[data-slides-caption]")).to_have_text("锁好刹车。")


def test_what_was_read_is_reported_and_turning_is_not_reading(page_of_slides):
    page, sent = page_of_slides
    page.locator("[data-play]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("k")
    page.wait_for_timeout(1500)
    page.keyboard.press("k")
    page.wait_for_timeout(500)
    start, end, began, ended, speed = next(row for body in sent for row in body.get("reports", []))
    assert start >= 3600  # the two sentences of the first slide were turned over
    assert 0 < end - start <= (ended - began) * speed + 1500
    expect(page.locator("[data-progress]")).to_be_visible()


def test_without_a_player_the_slides_are_a_list_to_read(page_of_slides, browser: Browser, live_server):
    html = page_of_slides[0].content()
    assert html.count('class="slide"') == 2
    plain = render_to_string("catalogue/blocks/slides.html", {"value": VALUE, "request": SimpleNamespace(user=None)})
    assert "锁好刹车。" in plain
    assert "data-bar hidden" in plain
