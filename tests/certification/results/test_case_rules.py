"""Clocks, states and corrected values, without a database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from certification.results.case_rules import (
    CASE_TRANSITIONS,
    ORDER_TRANSITIONS,
    Alarm,
    CaseEvent,
    CaseStatus,
    OrderEvent,
    OrderStatus,
    alarm,
    corrected_findings,
    corrected_part,
    part_of,
    renewed_days,
    result_appeal_until,
    term,
)
from certification.results.rules import OBJECTION_TRANSITIONS, ObjectionEvent, ObjectionStatus, Outcome, PartOutcome
from lms.core.errors import DomainError, InvalidTransition
from lms.core.states import next_status
from lms.core.workdays import add_workdays


def finding(kind: str, value: str | None, *, outcome: str = "scored") -> dict[str, Any]:
    met = value is not None and Decimal(value) >= 60
    return {"kind": kind, "outcome": outcome, "value": value, "pass_mark": "60", "met": met}


FAILED = [finding("theory", "50.00"), finding("skill", "80.00")]
PASSED = [finding("theory", "60.00"), finding("skill", "80.00")]


def test_a_term_does_not_count_the_day_on_which_it_begins_and_knows_worked_sundays():
    """From Monday 2026-09-14: Tue, Wed, Thu, Fri, and Sunday 2026-09-20, worked in exchange for a holiday."""
    assert term(date(2026, 9, 14), 5, add_workdays=add_workdays) == date(2026, 9, 20)


def test_a_scheme_that_forgot_its_term_still_gives_one_day():
    assert term(date(2026, 9, 14), 0, add_workdays=add_workdays) == date(2026, 9, 15)


def test_a_term_over_the_national_holiday_takes_the_holiday_out():
    """Eight days off begin on Thursday 2026-10-01; people work on Saturday 2026-10-10."""
    assert term(date(2026, 9, 29), 2, add_workdays=add_workdays) > date(2026, 10, 1)


def test_a_result_can_be_appealed_against_for_sixty_days():
    assert result_appeal_until(date(2026, 9, 21)) == date(2026, 9, 21) + timedelta(days=60)


@pytest.mark.parametrize(("scheme", "days"), [(3, 5), (5, 5), (7, 7)])
def test_i30_a_corrected_result_is_public_for_five_days_at_least(scheme: int, days: int) -> None:
    assert renewed_days(scheme) == days


@pytest.mark.parametrize(
    ("today", "raised"),
    [
        (date(2026, 9, 15), Alarm.QUIET),
        (date(2026, 9, 16), Alarm.SOON),
        (date(2026, 9, 18), Alarm.SOON),
        (date(2026, 9, 19), Alarm.LATE),
        (date(2026, 9, 24), Alarm.LATE),
        (date(2026, 10, 9), Alarm.VERY_LATE),
    ],
)
def test_who_has_to_hear_of_an_answer_due_on_friday(today: date, raised: Alarm) -> None:
    assert alarm(date(2026, 9, 18), today=today, add_workdays=add_workdays) is raised


@pytest.mark.parametrize(
    ("outcome", "value", "expected"),
    [
        ("scored", "59.5", PartOutcome(Outcome.SCORED, Decimal("59.50"))),
        ("scored", Decimal("100"), PartOutcome(Outcome.SCORED, Decimal("100.00"))),
        ("scored", "0", PartOutcome(Outcome.SCORED, Decimal("0.00"))),
        ("absent", None, PartOutcome(Outcome.ABSENT)),
        ("void", "", PartOutcome(Outcome.VOID)),
    ],
)
def test_i29_a_corrected_part_is_scored_absent_or_void(outcome: str, value: Any, expected: PartOutcome) -> None:
    assert corrected_part(outcome, value) == expected


@pytest.mark.parametrize(
    ("outcome", "value"),
    [
        *[("scored", value) for value in ("", None, "100.01", "-1", "59.995", "sixty", "NaN", "1e3", "Infinity")],
        *[("absent", "0"), ("void", "60"), ("passed", "60")],
    ],
)
def test_anything_else_is_no_value(outcome: str, value: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        corrected_part(outcome, value)
    assert refusal.value.code == "results.correction_value"


@pytest.mark.parametrize(("value", "passed"), [("60", True), ("59.99", False), ("59.5", False)])
def test_i25_the_corrected_decision_follows_the_pass_rule_without_rounding(value: str, passed: bool) -> None:
    findings, verdict = corrected_findings(FAILED, part="theory", new=corrected_part("scored", value))
    assert verdict is passed
    assert findings[0]["met"] is passed
    assert findings[1] == FAILED[1]


def test_a_part_that_turns_out_absent_takes_the_pass_away():
    findings, verdict = corrected_findings(PASSED, part="skill", new=PartOutcome(Outcome.ABSENT))
    assert (verdict, findings[1]["value"], findings[1]["met"]) == (False, None, False)
    assert part_of(findings, "skill") == PartOutcome(Outcome.ABSENT)


def test_a_correction_that_changes_nothing_is_none():
    with pytest.raises(DomainError) as refusal:
        corrected_findings(FAILED, part="theory", new=corrected_part("scored", "50"))
    assert refusal.value.code == "results.correction_same"


def test_a_part_the_decision_does_not_have_cannot_be_corrected():
    with pytest.raises(DomainError) as refusal:
        corrected_findings(FAILED, part="review", new=corrected_part("scored", "50"))
    assert refusal.value.code == "results.correction_no_part"


@pytest.mark.parametrize(
    ("table", "state", "event"),
    [
        (CASE_TRANSITIONS, CaseStatus.FILED, CaseEvent.UPHOLD),
        (CASE_TRANSITIONS, CaseStatus.DISMISSED, CaseEvent.UPHOLD),
        (OBJECTION_TRANSITIONS, ObjectionStatus.FILED, ObjectionEvent.DISMISS),
        (ORDER_TRANSITIONS, OrderStatus.REQUESTED, OrderEvent.APPLY),
        (ORDER_TRANSITIONS, OrderStatus.APPLIED, OrderEvent.REFUSE),
        (ORDER_TRANSITIONS, OrderStatus.REFUSED, OrderEvent.APPROVE),
    ],
)
def test_no_state_is_skipped_and_none_is_left_again(table: Any, state: Any, event: Any) -> None:
    with pytest.raises(InvalidTransition):
        next_status(table, state, event)
