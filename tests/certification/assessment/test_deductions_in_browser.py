"""Deductions in a real browser: tapped, counted, taken back by typing, and kept through a lost network."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from certification.assessment.models import ScoreSheet
from certification.assessment.services import open_sheet, set_up_stations
from tests.certification.assessment.test_exam_in_browser import context, sign_in, today  # noqa: F401
from tests.exam_day import STATIONS, THEORY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAULTS = [{"text": "未检查刹车", "points": 4}, {"text": "漏测", "points": 2, "most": 3}]


@pytest.fixture
def page(context: BrowserContext, live_server, today: SimpleNamespace) -> Page:
    """The score sheet of a station with one line of 60 points and two deductions."""
    layout = [STATIONS[0], STATIONS[1] | {"points": [{"text": "测量", "max": 60, "deductions": FAULTS}]}]
    stations = set_up_stations(today.plan, layout, actor=today.officer, now=THEORY)
    sheet = open_sheet(stations[1], today.seats[0], assessor=today.assessors[0], now=timezone.now())
    page = sign_in(context, live_server, today.assessors[0])
    page.goto(live_server.url + reverse("assessment:sheet", args=[sheet.pk]))
    return page


def saved(page: Page) -> tuple[float, list[dict[str, int]]]:
    expect(page.locator("[data-saved]")).to_contain_text("Saved ")
    sheet = ScoreSheet.objects.get()
    return float(sheet.total), list(sheet.deductions.values())


def test_tapped_deductions_give_the_points_and_typing_takes_them_back(page: Page) -> None:
    page.locator("[data-cut='1']").check()
    page.locator("[data-cut='2']").select_option("2")
    expect(page.locator("[data-point]")).to_have_value("52")
    assert saved(page) == (52, [{"1": 1, "2": 2}])
    page.locator("[data-point]").fill("50")
    page.locator("[data-total]").click()
    expect(page.locator("[data-cut='1']")).not_to_be_checked()
    page.wait_for_timeout(800)
    assert saved(page) == (50, [])


def test_deductions_given_without_a_network_arrive_later(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("[data-cut='1']").check()
    expect(page.locator("[data-total]")).to_have_text("56")
    expect(page.locator("[data-saved]")).to_contain_text("kept here: 1")
    page.context.set_offline(False)
    assert saved(page) == (56, [{"1": 1}])
