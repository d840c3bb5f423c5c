"""What a machine checks again about a part: totals, zeros, absence, whose work it is, sums and signatures."""

import copy
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from certification.assessment.models import ScoreSheet
from certification.assessment.services import close_assessment, record_absence
from certification.results import services
from certification.results.case_wording import WORDS, in_words
from certification.results.models import PartResult
from certification.results.rechecking import report
from courses.questionbank.models import Attempt, Response
from tests.certification.results.corrections import TUESDAY, published, review
from tests.decided import publish
from tests.exam_day import EVENING, MONDAY, lay_out, sign_all, write_theory
from tests.past_guards import take_off


@pytest.fixture(scope="module")
def shared_published_day(shared_exam_day: SimpleNamespace | None) -> SimpleNamespace | None:
    return published(copy.deepcopy(shared_exam_day)) if shared_exam_day else None


@pytest.fixture
def day(shared_published_day: SimpleNamespace | None, request: pytest.FixtureRequest) -> SimpleNamespace:
    request.getfixturevalue("db")
    return copy.deepcopy(shared_published_day) if shared_published_day else published(request.getfixturevalue("exam_day"))


def lines(found: dict[str, Any]) -> dict[str, tuple[bool, dict[str, Any]]]:
    return {line["what"]: (line["ok"], line["facts"]) for line in found["lines"]}


def test_a_paper_is_marked_again_from_the_stored_answers(day: SimpleNamespace) -> None:
    found = report(day.seats[2], "theory")
    said = lines(found)
    assert found["agrees"]
    assert said["mark"] == (True, {"stored": "50.00", "anew": "50.00"})
    assert said["answers"] == (True, {"answered": 5, "questions": 10})
    assert said["total"][1] == {"points": "100.00", "of": "100.00"}
    assert said["published"] == (True, {"shown": "50.00"})


def test_a_mark_that_does_not_follow_from_the_answers_is_found(day: SimpleNamespace) -> None:
    Attempt.objects.filter(sitting__seat=day.seats[2]).update(mark="90.00")
    found = report(day.seats[2], "theory")
    assert not found["agrees"]
    assert lines(found)["mark"] == (False, {"stored": "90.00", "anew": "50.00"})
    assert lines(found)["recorded"][0]


def test_an_answer_changed_afterwards_is_found(day: SimpleNamespace) -> None:
    first = Response.objects.filter(attempt__sitting__seat=day.seats[2]).order_by("pk").first()
    Response.objects.filter(pk=first.pk).update(answer=["Z"])
    said = lines(report(day.seats[2], "theory"))
    assert said["mark"] == (False, {"stored": "50.00", "anew": "40.00"})
    assert not said["recorded"][0]


def test_an_answer_saved_after_the_deadline_does_not_count(day: SimpleNamespace) -> None:
    attempt = Attempt.objects.get(sitting__seat=day.seats[2])
    Response.objects.filter(attempt=attempt).update(saved_at=attempt.deadline_at)
    assert lines(report(day.seats[2], "theory"))["mark"][1]["anew"] == "0.00"


def test_a_paper_that_is_somebody_elses_is_found(day: SimpleNamespace) -> None:
    Attempt.objects.filter(sitting__seat=day.seats[2]).update(user=day.candidates[0])
    assert not lines(report(day.seats[2], "theory"))["owner"][0]


def test_sums_and_signatures_of_every_sheet_are_checked(day: SimpleNamespace) -> None:
    found = report(day.seats[0], "skill")
    assert found["agrees"]
    assert lines(found)["signatures"] == (True, {"good": 6, "sheets": 6})
    assert lines(found)["sums"] == (True, {"good": 6, "sheets": 6})
    assert lines(found)["recorded"] == (True, {"stored": "80.00", "anew": "80.00"})


@pytest.mark.parametrize(("change", "line"), [("total = total - 1", "sums"), ("note = '补写'", "signatures")])
def test_a_sheet_changed_after_signing_is_found(day: SimpleNamespace, change: str, line: str) -> None:
    sheet = ScoreSheet.objects.filter(seat=day.seats[0]).order_by("pk").first()
    take_off("assessment_scoresheet")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE assessment_scoresheet SET {change} WHERE id = %s", [sheet.pk])  # noqa: S608
    ok, facts = lines(report(day.seats[0], "skill"))[line]
    assert (ok, facts["good"]) == (False, 5)


def test_absence_is_compared_with_what_was_recorded_on_the_day(exam_day: SimpleNamespace) -> None:
    day, away = exam_day, exam_day.seats[2]
    stations = lay_out(day)
    for seat in day.seats[:2]:
        write_theory(seat, right=8)
    record_absence(away, part="theory", actor=day.officer, now=EVENING)
    for seat in day.seats:
        sign_all(seat, stations, day.assessors)
    close_assessment(day.plan, actor=day.officer, now=EVENING)
    day.plan.refresh_from_db()
    publish(day, now=MONDAY)
    found = report(type(away).objects.get(pk=away.pk), "theory")
    assert lines(found)["absence"] == (True, {"absent": True})
    assert found["agrees"]


def test_a_void_part_is_not_compared_with_a_paper_that_does_not_count(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    write_theory(seat, right=8)
    facts = {"recorded_at": MONDAY, "recorded_by": exam_day.officer}
    PartResult.objects.create(seat=seat, part="theory", outcome="void", basis={"voiding": 1}, **facts)
    assert set(lines(report(seat, "theory"))) == {"absence", "elsewhere", "published"}


def test_the_report_is_kept_with_the_case_as_it_was_when_somebody_took_it(day: SimpleNamespace) -> None:
    case = services.accept_case(review(day), actor=day.supervisor, now=TUESDAY)
    Attempt.objects.filter(sitting__seat=day.seats[2]).update(mark="90.00")
    case.refresh_from_db()
    ((part, said),) = in_words(case.report)
    assert part == "theory"
    assert all(line.ok for line in said)


def test_each_line_of_a_report_has_its_words(day: SimpleNamespace) -> None:
    whats = {line["what"] for part in ("theory", "skill") for line in report(day.seats[0], part)["lines"]}
    assert whats | {"paper", "missing", "elsewhere"} == set(WORDS)
