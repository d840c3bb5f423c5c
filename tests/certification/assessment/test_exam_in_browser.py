"""The page that must never lose an answer, played in a real browser with the network pulled out."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from certification.assessment.models import ScoreSheet, TheorySitting
from certification.assessment.services import open_sheet, start_sitting
from courses.questionbank.models import Attempt, LateAnswer, Response
from tests.certification.assessment.browser import (
    SAVED_AT,
    Held,
    away_and_back,
    choose,
    context,
    ends_in,
    kept_on_device,
    saved,
    sign_in,
    today,
)
from tests.exam_day import lay_out

__all__ = ["context", "today"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
