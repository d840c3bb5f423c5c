"""A whole station is scored on a tablet without network, the browser is killed in the middle, and nothing is lost or doubled."""

import contextlib
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from certification.assessment.models import Absence, ScoreSheet
from certification.assessment.offline.models import EntryOutcome, StrayEntry, Tablet, TabletEntry
from certification.assessment.offline.selectors import broken_entries
from certification.assessment.services import draw_options, open_sheet, score_point, set_up_stations, sign_sheet
from certification.bodies.models import StaffCard
from certification.plans.models import Plan
from tests.exam_day import STATIONS, lay_out, rewritten

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ADDRESS = "/desk/score/tablet/"
KILLED_MINUTES = timedelta(minutes=20)


@pytest.fixture
def today(exam_day: SimpleNamespace) -> SimpleNamespace:
    """The exam day, moved so that the skill test began half an hour ago; nobody came to the theory exam."""
    begun = timezone.now() - timedelta(minutes=30)
    plan = rewritten(exam_day.plan, theory_starts_at=begun, skill_starts_at=begun, exam_date=timezone.localdate(begun))
    StaffCard.objects.update(valid_from=plan.exam_date, valid_until=plan.exam_date)
    for seat in exam_day.seats:
        seat.plan = plan
        Absence.objects.create(seat=seat, part="theory", recorded_by=exam_day.officer, recorded_at=begun)
    exam_day.stations = lay_out(exam_day)
    return exam_day


Start = Callable[[], BrowserContext]


@pytest.fixture
def start(browser: Browser, tmp_path: Path) -> Iterator[Start]:
    """Start the tablet's browser on one profile, as often as it takes."""
    running: list[BrowserContext] = []

    def go() -> BrowserContext:
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu"],
            viewport={"width": 820, "height": 1180},
            locale="en",
            has_touch=True,
        )
        context.set_default_timeout(20_000)
        running.append(context)
        return context

    ERRORS.clear()
    yield go
    for context in running:
        with contextlib.suppress(Exception):
            context.close()
    assert ERRORS == []


def kill(profile: Path) -> None:
    """Take the power away: end every process of this profile at once, without a word."""
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if str(profile).encode() in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


def sign_in(context: BrowserContext, live_server, person) -> None:
    client = Client()
    client.force_login(person)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


ERRORS: list[str] = []
"""What went wrong in a page's scripts. Raising within Playwright's own callback would only break the connection."""


def a_page(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: ERRORS.append(str(error)))
    page.goto(address)
    return page


def prepare(context: BrowserContext, live_server, day: SimpleNamespace) -> Page:
    page = a_page(context, f"{live_server.url}{ADDRESS}#/{day.plan.pk}")
    page.get_by_role("button", name="Prepare this tablet").click()
    expect(page.locator(".ticket")).to_have_count(3)
    return page


def open_ticket(page: Page, station: int, seat: int) -> None:
    page.locator(".tab").nth(station).click()
    expect(page.locator(".tab").nth(station)).to_have_attribute("aria-current", "page")
    page.locator(".ticket").nth(seat).get_by_role("link").click()
    page.locator("[data-points] .score-row").first.wait_for()


def full_points(page: Page) -> None:
    for button in page.locator("[data-more]").all():
        button.click()


def sign(page: Page) -> None:
    page.get_by_role("button", name="Check and sign").click()
    page.get_by_role("button", name="Sign now").click()
    page.locator("[data-when]:visible").wait_for()


def kept(page: Page) -> int:
    return int(page.evaluate("document.documentElement.dataset.kept ?? 0"))


def others_have_signed(day: SimpleNamespace) -> None:
    now = timezone.now()
    for assessor in day.assessors[1:]:
        for station in day.stations:
            for seat in day.seats:
                sheet = open_sheet(station, seat, assessor=assessor, now=now)
                for point in station.points.filter(fatal=False):
                    sheet = score_point(sheet, point=point, value=str(point.max), actor=assessor, now=now)
                sign_sheet(sheet, actor=assessor, now=now)


def until(holds: Callable[[], bool]) -> None:
    """Wait until the server has heard of it."""
    for _attempt in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it never happened")


def officer(day: SimpleNamespace) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(day.officer)
    return client


