"""An exam that began five minutes ago, and what the tests do with its pages in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from courses.questionbank.models import Attempt, Response
from tests.exam_day import rewritten


@pytest.fixture
def today(exam_day: SimpleNamespace) -> SimpleNamespace:
    """The same exam day, moved so that theory began five minutes ago by the real clock."""
    begun = timezone.now() - timedelta(minutes=5)
    plan = rewritten(exam_day.plan, theory_starts_at=begun, skill_starts_at=begun, exam_date=timezone.localdate(begun))
    for seat in exam_day.seats:
        seat.plan = plan
    from certification.bodies.models import StaffCard

    StaffCard.objects.update(valid_from=plan.exam_date, valid_until=plan.exam_date)
    return exam_day


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="en", has_touch=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()


def sign_in(context: BrowserContext, live_server, person) -> Page:
    client = Client()
    client.force_login(person)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    return page


def choose(page: Page, position: int, key: str) -> None:
    page.locator(f"#q-{position} label.option").nth("ABCD".index(key)).click()


def saved(position: int) -> list[str] | None:
    row = Response.objects.filter(paper_item__position=position).first()
    return row.answer if row else None


SAVED_AT = re.compile(r"Saved \d")


class Held:
    """A slow link: the journal's code arrives only when it is let through."""

    def __init__(self, page: Page) -> None:
        self.page, self.routes = page, list[Route]()
        page.route("**/js/journal*.js", lambda route: self.routes.append(route))

    def let_through(self) -> None:
        for route in self.routes:
            route.continue_()
        self.page.unroute("**/js/journal*.js")


def away_and_back(page: Page) -> None:
    address = page.url
    page.wait_for_timeout(1500)  # Chromium notes a second after a change what it would restore.
    page.goto("about:blank")
    page.wait_for_timeout(2000)  # And the page that was left hands its note over while it is taken down.
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(address.partition("#")[0])))
    page.locator("html.has-exam, [data-score]").wait_for()


def ends_in(seconds: float) -> None:
    Attempt.objects.update(deadline_at=timezone.now() + timedelta(seconds=seconds))


def kept_on_device(page: Page) -> int:
    entries: int = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('exam:')).map((key) => Object.keys(JSON.parse(localStorage[key])).length)[0] ?? 0"
    )
    return entries
