"""Required and optional items, deductions that are counted, and who does what."""

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from certification.assessment import rules
from certification.assessment.models import OptionDraw, ScorePoint, Station
from certification.assessment.selectors import points_of, stations_of
from certification.assessment.services import draw_options, open_sheet, score_point, set_up_stations, sign_sheet
from lms.core.errors import DomainError
from tests.exam_day import SKILL, STATIONS, THEORY

FAULTS = [{"text": "未检查刹车", "points": 4}, {"text": "每漏测一处", "points": 2, "most": 3}]


def optional(name: str, points: int = 10) -> dict[str, Any]:
    return {"name": name, "required": False, "points": [{"text": f"做{name}", "max": points}]}


def second_station(**changes: Any) -> dict[str, Any]:
    required = {"name": "轮椅测量", "points": [{"text": "测量座宽", "max": 40, "deductions": FAULTS}]}
    row = {
        "name": "轮椅适配",
        "functions": ["需求评估"],
        "minutes": 30,
        "items": [required, optional("上坡"), optional("过门槛"), optional("转移")],
        "choose": 2,
    }
    return row | changes


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    rows = [STATIONS[0], second_station()]
    exam_day.stations = set_up_stations(exam_day.plan, rows, actor=exam_day.officer, now=THEORY)
    return exam_day


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        act(*args, **kwargs)
    return refused.value.code


# --- layouts --------------------------------------------------------------------------------------


def test_plain_stations_become_one_required_item() -> None:
    (station,) = rules.read_stations([STATIONS[1]])
    assert [(item.name, item.required, item.maximum) for item in station.items] == [("轮椅适配", True, 60)]


def test_optional_items_count_as_often_as_they_are_done(day: SimpleNamespace) -> None:
    assert [station.maximum for station in stations_of(day.plan)] == [40, 60]


@pytest.mark.parametrize(
    "changes",
    [
        {"choose": 0},
        {"choose": 3},
        {"choose": 4},
        {"items": [optional("上坡"), optional("过门槛", 12), optional("转移")]},
        {"items": [{"name": "只有必考", "points": [{"text": "甲", "max": 60}]}]},
    ],
)
def test_whatever_is_drawn_everybody_can_reach_the_same(changes: dict[str, Any]) -> None:
    assert refusal(rules.read_stations, [second_station(**changes)]) == "assessment.options_wrong"


@pytest.mark.parametrize(
    "point",
    [
        {"text": "甲", "max": 10, "deductions": [{"text": "乙", "points": 0.3}]},
        {"text": "甲", "max": 10, "deductions": [{"text": "", "points": 1}]},
        {"text": "甲", "max": 10, "deductions": [{"text": "乙", "points": 1, "most": 0}]},
        {"text": "甲", "max": 10, "step": 3},
        {"text": "甲", "fatal": True, "scope": "plan"},
    ],
)
def test_a_line_that_cannot_be_read_is_refused(point: dict[str, Any]) -> None:
    row = second_station(choose=0, items=[{"name": "一", "points": [{"text": "乙", "max": 1}, point]}])
    assert refusal(rules.read_stations, [row]) == "assessment.station_unreadable"


# --- deductions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counted", "left"), [({}, 10), ({"1": 1}, 6), ({"2": 3}, 4), ({"1": 1, "2": 2}, 2), ({"1": 1, "2": 3}, 0)]
)
def test_deductions_are_taken_off_and_never_below_nothing(counted: dict[str, int], left: int) -> None:
    faults = [{"points": "4", "most": 1}, {"points": "2", "most": 3}]
    assert rules.after_deductions(counted, maximum=Decimal(10), rules=faults) == left
    assert rules.after_deductions(counted, maximum=Decimal(3), rules=faults) >= 0


def test_a_counted_deduction_gives_the_line_its_points(day: SimpleNamespace) -> None:
    draw_options(day.plan, actor=day.officer, now=THEORY)
    sheet = open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL)
    line = points_of(sheet)[0]
    sheet = score_point(sheet, point=line, value={"1": 1, "2": 2}, actor=day.assessors[0], now=SKILL)
    assert (sheet.total, sheet.deductions) == (32, {str(line.pk): {"1": 1, "2": 2}})
    sheet = score_point(sheet, point=line, value="40", actor=day.assessors[0], now=SKILL)
    assert (sheet.total, sheet.deductions) == (40, {})


