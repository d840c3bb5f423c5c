"""The pages of leader, arbitrator and office on the narrowest screen: nothing stands outside it."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext

from certification.assessment.models import Arbitration, ScoreSheet, SecondSignature
from certification.assessment.services import draw_options, name_leader, open_sheet, set_up_stations
from tests.certification.assessment.test_exam_in_browser import context, sign_in, today  # noqa: F401
from tests.exam_day import THEORY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FAULTS = [{"text": "未检查刹车，也没有向使用者说明为什么要先刹车", "points": 4}, {"text": "每漏测一处", "points": 2, "most": 3}]
LAYOUT = [
    {
        "name": "接诊与需求评估",
        "functions": ["咨询与转介"],
        "minutes": 20,
        "points": [{"text": "问清来意、生活情况和本人的愿望，并用使用者听得懂的话复述", "max": 40, "deductions": FAULTS}],
    },
    {
        "name": "轮椅适配与使用训练",
        "functions": ["需求评估"],
        "minutes": 30,
        "choose": 1,
        "items": [
            {
                "name": "轮椅测量",
                "points": [
                    {"text": "测量座宽、座深、靠背和脚托高度", "max": 40, "deductions": FAULTS},
                    {"text": "未固定刹车即转移（否定项）", "fatal": True},
                    {"text": "辱骂老人（否定项）", "fatal": True, "scope": "part"},
                ],
            },
            {"name": "上坡", "required": False, "points": [{"text": "推轮椅上坡", "max": 20, "step": 2}]},
            {"name": "过门槛", "required": False, "points": [{"text": "推轮椅过门槛", "max": 20, "step": 2}]},
        ],
    },
]


@pytest.fixture
def day(today: SimpleNamespace) -> SimpleNamespace:
    """An act that waits, a case that is open, a sheet that is begun."""
    now, seat = timezone.now(), today.seats[0]
    stations = set_up_stations(today.plan, LAYOUT, actor=today.officer, now=THEORY)
    draw_options(today.plan, actor=today.officer, now=THEORY)
    name_leader(today.plan, user=today.assessors[0], actor=today.officer, now=now)
    today.sheet = open_sheet(stations[1], seat, assessor=today.assessors[0], now=now)
    act = stations[1].points.filter(fatal=True).first()
    colleague = open_sheet(stations[1], seat, assessor=today.assessors[1], now=now)
    signed = {"status": "signed", "signed_at": now, "content_sha256": "0" * 64, "fatal": [str(act.pk)]}
    ScoreSheet.objects.filter(pk=colleague.pk).update(**signed)
    asked = {"assessor": today.assessors[0], "asked_by": today.assessors[0], "asked_at": now}
    today.asked = SecondSignature.objects.create(seat=seat, point=act, **asked)
    named = {"arbitrator": today.assessors[2], "named_by": today.head, "named_at": now}
    today.case = Arbitration.objects.create(seat=seat, station=stations[0], spread=12, opened_at=now, **named)
    return today


def test_no_page_is_wider_than_the_narrowest_screen(context: BrowserContext, live_server, day: SimpleNamespace) -> None:
    visits = [
        (day.assessors[0], "sheet", day.sheet.pk),
        (day.assessors[0], "lead", day.plan.pk),
        (day.assessors[0], "second", day.asked.pk),
        (day.assessors[2], "arbitrate", day.case.pk),
        (day.head, "case", day.case.pk),
        (day.officer, "cases", day.plan.pk),
        (day.officer, "progress", day.plan.pk),
        (day.officer, "stations", day.plan.pk),
    ]
    wide = []
    for person, name, pk in visits:
        context.clear_cookies()
        page = sign_in(context, live_server, person)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.goto(live_server.url + reverse(f"assessment:{name}", args=[pk])).status == 200
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(name)
        page.close()
    assert wide == []