def test_no_network_for_twenty_minutes_and_a_killed_browser_lose_and_double_nothing(
    start: Start, live_server, today: SimpleNamespace, tmp_path: Path
) -> None:
    others_have_signed(today)
    context = start()
    sign_in(context, live_server, today.assessors[0])
    page = prepare(context, live_server, today)
    close = reverse("assessment:close", args=[today.plan.pk])
    first = list(today.stations[0].points.order_by("order"))

    context.set_offline(True)
    open_ticket(page, 0, 0)
    full_points(page)
    page.locator("[data-less]").first.click()
    sign(page)
    expect(page.locator("[data-when='here']")).to_contain_text("not arrived yet")
    expect(page.locator("[data-status]")).to_contain_text("not sent yet: 4")
    page.locator("a[data-next]").click()
    page.locator("[data-points] .score-row").first.wait_for()
    page.locator("[data-more]").first.click()
    expect(page.locator("html")).to_have_attribute("data-kept", "5")

    # In mid-station, with the first line of the second candidate given: the battery dies.
    kill(tmp_path / "profile")
    assert not TabletEntry.objects.exists()
    Tablet.objects.update(last_seen_at=timezone.now() - KILLED_MINUTES)
    seen = officer(today).get(reverse("assessment:progress", args=[today.plan.pk])).content.decode()
    assert "Not known: it has gone silent" in seen
    refused = officer(today).post(close)
    assert (refused.status_code, "钱建华 ?" in refused.content.decode()) == (409, True)

    again = start()
    again.set_offline(True)
    page = a_page(again, f"{live_server.url}{ADDRESS}#/{today.plan.pk}/{today.stations[0].pk}")
    expect(page.locator(".ticket").nth(0)).to_contain_text("Signed here, not arrived yet")
    open_ticket(page, 0, 1)
    expect(page.locator("[data-points] input").first).to_have_value("20")
    page.locator("[data-more]").nth(1).click()
    sign(page)
    for station, seat in ((0, 2), (1, 0), (1, 1), (1, 2)):
        page.locator("[data-back]:visible").click()
        open_ticket(page, station, seat)
        full_points(page)
        sign(page)
    assert kept(page) == TOTAL
    assert not TabletEntry.objects.exists()

    # The session did not survive the battery; nothing is lost by that either.
    again.clear_cookies()
    again.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-status]")).to_contain_text(
        f"Your session has ended. Go on; everything is kept here. Not sent yet: {TOTAL}"
    )
    sign_in(again, live_server, today.assessors[0])
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-status]")).to_contain_text(re.compile(r"All sent \d"))
    expect(page.locator("[data-when='signed']")).to_be_visible()

    entries = list(TabletEntry.objects.order_by("sequence"))
    assert [entry.sequence for entry in entries] == list(range(1, TOTAL + 1))
    assert broken_entries(entries) == []
    assert not StrayEntry.objects.exists()
    assert set(EntryOutcome.objects.values_list("result", flat=True)) == {"applied", "superseded"}
    sheets = ScoreSheet.objects.filter(assessor=today.assessors[0])
    assert {sheet.status for sheet in sheets} == {"signed"}
    totals = {(sheet.station_id, sheet.seat_id): sheet.total for sheet in sheets}
    assert totals == {
        (station.pk, seat.pk): station.maximum - (1 if (station, seat) == (today.stations[0], today.seats[0]) else 0)
        for station in today.stations
        for seat in today.seats
    }
    assert ScoreSheet.objects.get(station=today.stations[0], seat=today.seats[0], assessor=today.assessors[0]).scores == {
        str(first[0].pk): "19.0",
        str(first[1].pk): "20.0",
    }
    # All her sheets are signed and have arrived: the tablet locks itself and says so.
    until(lambda: Tablet.objects.get().finished_at is not None)
    assert "All arrived, finished" in officer(today).get(reverse("assessment:progress", args=[today.plan.pk])).content.decode()
    assert officer(today).post(close).status_code == 302
    assert Plan.objects.get(pk=today.plan.pk).status == "scored"

    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", level=1)).to_have_text("The assessment is closed.")
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 1
    assert page.evaluate(COUNT_ENTRIES) == 0


# Candidate 1 at the first station: two lines and one tap down, then signed; the five other sheets: two lines, signed.
TOTAL = 4 + 5 * 3
COUNT_ENTRIES = """
new Promise((resolve) => {
  const open = indexedDB.open("funeng-scoring");
  open.onsuccess = () => {
    const rows = open.result.transaction("entries").objectStore("entries").count();
    rows.onsuccess = () => (open.result.close(), resolve(rows.result));
  };
})
"""


def test_a_second_tab_waits_and_takes_over(start: Start, live_server, today: SimpleNamespace) -> None:
    context = start()
    sign_in(context, live_server, today.assessors[0])
    page = prepare(context, live_server, today)
    second = a_page(context, page.url)
    expect(second.get_by_role("heading", level=1)).to_have_text("These sheets are open in another tab.")
    open_ticket(page, 0, 0)
    full_points(page)
    expect(page.locator("html")).to_have_attribute("data-kept", "2")
    page.close()
    expect(second.locator(".ticket").first).to_contain_text("Not signed yet")
    open_ticket(second, 0, 0)
    expect(second.locator("[data-total], [data-fill='total']").first).to_have_text("40")


