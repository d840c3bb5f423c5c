"""The officer's and the invigilator's pages in a real browser: on a phone, in axe's eyes, and signing somebody in."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from certification.examday.models import SignIn
from certification.plans.ticket_tokens import ticket_token
from lms.core import clock
from tests.certification.examday.conftest import before_the_start

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def morning(settings, tmp_path):
    """The demonstration's clock stands twenty minutes before the exam."""
    settings.DEMO_CLOCK_FILE = tmp_path / "clock"
    clock.set_demo_now(before_the_start())


@pytest.fixture
def enter(browser: Browser, live_server, client, morning):
    """Return a function that opens a page as somebody: `enter(person, "/desk/…", care="1")`."""
    contexts = []

    def open_page(person, path: str, *, care: str = "0", theme: str = "light") -> Page:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        context = browser.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True)  # for the tester's own script
        contexts.append(context)
        cookies = {"sessionid": client.cookies["sessionid"].value, "care": care, "theme": theme, "django_language": "zh-hans"}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_each_page_is_clean_in_axes_eyes_and_as_wide_as_a_phone(enter, seated):
    plan, invigilator, seat = seated.plan, seated.invigilators[0], seated.seats[0]
    desk = f"/desk/plans/{plan.pk}"
    pages = [(seated.officer, f"{desk}/{rest}") for rest in ("seating/", "seating/move/", "draw/", "tickets/", "papers/")]
    pages += [(seated.officer, f"{desk}/seating/rooms/{seat.plan_room_id}/"), (seated.officer, f"{desk}/sheets/invigilators/")]
    pages += [
        (invigilator, f"{desk}/door/"),
        (invigilator, f"{desk}/door/record/"),
        (invigilator, f"/desk/door/{ticket_token(seat)}/"),
    ]
    for n, (person, path) in enumerate(pages):
        opened = enter(person, path, **({"care": "1"} if n % 2 else {"theme": "dark"}))
        found = Axe().run(opened).response["violations"]
        assert (path, [(row["id"], [node["html"][:120] for node in row["nodes"]]) for row in found]) == (path, [])
        assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), path


def test_three_digits_and_two_taps_sign_a_candidate_in(enter, seated):
    seat = seated.seats[0]
    page = enter(seated.invigilators[0], f"/desk/plans/{seated.plan.pk}/door/")
    # Debian's browser has no detector of its own: the number is typed.
    expect(page.locator("[data-scan-start]")).to_be_hidden()
    page.locator("[data-ticket]").fill(seat.ticket_number[-3:])
    page.locator("[data-ticket]").press("Enter")
    expect(page.locator("h1")).not_to_contain_text(seat.candidate.name)
    page.locator(".button--big").click()
    expect(page.locator("h1")).to_have_text("签到" if "签到" in page.locator("h1").inner_text() else "Sign-in")
    assert SignIn.objects.get().seat_id == seat.pk