@pytest.mark.parametrize("value", [{"3": 1}, {"1": 2}, {"2": 4}, {"1": -1}, {"1": True}, {"x": 1}, {"1": "1"}])
def test_a_deduction_the_line_does_not_have_changes_nothing(day: SimpleNamespace, value: dict[str, Any]) -> None:
    draw_options(day.plan, actor=day.officer, now=THEORY)
    sheet = open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL)
    act = {"point": points_of(sheet)[0], "value": value, "actor": day.assessors[0], "now": SKILL}
    assert refusal(score_point, sheet, **act) == "assessment.deduction_unknown"
    sheet.refresh_from_db()
    assert (sheet.scores, sheet.deductions) == ({}, {})


# --- optional items -------------------------------------------------------------------------------


def test_each_candidate_s_options_are_drawn_once_and_can_be_drawn_again_by_anybody(day: SimpleNamespace) -> None:
    rows = draw_options(day.plan, actor=day.officer, now=THEORY)
    assert (len(rows), draw_options(day.plan, actor=day.officer, now=THEORY)) == (3, [])
    for row in OptionDraw.objects.select_related("seat"):
        items = {item.order: item.pk for item in day.stations[1].items.filter(required=False)}
        places = rules.draw_options(list(items), choose=2, seed=row.seed, ticket=row.seat.ticket_number, station=2)
        assert row.items == [items[place] for place in places]


def test_all_assessors_score_the_same_lines_of_a_candidate_and_no_other(day: SimpleNamespace) -> None:
    draw_options(day.plan, actor=day.officer, now=THEORY)
    sheets = [open_sheet(day.stations[1], day.seats[0], assessor=person, now=SKILL) for person in day.assessors]
    lines = [[line.pk for line in points_of(sheet)] for sheet in sheets]
    assert lines[0] == lines[1] == lines[2]
    assert len(lines[0]) == 3
    other = ScorePoint.objects.filter(station=day.stations[1]).exclude(pk__in=lines[0]).get()
    act = {"point": other, "value": "1", "actor": day.assessors[0], "now": SKILL}
    assert refusal(score_point, sheets[0], **act) == "assessment.point_unknown"


def test_a_sheet_without_the_other_options_is_whole(day: SimpleNamespace) -> None:
    draw_options(day.plan, actor=day.officer, now=THEORY)
    sheet = open_sheet(day.stations[1], day.seats[0], assessor=day.assessors[0], now=SKILL)
    for line in points_of(sheet):
        sheet = score_point(sheet, point=line, value=str(line.max), actor=day.assessors[0], now=SKILL)
    assert sign_sheet(sheet, actor=day.assessors[0], now=SKILL).total == 60


def test_before_the_draw_nobody_scores_there(day: SimpleNamespace) -> None:
    place = {"assessor": day.assessors[0], "now": SKILL}
    assert refusal(open_sheet, day.stations[1], day.seats[0], **place) == "assessment.options_not_drawn"
    assert open_sheet(day.stations[0], day.seats[0], **place).pk


def test_what_was_drawn_keeps_the_stations(day: SimpleNamespace) -> None:
    draw_options(day.plan, actor=day.officer, now=THEORY)
    args = {"actor": day.officer, "now": THEORY}
    assert refusal(set_up_stations, day.plan, STATIONS, **args) == "assessment.stations_in_use"


def test_only_an_officer_draws(day: SimpleNamespace) -> None:
    for actor in (day.head, day.supervisor, day.assessors[0]):
        with pytest.raises(PermissionDenied):
            draw_options(day.plan, actor=actor, now=THEORY)
    assert not OptionDraw.objects.exists()


# --- stations from before there were items ----------------------------------------------------------


def test_a_station_laid_out_before_there_were_items_becomes_one_item_of_its_name(exam_day: SimpleNamespace) -> None:
    migration = import_module("certification.assessment.migrations.0003_an_item_for_each_station")
    old = Station.objects.create(plan=exam_day.plan, order=1, name="接诊", functions=["咨询与转介"], minutes=20)
    for _again in range(2):
        migration.items(apps, None)
    assert [(item.name, item.required, item.order) for item in old.items.all()] == [("接诊", True, 1)]
