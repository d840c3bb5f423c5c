from decimal import Decimal

import pytest

from certification.assessment import rules
from lms.core.errors import DomainError

WEIGHTS = {"咨询与转介": Decimal(25), "需求评估": Decimal(25), "适配实施与环境改造": Decimal(50), "方案设计": Decimal(0)}


def station(name: str, functions: list[str], *points: str) -> dict[str, object]:
    return {"name": name, "functions": functions, "minutes": 20, "points": [{"text": f"做{p}", "max": p} for p in points]}


GOOD = [
    station("一", ["咨询与转介"], "10", "14.5", "0.5"),
    station("二", ["需求评估", "适配实施与环境改造"], "40", "35"),
]


def test_stations_that_follow_the_weight_table_are_accepted() -> None:
    rules.check_stations(rules.read_stations(GOOD), WEIGHTS)


def test_a_function_split_over_two_stations_is_counted_together() -> None:
    rows = [GOOD[0], station("二", ["需求评估"], "10"), station("三", ["需求评估", "适配实施与环境改造"], "65")]
    rules.check_stations(rules.read_stations(rows), WEIGHTS)


@pytest.mark.parametrize(
    ("rows", "code", "named"),
    [
        ([station("一", ["咨询与转介"], "24.5"), GOOD[1]], "assessment.station_weight", "24.5"),
        (
            [station("一", ["咨询与转介"], "50"), station("二", ["需求评估", "适配实施与环境改造"], "50")],
            "assessment.station_weight",
            "50",
        ),
        ([GOOD[0]], "assessment.station_function_missing", "需求评估、适配实施与环境改造"),
        ([*GOOD, station("三", ["科普宣教"], "5")], "assessment.station_function_unknown", "科普宣教"),
    ],
)
def test_stations_that_do_not_follow_it_are_refused_by_name(rows: list[dict[str, object]], code: str, named: str) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.check_stations(rules.read_stations(rows), WEIGHTS)
    assert refusal.value.code == code
    assert named in str(refusal.value)
    assert refusal.value.status == 422


def test_a_weight_table_that_is_not_a_hundred_cannot_be_followed() -> None:
    with pytest.raises(DomainError, match="stations_total"):
        rules.check_stations(rules.read_stations([station("一", ["咨询与转介"], "99")]), {"咨询与转介": Decimal(99)})


@pytest.mark.parametrize(
    "row",
    [
        {"name": "", "functions": ["甲"], "minutes": 10, "points": [{"text": "一", "max": 1}]},
        {"name": "一", "functions": "甲", "minutes": 10, "points": [{"text": "一", "max": 1}]},
        {"name": "一", "functions": [], "minutes": 10, "points": [{"text": "一", "max": 1}]},
        {"name": "一", "functions": ["甲"], "minutes": 0, "points": [{"text": "一", "max": 1}]},
        {"name": "一", "functions": ["甲"], "minutes": "soon", "points": [{"text": "一", "max": 1}]},
        {"name": "一", "functions": ["甲"], "minutes": 10, "points": []},
        {"name": "一", "functions": ["甲"], "minutes": 10, "points": [{"text": "一", "max": "0.3"}]},
        {"name": "一", "functions": ["甲"], "minutes": 10, "points": [{"text": "一", "max": "-1"}]},
        {"name": "一", "functions": ["甲"], "minutes": 10, "points": [{"text": "一", "max": "NaN"}]},
        {"name": "一", "functions": ["甲"], "minutes": 10, "points": [{"text": "摔倒", "fatal": True}]},
        {"name": "一", "functions": ["甲"], "minutes": 10, "points": [{"max": 5}]},
    ],
)
def test_an_unreadable_station_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.read_stations([row])
    assert refusal.value.code == "assessment.station_unreadable"


def test_a_fatal_line_carries_no_points() -> None:
    (read,) = rules.read_stations(
        [
            {
                "name": "一",
                "functions": ["甲"],
                "minutes": 10,
                "points": [{"text": "做", "max": 5}, {"text": "伤人", "max": 9, "fatal": True}],
            }
        ]
    )
    assert read.maximum == 5
    assert read.points[1].fatal
