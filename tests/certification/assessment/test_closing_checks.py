"""Rooms that know what is still missing are asked before an assessment ends."""

from datetime import datetime
from types import SimpleNamespace

import pytest

from certification.assessment import closing_checks
from certification.plans.models import Plan
from lms.core.errors import DomainError
from tests.exam_day import assess


@pytest.fixture(autouse=True)
def no_other_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing_checks, "_checks", [])


def test_a_check_that_finds_something_keeps_the_assessment_open(exam_day: SimpleNamespace) -> None:
    def missing(plan: Plan, now: datetime) -> None:
        raise DomainError("assessment.not_running")

    closing_checks.register(missing)
    with pytest.raises(DomainError) as refusal:
        assess(exam_day)
    assert refusal.value.code == "assessment.not_running"
    exam_day.plan.refresh_from_db()
    assert exam_day.plan.status == "in_exam"


def test_a_check_registered_twice_is_asked_once_and_lets_close(exam_day: SimpleNamespace) -> None:
    asked: list[str] = []

    def nothing_missing(plan: Plan, now: datetime) -> None:
        asked.append(plan.number)

    closing_checks.register(nothing_missing)
    closing_checks.register(nothing_missing)
    assess(exam_day)
    assert (exam_day.plan.status, asked) == ("scored", [exam_day.plan.number])
