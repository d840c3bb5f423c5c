"""What the exam page saves of choices made before its scripts came, or that only the browser remembers."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Route, expect

from certification.assessment.models import TheorySitting
from certification.assessment.services import start_sitting
from courses.questionbank.models import Response
from courses.questionbank.services import save_answer
from tests.certification.assessment.browser import (
    SAVED_AT,
    Held,
    away_and_back,
    choose,
    context,
    kept_on_device,
    saved,
    sign_in,
    today,
)

__all__ = ["context", "today"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
