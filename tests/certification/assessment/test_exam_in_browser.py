"""The page that must never lose an answer, played in a real browser with the network pulled out."""

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from certification.assessment.models import ScoreSheet, TheorySitting
from certification.assessment.services import open_sheet, start_sitting
from courses.questionbank.models import Attempt, LateAnswer, Response
from courses.questionbank.services import save_answer
from tests.exam_day import lay_out, rewritten

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def test_answers_given_without_a_network_arrive_later(context: BrowserContext, live_server, today: SimpleNamespace) -> None:
    seat = today.seats[0]
    start_sitting(seat, candidate=seat.candidate, now=timezone.now())
    page = sign_in(context, live_server, seat.candidate)
    page.goto(live_server.url + reverse("assessment:paper", args=[seat.pk]))
    choose(page, 1, "B")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    expect(page.locator("[data-map='1']")).to_have_class("question-map__item is-answered")

    context.set_offline(True)
    page.locator("#q-1 [data-turn='1']").click()
    choose(page, 2, "C")
    page.locator("#q-2 [data-turn='1']").click()
    choose(page, 3, "A")
    choose(page, 3, "D")
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 2")
    assert saved(2) is None

    context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert (saved(1), saved(2), saved(3)) == (["B"], ["C"], ["D"])
    assert page.evaluate("localStorage.length") == 0


def test_a_crash_without_a_network_loses_nothing(context: BrowserContext, live_server, today: SimpleNamespace) -> None:
    seat = today.seats[0]
    start_sitting(seat, candidate=seat.candidate, now=timezone.now())
    page = sign_in(context, live_server, seat.candidate)
    url = live_server.url + reverse("assessment:paper", args=[seat.pk])
    page.goto(url)
    context.set_offline(True)
    choose(page, 1, "C")
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 1")
    page.close()
    assert saved(1) is None

    context.set_offline(False)
    again = context.new_page()
    again.goto(url)
    expect(again.locator("#q-1 input[value='C']")).to_be_checked()
    expect(again.locator("[data-saved]")).to_contain_text("Saved")
    again.reload()
    expect(again.locator("#q-1 input[value='C']")).to_be_checked()
    assert saved(1) == ["C"]


def ends_in(seconds: float) -> None:
    Attempt.objects.update(deadline_at=timezone.now() + timedelta(seconds=seconds))


def kept_on_device(page: Page) -> int:
    entries: int = page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('exam:')).map((key) => Object.keys(JSON.parse(localStorage[key])).length)[0] ?? 0"
    )
    return entries


def test_an_answer_held_up_until_after_the_end_is_kept_for_the_invigilator(
    context: BrowserContext, live_server, today: SimpleNamespace
) -> None:
    seat = today.seats[0]
    start_sitting(seat, candidate=seat.candidate, now=timezone.now())
    ends_in(12)
    page = sign_in(context, live_server, seat.candidate)
    page.goto(live_server.url + reverse("assessment:paper", args=[seat.pk]))
    choose(page, 1, "B")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    context.set_offline(True)
    page.locator("#q-1 [data-turn='1']").click()
    choose(page, 2, "C")
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 1")
    expect(page.locator("[data-timer-value]")).to_have_text("00:00", timeout=30_000)
    # The time is over: nothing can be chosen any more, and the page waits for the network.
    expect(page.locator("#q-2 input[value='A']")).to_be_disabled()
    assert kept_on_device(page) == 1
    # The page's clock is up to a second ahead of the server's.
    page.wait_for_timeout(1500)

    context.set_offline(False)
    expect(page.locator("[data-late-kept]")).to_contain_text("1 answer arrived after the end")
    assert page.url == live_server.url + reverse("assessment:exam", args=[seat.pk])
    assert kept_on_device(page) == 0
    row = LateAnswer.objects.get()
    attempt = Attempt.objects.get()
    assert (row.paper_item.position, row.answer) == (2, ["C"])
    assert row.told_at < attempt.deadline_at <= row.received_at
    assert (saved(1), saved(2)) == (["B"], None)
    assert TheorySitting.objects.get().is_submitted


