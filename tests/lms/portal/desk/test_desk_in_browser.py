"""The desk in a real browser: by keyboard, on a phone, in axe's eyes, on paper."""

import io
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from lms.core import clock
from lms.core.models import Aside, Claim
from lms.portal.models import SavedView

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def monday(now: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the product's clock stands still: the browser and its driver need theirs."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def sit_down(browser: Browser, live_server: Any, client: Any, body: SimpleNamespace) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page as the first reviewer, or as `person`."""
    contexts = []

    def open_page(path: str, *, person: Any = None, width: int = 360, care: str = "0", theme: str = "light") -> Page:
        client.force_login(person or body.first, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)  # for the tester's own script
        contexts.append(context)
        cookies = {"sessionid": client.cookies["sessionid"].value, "care": care, "theme": theme}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def clean(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(row["id"], [node["html"][:120] for node in row["nodes"]]) for row in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_rows_are_ticked_by_keyboard_looked_at_done_and_undone(sit_down: Callable, cases: Callable) -> None:
    cases(3)
    page = sit_down("/desk/", width=1440)
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-ticks-count]")).to_have_text("2 / 3")
    page.locator("#desk-action").select_option("applications.assign")
    page.locator("[data-ticks] button").first.click()
    clean(page)
    assert not Claim.objects.exists()
    page.locator("button[name=do]").click()
    page.wait_for_url("**/desk/act/*/")
    clean(page)
    assert Claim.objects.count() == 2
    page.locator("form.actions button").click()
    expect(page.locator(".chip")).to_have_count(2)
    assert not Claim.objects.exists()


def test_the_box_above_ticks_the_whole_page(sit_down: Callable, cases: Callable) -> None:
    cases(4)
    page = sit_down("/desk/", width=1440)
    page.locator("[data-ticks-all] input").check()
    page.locator("#desk-action").select_option("queues.postpone")
    page.locator("[data-ticks] button").first.click()
    page.locator("button[name=do]").click()
    page.wait_for_url("**/desk/act/*/")
    assert Aside.objects.count() == 4


def test_each_page_is_clean_in_axes_eyes_and_as_wide_as_a_phone(
    sit_down: Callable, cases: Callable, late_plan: Any, body: SimpleNamespace, now: Any
) -> None:
    cases(3, prefix="名字很长的候选人阿依古丽买买提")
    cases(2, of=late_plan)
    SavedView.objects.create(user=body.first, name="急着要办的第二批", query="when=late", saved_at=now)
    for looks in ({"care": "1"}, {"theme": "dark"}, {"width": 768}, {"width": 1440}):
        for path in ("/desk/", "/desk/?when=late", "/desk/?q=无此人"):
            clean(sit_down(path, **looks))
        clean(sit_down("/desk/calendar/?month=2026-10", person=body.officer, **looks))


def test_on_paper_there_are_rows_and_page_numbers_and_no_controls(sit_down: Callable, cases: Callable) -> None:
    cases(60)
    page = sit_down("/desk/?all=1", width=1440)
    page.emulate_media(media="print")
    for hidden in (".site-header", ".desk__nav", ".ways", ".filters", ".desk-tools", ".row__tick"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".row").first).to_be_visible()
    expect(page.locator(".print-only").first).to_be_visible()
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        assert 2 <= len(paper.pages) <= 6
