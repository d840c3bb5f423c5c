from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from certification.assessment.models import ScorePoint, Station
from certification.assessment.services import open_sheet, set_up_stations
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.exam_day import SKILL, STATIONS, THEORY, lay_out


def test_stations_are_laid_out_in_order_with_their_points(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    assert [s.name for s in stations] == ["接诊", "轮椅适配"]
    assert [(p.max, p.fatal) for p in stations[1].points.order_by("order")] == [(30, False), (30, False), (0, True)]


def test_a_second_layout_replaces_the_first(exam_day: SimpleNamespace) -> None:
    lay_out(exam_day)
    lay_out(exam_day)
    assert Station.objects.count() == 2
    assert ScorePoint.objects.count() == 5


def test_a_layout_against_the_weight_table_leaves_the_old_one(exam_day: SimpleNamespace) -> None:
    lay_out(exam_day)
    wrong = [STATIONS[0], STATIONS[1] | {"points": [{"text": "全部", "max": 50}]}]
    with pytest.raises(DomainError) as refusal:
        set_up_stations(exam_day.plan, wrong, actor=exam_day.officer, now=THEORY)
    assert refusal.value.code == "assessment.station_weight"
    assert ScorePoint.objects.count() == 5


def test_stations_stay_once_scoring_has_begun(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    open_sheet(stations[0], exam_day.seats[0], assessor=exam_day.assessors[0], now=SKILL)
    exam_day.plan.refresh_from_db()
    with pytest.raises(DomainError) as refusal:
        set_up_stations(exam_day.plan, STATIONS, actor=exam_day.officer, now=SKILL)
    assert refusal.value.code == "assessment.stations_in_use"


def test_only_an_officer_of_the_body_lays_out(exam_day: SimpleNamespace, make_user, member, employer) -> None:
    stranger = member(make_user("吕安"), employer, Role.EXAM_OFFICER)
    for actor in (exam_day.head, exam_day.assessors[0], stranger):
        with pytest.raises(PermissionDenied):
            set_up_stations(exam_day.plan, STATIONS, actor=actor, now=THEORY)
    assert not Station.objects.exists()
