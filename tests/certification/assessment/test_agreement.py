"""After closing: how far the assessors of a plan agree, read by officer, head and supervisor."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from certification.assessment.agreement import history_of, report_of
from certification.assessment.services import close_assessment
from tests.exam_day import EVENING, lay_out, write_theory
from tests.jury import score


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    """Station two: totals 30, 33, 36 for the first and 40, 40, 46 for the second and the third; station one alike."""
    exam_day.stations = lay_out(exam_day)
    for seat, totals in zip(exam_day.seats, ((30, 33, 36), (40, 40, 46), (40, 40, 46)), strict=True):
        write_theory(seat, right=8)
        for assessor, total in zip(exam_day.assessors, totals, strict=True):
            score(exam_day.stations[0], seat, assessor, "16", "16")
            score(exam_day.stations[1], seat, assessor, str(total / 2), str(total / 2))
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    exam_day.plan.refresh_from_db()
    return exam_day


def test_the_numbers_are_those_computed_by_hand(day: SimpleNamespace) -> None:
    report = report_of(day.plan)
    one, two = report.stations
    assert (one.spread, one.icc, one.candidates) == (0, None, 3)
    assert two.spread == 6
    # Differences from the others at station two: −4.5, −3, −3; 0, −3, −3; +4.5, +6, +6. At station one none: six sheets each.
    by = {row.user.pk: row.bias for row in report.assessors}
    assert [by[person.pk] for person in day.assessors] == [-1.75, -1.0, 2.75]
    assert report.largest == 2.75


def test_the_reliability_of_the_team_s_mean_is_the_one_computed_by_hand(day: SimpleNamespace) -> None:
    """Rows (30 33 36), (40 40 46), (40 40 46): between 81, assessors 31, rest 1, so (81 − 1) / (81 + (31 − 1) / 3) = 80 / 91."""
    assert report_of(day.plan).stations[1].icc == pytest.approx(80 / 91)


def test_an_assessor_s_history_names_her_closed_plans(day: SimpleNamespace) -> None:
    (row,) = history_of(day.assessors[2])
    assert (row.plan, row.sheets, row.bias) == (day.plan, 6, 2.75)
    assert history_of(day.officer) == []


def test_officer_head_and_supervisor_read_it_and_assessors_do_not(client: Client, day: SimpleNamespace) -> None:
    address = reverse("assessment:agreement", args=[day.plan.pk])
    for person in (day.officer, day.head, day.supervisor):
        client.force_login(person)
        page = client.get(address).content.decode()
        assert "+2.75" in page
        assert 'role="img"' in page
    client.force_login(day.assessors[0])
    assert client.get(address).status_code == 404
