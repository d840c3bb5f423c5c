"""An officer's way from no plan at all to printed tickets for sixty candidates: how many clicks it costs, typing apart."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.journeys.conftest import Person, Site
from tests.journeys.steps.forms import send, submit

pytestmark = pytest.mark.browser

CANDIDATES = 60
MOST_CLICKS = 19
EXAM = "2026-11-07"
AFTER_CLOSING = "2026-10-30 09:00"
APPLY = f"""
import datetime
from benchmarks import crowd
from certification.plans.models import Plan
from lms.accounts.models import User
from lms.accounts.services import record_identity
from lms.demo import story
from lms.demo.world import FIRST_COURSE, load_world
now = story.at(datetime.date(2026, 9, 8), 10)
cast = load_world(now=crowd.BEGIN, courses=FIRST_COURSE).cast
plan = Plan.objects.get(pk=PLAN)
for n in range({CANDIDATES}):
    person = User.objects.create_person(name=crowd.name_of(n + 1), phone=f"+8615{{n:09d}}", phone_verified=True)
    record_identity(person, kind="resident_id", number=crowd.id_number(9000 + n), actor=person, now=now)
    story.review(story.apply(plan, person, now=now), cast, now=now)
"""


class Clicks:
    """What an officer presses on her way, counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.made: list[str] = []

    def _note(self, place: Locator) -> None:
        self.made.append(" ".join(place.inner_text().split()))

    def press(self, place: Locator) -> None:
        """Press a link or a button, say yes where the page asks back, and wait for the page that comes."""
        self._note(place)
        asked = place.get_attribute("data-confirm")
        send(self.page, place)
        if asked:
            self.made.append("yes")

    def touch(self, button: Locator) -> None:
        """Press what gives a file instead of a page."""
        self._note(button)
        button.click()

    def tick(self, label: Locator) -> None:
        self._note(label)
        label.locator("input").check()


def test_sixty_candidates_have_printed_tickets_after_fewer_than_twenty_clicks(
    site: Site, meet: Callable[..., Person], tmp_path: Path
):
    site.clock("2026-09-07 09:00")
    officer = meet("zhou")
    page = officer.go("/desk/")
    clicks = Clicks(page)
    clicks.press(page.locator(".side-nav a[href='/desk/plans/']"))
    clicks.press(page.locator("main a[href='/desk/plans/new/']").first)
    officer.look("plan-in-short")
    page.locator("input[name=exam_date]").fill(EXAM)
    page.locator("input[name=candidates]").fill(str(CANDIDATES))
    clicks.press(page.locator("main form .actions button").first)
    plan = page.url.rstrip("/").rsplit("/", 1)[1]
    officer.look("plan-proposed")
    clicks.press(page.locator("form[action$='/hand-in/'] button"))

    head = meet("shen")
    head.go(f"/desk/plans/{plan}/")
    head.look("plan-to-approve")
    submit(head.page, "/approve/")

    page.reload()
    clicks.press(page.locator("form[action$='/publish/'] button"))
    officer.look("plan-published")

    applied = site.manage("shell", "-c", f"PLAN = {plan}\n{APPLY}")
    assert applied.returncode == 0, applied.stderr

    site.clock(AFTER_CLOSING)
    page.reload()
    clicks.press(page.locator("form[action$='/close-registration/'] button"))
    clicks.press(page.locator("main a[href$='/assessors/']").first)
    officer.look("plan-team")
    for name in ("钱建华", "孙丽萍", "吴志明"):
        clicks.tick(page.locator("label.choice-card", has_text=name))
    clicks.press(page.locator("form:has(input[name=assessors]) .actions button"))
    clicks.press(page.locator("main a[href$='/session/']").first)
    officer.look("plan-session-proposed")
    clicks.press(page.locator("form:has(input[name=invigilators]) .actions button"))
    clicks.press(page.locator("main a[href$='/seating/']").first)
    clicks.press(page.locator("form[action$='/propose/'] button").first)
    officer.look("seats-proposed")
    knowing = page.locator("input[name=knowing]")
    if knowing.count():
        clicks.made.append("knowing")
        knowing.check()
    clicks.press(page.locator("form[action$='/confirm/'] button"))
    officer.look("seats-confirmed")
    # So few tickets are printed at once, and open where they can be printed; more become a job whose page leads to the file.
    token = page.locator("form[action$='/tickets/'] input[name=csrfmiddlewaretoken]").get_attribute("value")
    with page.expect_response(lambda answer: answer.url.endswith("/tickets/"), timeout=90_000) as opened:
        clicks.touch(page.locator("form[action$='/tickets/'] button"))
    assert opened.value.headers["content-type"] == "application/pdf"
    # A viewer shows it; its bytes are asked for once more.
    address = f"{site.url}/desk/plans/{plan}/tickets/"
    again = page.context.request.post(address, form={"csrfmiddlewaretoken": token or ""}, headers={"Referer": address})
    file = tmp_path / "tickets.pdf"
    file.write_bytes(again.body())
    told = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert f"Pages:           {CANDIDATES}" in told
    assert len(clicks.made) <= MOST_CLICKS, clicks.made
