"""What three assessors do, each blind to the others, and the officer who closes after them."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Person, Site
from tests.journeys.steps.forms import send, submit
from tests.journeys.steps.trainee import NAME


def score_blindly(site: Site, meet: Callable[..., Person], plan: str) -> None:
    site.clock("2026-09-26 14:00")
    for key, bonus in (("qian", 0), ("sun", -1), ("wu", 0)):
        assessor = meet(key)
        assessor.go("/desk/score/")
        assessor.look("score")
        page = assessor.go(f"/desk/score/plan/{plan}/")
        assessor.look("score-plan")
        stations = [link.get_attribute("href") for link in page.locator(".card__title a").all()]
        assert len(stations) == 3
        for place, station in enumerate(stations):
            page = assessor.go(station)
            assert NAME not in page.content(), "an assessor learned the candidate's name"
            assessor.look("score-station")
            send(page, page.locator("form button[name=seat]").first)
            if key == "wu" and place == 2:
                # The officer cannot close while a sheet is missing.
                officer = meet("zhou")
                officer_page = officer.go(f"/desk/assessment/{plan}/")
                officer.look("assessment-open")
                submit(officer_page, "/close/")
                expect(officer_page.locator(".alert, main").first).to_contain_text("第三工位")
            fill_the_sheet(assessor, bonus)
    officer = meet("zhou")
    page = officer.go(f"/desk/assessment/{plan}/")
    officer.look("assessment-complete")
    submit(page, "/close/")
    expect(page.locator("main")).to_contain_text("韩德勇")  # no session ends without its supervisor's record
    supervise(meet, plan)
    page = officer.go(f"/desk/assessment/{plan}/")
    submit(page, "/close/")


def supervise(meet: Callable[..., Person], plan: str) -> None:
    """The quality supervisor answers what she saw and signs."""
    supervisor = meet("han")
    page = supervisor.go(f"/desk/supervision/plans/{plan}/record/")
    for question in page.locator("input[type=radio][value=yes]").all():
        question.check()
    page.locator("input[name=conclusion][value=orderly]").check()
    supervisor.look("supervision-record")
    send(page, page.locator("form:has(input[name=conclusion]) .actions button"))
    supervisor.look("supervision-session")


def fill_the_sheet(assessor: Person, bonus: int) -> None:
    page = assessor.page
    assessor.look("sheet")
    for field in page.locator("input[data-point]").all():
        maximum = float(re.search(r"[\d.]+", field.locator("xpath=following-sibling::span").first.inner_text())[0])
        field.fill(str(max(0, round(maximum * 0.85) + bonus)))
        field.press("Tab")
    page.locator("#sheet-form button[value=sign]").click()
    page.wait_for_url("**/sign/")
    assessor.look("sign")
    send(page, page.locator("form.actions button").first)
    expect(page.locator(".signed")).to_be_visible()
    assessor.look("sheet-signed")