def test_after_signing_out_nobody_sees_the_sheets_and_the_next_person_sees_her_own(
    start: Start, live_server, today: SimpleNamespace
) -> None:
    context = start()
    sign_in(context, live_server, today.assessors[0])
    page = prepare(context, live_server, today)
    context.route("**/entries/", lambda route: route.abort())
    open_ticket(page, 0, 0)
    full_points(page)
    expect(page.locator("[data-status]")).to_contain_text("not sent yet: 2")

    # Signing out asks first, since something has not been sent.
    desk = context.new_page()
    desk.goto(live_server.url + reverse("assessment:score"))
    out = desk.locator("form[action$='/logout/'] button").first
    out.evaluate("button => button.click()")
    expect(desk.get_by_role("dialog")).to_contain_text("have not been sent")
    desk.get_by_role("button", name="Not yet").click()
    expect(page.locator("[data-points]")).to_be_visible()
    out.evaluate("button => button.click()")
    desk.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to see your score sheets.")
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to see your score sheets.")

    context.set_offline(False)
    sign_in(context, live_server, today.assessors[1])
    page.reload()
    expect(page.get_by_role("button", name="Prepare this tablet")).to_be_visible()
    assert not TabletEntry.objects.exists()

    context.unroute("**/entries/")
    sign_in(context, live_server, today.assessors[0])
    page.reload()
    expect(page.locator("[data-status]")).to_contain_text(re.compile(r"All sent \d"))
    assert TabletEntry.objects.count() == 2
    assert ScoreSheet.objects.get().assessor == today.assessors[0]


def test_what_the_server_did_not_take_is_said_and_sent_again(start: Start, live_server, today: SimpleNamespace) -> None:
    context = start()
    sign_in(context, live_server, today.assessors[0])
    page = prepare(context, live_server, today)
    context.set_offline(True)
    open_ticket(page, 0, 0)
    full_points(page)
    sign(page)
    now = timezone.now()
    absence = Absence.objects.create(seat=today.seats[0], part="skill", recorded_by=today.officer, recorded_at=now)
    context.set_offline(False)
    expect(page.locator("[data-refused]")).to_be_visible()
    expect(page.locator("[data-refused]")).to_contain_text("recorded as absent")
    expect(page.locator("[data-points] input").first).to_have_value("20")
    absence.delete()
    page.get_by_role("button", name="Send this sheet again").click()
    expect(page.locator("[data-refused]")).to_be_hidden()
    sign(page)
    expect(page.locator("[data-when='signed']")).to_be_visible()
    assert ScoreSheet.objects.get().is_signed


def test_the_page_fits_a_narrow_phone_and_has_no_barrier(start: Start, live_server, today: SimpleNamespace) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = start()
    sign_in(context, live_server, today.assessors[0])
    page = prepare(context, live_server, today)
    page.set_viewport_size({"width": 320, "height": 640})

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.response["violations"] == []

    fits()
    open_ticket(page, 1, 0)
    full_points(page)
    fits()
    page.get_by_role("button", name="Check and sign").click()
    page.get_by_role("button", name="Sign now").wait_for()
    fits()
    page.get_by_role("button", name="Sign now").click()
    page.locator("[data-when]:visible").wait_for()
    fits()


def test_deductions_and_drawn_items_are_scored_without_a_network(start: Start, live_server, today: SimpleNamespace) -> None:
    faults = [{"text": "未检查刹车", "points": 4}, {"text": "每漏测一处", "points": 2, "most": 3}]
    optional = [{"name": name, "required": False, "points": [{"text": f"做{name}", "max": 20}]} for name in ("上坡", "过门槛")]
    items = [{"name": "测量", "points": [{"text": "测量座宽", "max": 40, "deductions": faults}]}, *optional]
    rows = [STATIONS[0], {"name": "适配", "functions": ["需求评估"], "minutes": 30, "items": items, "choose": 1}]
    now = timezone.now()
    stations = set_up_stations(today.plan, rows, actor=today.officer, now=now)
    draw_options(today.plan, actor=today.officer, now=now)
    context = start()
    sign_in(context, live_server, today.assessors[0])
    page = prepare(context, live_server, today)
    context.set_offline(True)
    open_ticket(page, 1, 0)
    expect(page.locator("[data-points] .score-row")).to_have_count(2)
    page.get_by_label("未检查刹车").check()
    page.get_by_label("每漏测一处").select_option("2")
    expect(page.locator("[data-points] input[inputmode]").first).to_have_value("32")
    page.locator("[data-more]").nth(1).click()
    expect(page.locator("output")).to_have_text("52")
    sign(page)
    context.set_offline(False)
    expect(page.locator("[data-when='signed']")).to_be_visible()
    sheet = ScoreSheet.objects.get(station=stations[1], assessor=today.assessors[0])
    line = stations[1].points.get(max=40)
    assert (sheet.is_signed, sheet.total, sheet.deductions) == (True, 52, {str(line.pk): {"1": 1, "2": 2}})
