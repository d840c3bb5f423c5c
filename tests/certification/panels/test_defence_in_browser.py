"""The pages of a review in a real browser: a lost network loses no point, and a narrow screen scrolls one way only."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from certification.panels.models import DefenceSheet
from tests.review_day import heard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("PANEL_SHOTS", "")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 320, "height": 800}, locale="zh-CN", has_touch=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def sign_in(context: BrowserContext, live_server: Any, person: Any) -> Page:
    client = Client()
    client.force_login(person)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def look(page: Page, live_server: Any, name: str, *args: Any) -> None:
    """Open a page; it never scrolls sideways."""
    page.goto(live_server.url + reverse(f"panels:{name}", args=args))
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    wide = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    assert wide <= 0, name


def test_points_given_without_a_network_arrive_and_are_signed(
    context: BrowserContext, live_server: Any, hour: SimpleNamespace
) -> None:
    sheet = DefenceSheet.objects.get(defence=heard(hour), member__user=hour.seniors[1])
    page = sign_in(context, live_server, hour.seniors[1])
    look(page, live_server, "sheet", sheet.pk)
    page.locator("#line-1 [data-stepper-more]").click()
    expect(page.locator("#point-1")).to_have_value("30")
    context.set_offline(True)
    for key in "2345":
        page.locator(f"#line-{key} [data-stepper-more]").click()
    page.locator("#line-5 [data-stepper-less]").click()
    expect(page.locator("[data-offline]")).to_be_visible()
    context.set_offline(False)
    page.locator("button[value=sign]").click()
    page.wait_for_url("**/sign/")
    page.locator("form .button--big").first.click()
    expect(page.locator(".signed__title")).to_contain_text("99 / 100")
    sheet.refresh_from_db()
    assert (sheet.is_signed, str(sheet.total)) == (True, "99.0")


def test_no_page_scrolls_sideways(context: BrowserContext, live_server: Any, hour: SimpleNamespace) -> None:
    heard(hour)
    slot, chair = hour.slots[hour.seats[0].pk], hour.seniors[0]
    page = sign_in(context, live_server, chair)
    look(page, live_server, "sittings")
    look(page, live_server, "sit", hour.panel.pk)
    look(page, live_server, "hearing", slot.pk)
    page = sign_in(context, live_server, hour.officer)
    look(page, live_server, "plan", hour.plan.pk)
    look(page, live_server, "setup", hour.plan.pk)
    look(page, live_server, "new", hour.plan.pk)
    look(page, live_server, "panel", hour.panel.pk)
    look(page, live_server, "check", hour.plan.dossiers.first().pk)
    look(page, live_server, "absence", hour.seats[1].pk)
    page = sign_in(context, live_server, hour.candidates[0])
    look(page, live_server, "dossier", hour.cases[0].pk)