def test_after_a_crash_the_exam_s_front_page_sends_what_the_device_still_holds(
    context: BrowserContext, live_server, today: SimpleNamespace
) -> None:
    seat = today.seats[0]
    start_sitting(seat, candidate=seat.candidate, now=timezone.now())
    page = sign_in(context, live_server, seat.candidate)
    page.goto(live_server.url + reverse("assessment:paper", args=[seat.pk]))
    context.route("**/answer/", lambda route: route.abort())
    choose(page, 1, "D")
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 1")
    page.close()
    ends_in(-1)

    # The entry stays until the server has answered for it.
    again = context.new_page()
    again.goto(live_server.url + reverse("assessment:paper", args=[seat.pk]))
    expect(again.locator("[data-unsent]")).to_contain_text("still on this device: 1")
    assert kept_on_device(again) == 1
    assert not LateAnswer.objects.exists()
    context.unroute("**/answer/")
    expect(again.locator("[data-late-kept]")).to_contain_text("1 answer arrived after the end")
    expect(again.locator("[data-unsent]")).to_be_hidden()
    assert kept_on_device(again) == 0
    assert LateAnswer.objects.get().answer == ["D"]


def test_somebody_else_s_session_on_the_same_device_loses_no_answer(
    context: BrowserContext, live_server, today: SimpleNamespace
) -> None:
    seat = today.seats[0]
    start_sitting(seat, candidate=seat.candidate, now=timezone.now())
    page = sign_in(context, live_server, seat.candidate)
    page.goto(live_server.url + reverse("assessment:paper", args=[seat.pk]))
    sign_in(context, live_server, today.candidates[1]).close()
    choose(page, 1, "B")
    expect(page.locator("[data-signed-out]")).to_be_visible()
    assert (kept_on_device(page), Response.objects.count()) == (1, 0)
    sign_in(context, live_server, seat.candidate).close()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert (kept_on_device(page), saved(1)) == (0, ["B"])


def test_the_whole_exam_goes_by_keyboard(context: BrowserContext, live_server, today: SimpleNamespace) -> None:
    seat = today.seats[0]
    page = sign_in(context, live_server, seat.candidate)
    page.goto(live_server.url + reverse("assessment:exam", args=[seat.pk]))
    page.get_by_role("button", name="Begin the exam").press("Enter")
    page.locator("html.has-exam").wait_for()
    for _ in range(9):
        page.keyboard.press("a")
        page.keyboard.press("n")
    page.locator(".question-map button").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 question has no answer yet")
    page.get_by_role("button", name="Hand in now").press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("handed in")
    assert TheorySitting.objects.get().is_submitted
    assert Response.objects.exclude(answer=[]).count() == 9


def test_a_score_sheet_survives_a_lost_network_and_is_signed(
    context: BrowserContext, live_server, today: SimpleNamespace
) -> None:
    stations = lay_out(today)
    sheet = open_sheet(stations[1], today.seats[0], assessor=today.assessors[0], now=timezone.now())
    page = sign_in(context, live_server, today.assessors[0])
    page.goto(live_server.url + reverse("assessment:sheet", args=[sheet.pk]))
    context.set_offline(True)
    page.locator("[data-stepper-more]").nth(0).click()
    page.locator("[data-stepper-more]").nth(1).click()
    page.locator("[data-stepper-less]").nth(1).click()
    expect(page.locator("[data-total]")).to_have_text("59")
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 2")
    context.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    page.get_by_role("button", name="Check and sign").click()
    page.get_by_role("button", name="Sign now").click()
    expect(page.locator(".signed")).to_contain_text("59 / 60")
    assert ScoreSheet.objects.get().is_signed


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


@pytest.fixture
def begun(today: SimpleNamespace) -> TheorySitting:
    seat = today.seats[0]
    return start_sitting(seat, candidate=seat.candidate, now=timezone.now())


@pytest.fixture
def paper(context: BrowserContext, live_server, begun: TheorySitting) -> SimpleNamespace:
    """The first candidate's page, not gone to yet, and the address of her paper."""
    page = sign_in(context, live_server, begun.seat.candidate)
    return SimpleNamespace(page=page, url=live_server.url + reverse("assessment:paper", args=[begun.seat_id]))


def multiple_of(sitting: TheorySitting) -> int:
    return next(item.position for item in sitting.attempt.paper.items.all() if item.frozen["kind"] == "multiple")


def test_a_choice_made_before_the_scripts_arrived_is_saved(paper: SimpleNamespace, begun: TheorySitting) -> None:
    page, several = paper.page, multiple_of(begun)
    save_answer(begun.attempt, position=2, answer=["A"], seq=1, now=timezone.now())
    save_answer(begun.attempt, position=several, answer=["A", "B"], seq=1, now=timezone.now())
    held = Held(page)
    page.goto(paper.url, wait_until="commit")
    page.locator("#q-10 label.option").nth(3).wait_for()
    choose(page, 1, "B")
    choose(page, 2, "C")
    choose(page, several, "B")
    choose(page, several, "D")
    held.let_through()
    page.locator("html.has-exam").wait_for()
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    assert (saved(1), saved(2), saved(several)) == (["B"], ["C"], ["A", "D"])
    assert Response.objects.count() == 3
    expect(page.locator("[data-map='1']")).to_have_class("question-map__item is-answered")
    assert kept_on_device(page) == 0


def test_an_early_choice_goes_before_the_journal_and_the_rest_of_the_journal_stays(
    context: BrowserContext, paper: SimpleNamespace, begun: TheorySitting
) -> None:
    page, several = paper.page, multiple_of(begun)
    save_answer(begun.attempt, position=several, answer=["A"], seq=1, now=timezone.now())
    page.goto(paper.url)
    page.locator("html.has-exam").wait_for()
    context.set_offline(True)
    for position, key in ((1, "C"), (2, "D"), (several, "B")):
        page.locator(f"[data-map='{position}']").click()
        choose(page, position, key)
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 3")
    page.close()

    context.set_offline(False)
    again = context.new_page()
    held = Held(again)
    again.goto(paper.url, wait_until="commit")
    again.locator("#q-10 label.option").nth(3).wait_for()
    choose(again, 1, "A")
    choose(again, several, "C")
    held.let_through()
    again.locator("html.has-exam").wait_for()
    expect(again.locator("#q-1 input[value='A']")).to_be_checked()
    expect(again.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    assert kept_on_device(again) == 0
    assert (saved(1), saved(2), saved(several)) == (["A"], ["D"], ["A", "B", "C"])


def away_and_back(page: Page) -> None:
    address = page.url
    page.wait_for_timeout(1500)  # Chromium notes a second after a change what it would restore.
    page.goto("about:blank")
    page.wait_for_timeout(2000)  # And the page that was left hands its note over while it is taken down.
    page.go_back()
    expect(page).to_have_url(re.compile(re.escape(address.partition("#")[0])))
    page.locator("html.has-exam, [data-score]").wait_for()


def test_a_choice_that_only_the_browser_remembers_is_saved(paper: SimpleNamespace) -> None:
    page = paper.page
    page.route("**/js/exam*.js", lambda route: route.abort())
    page.goto(paper.url)
    choose(page, 1, "B")
    page.unroute("**/js/exam*.js")
    away_and_back(page)
    expect(page.locator("#q-1 input[value='B']")).to_be_checked()
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    assert saved(1) == ["B"]


def test_what_the_browser_remembers_overwrites_no_newer_answer_of_another_device(
    paper: SimpleNamespace, begun: TheorySitting
) -> None:
    page = paper.page
    page.goto(paper.url)
    page.locator("html.has-exam").wait_for()
    choose(page, 1, "B")
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    mine = Response.objects.get().seq
    save_answer(begun.attempt, position=1, answer=["C"], seq=mine + 60_000, now=timezone.now())
    away_and_back(page)
    page.wait_for_timeout(800)
    expect(page.locator("#q-1 input[value='C']")).to_be_checked()
    assert saved(1) == ["C"]


def test_what_the_browser_remembers_replaces_no_stored_answer(paper: SimpleNamespace, begun: TheorySitting) -> None:
    page = paper.page
    page.route("**/js/exam*.js", lambda route: route.abort())
    page.goto(paper.url)
    choose(page, 1, "B")
    page.unroute("**/js/exam*.js")
    # On another device she answers this question and one that was left alone here.
    save_answer(begun.attempt, position=1, answer=["C"], seq=5, now=timezone.now())
    save_answer(begun.attempt, position=2, answer=["D"], seq=6, now=timezone.now())
    away_and_back(page)
    page.wait_for_timeout(800)
    expect(page.locator("#q-1 input[value='C']")).to_be_checked()
    expect(page.locator("#q-2 input[value='D']")).to_be_checked()
    assert (saved(1), saved(2)) == (["C"], ["D"])


def test_next_on_a_page_that_broke_off_takes_no_answer_back(paper: SimpleNamespace, begun: TheorySitting) -> None:
    for item in begun.attempt.paper.items.all():
        save_answer(begun.attempt, position=item.position, answer=item.frozen["answer"], seq=1, now=timezone.now())
    before = {row.paper_item.position: row.answer for row in Response.objects.select_related("paper_item")}
    page = paper.page

    def break_off(route: Route) -> None:
        whole = route.fetch()
        route.fulfill(response=whole, body=whole.text().partition('id="q-3"')[0])

    page.route("**/paper/", lambda route: break_off(route) if route.request.method == "GET" else route.continue_())
    page.goto(paper.url)
    other = next(key for key in "ABCD" if [key] != before[1])
    choose(page, 1, other)
    page.unroute("**/paper/")
    page.locator("#q-1 button[name=then]").click()
    page.locator("html.has-exam").wait_for()
    after = {row.paper_item.position: row.answer for row in Response.objects.select_related("paper_item")}
    assert after == before | {1: [other]}
    expect(page.locator("[data-answered-count]")).to_have_text("10")


def test_points_given_before_the_scripts_arrived_are_saved(context: BrowserContext, live_server, today: SimpleNamespace) -> None:
    stations = lay_out(today)
    sheet = open_sheet(stations[1], today.seats[0], assessor=today.assessors[0], now=timezone.now())
    first, _second, fatal = stations[1].points.order_by("order")
    page = sign_in(context, live_server, today.assessors[0])
    held = Held(page)
    page.goto(live_server.url + reverse("assessment:sheet", args=[sheet.pk]), wait_until="commit")
    page.locator("[data-saved]").wait_for()
    page.locator(f"[name='point-{first.pk}']").fill("25.5")
    page.locator(f"[data-fatal='{fatal.pk}']").check()
    page.locator("[name='note']").fill("未固定刹车")
    held.let_through()
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    sheet.refresh_from_db()
    assert (sheet.scores, sheet.fatal, sheet.note) == ({str(first.pk): "25.5"}, [str(fatal.pk)], "未固定刹车")
    expect(page.locator("[data-total]")).to_have_text("25.5")


def test_a_note_that_only_the_browser_remembers_is_saved(context: BrowserContext, live_server, today: SimpleNamespace) -> None:
    stations = lay_out(today)
    sheet = open_sheet(stations[1], today.seats[0], assessor=today.assessors[0], now=timezone.now())
    page = sign_in(context, live_server, today.assessors[0])
    page.route("**/js/score*.js", lambda route: route.abort())
    page.goto(live_server.url + reverse("assessment:sheet", args=[sheet.pk]))
    page.locator("[name='note']").fill("未固定刹车")
    page.unroute("**/js/score*.js")
    away_and_back(page)
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    sheet.refresh_from_db()
    assert sheet.note == "未固定刹车"


def test_a_sheet_left_alone_sends_nothing_and_shows_what_another_tab_gave(
    context: BrowserContext, live_server, today: SimpleNamespace
) -> None:
    stations = lay_out(today)
    sheet = open_sheet(stations[1], today.seats[0], assessor=today.assessors[0], now=timezone.now())
    page = sign_in(context, live_server, today.assessors[0])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/point/") else None)
    page.goto(live_server.url + reverse("assessment:sheet", args=[sheet.pk]))
    page.locator("[name='note']").fill("甲")
    page.locator("[data-total]").click()
    expect(page.locator("[data-saved-text]")).to_have_text(SAVED_AT)
    ScoreSheet.objects.update(note="乙")
    sent.clear()
    away_and_back(page)
    page.wait_for_timeout(800)
    expect(page.locator("[name='note']")).to_have_value("乙")
    sheet.refresh_from_db()
    assert (sent, sheet.note) == ([], "乙")
