"""From signed sheets to the part result; the assessment closes only when the review is whole."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from certification.assessment.services import close_assessment
from certification.panels.marks import review_marks
from certification.panels.services import confirm_absence, record_absence
from certification.results.models import PartResult
from certification.results.selectors import has_examined
from certification.results.services import decide_plan
from lms.core.errors import DomainError
from tests.decided import check
from tests.exam_day import MONDAY
from tests.review_day import LATE, heard, points, reviewed, scored


def refusal_of(call, *args, **kwargs) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    return refusal.value


def close(hour: SimpleNamespace) -> None:
    close_assessment(hour.plan, actor=hour.officer, now=LATE)
    hour.plan.refresh_from_db()


def two_absent(hour: SimpleNamespace) -> None:
    for seat in hour.seats[1:]:
        confirm_absence(record_absence(seat, reason="not_there", actor=hour.seniors[0], now=LATE), actor=hour.officer, now=LATE)


def test_the_mark_is_the_mean_of_all_members(hour: SimpleNamespace) -> None:
    reviewed(hour, (("80", "78", "85"), ("59.5", "60", "60"), ("100", "100", "100")))
    marks = review_marks(hour.plan)
    assert [marks[seat.pk].value for seat in hour.seats] == [Decimal("81.00"), Decimal("59.83"), Decimal("100.00")]
    assert marks[hour.seats[0].pk].basis["totals"] == ["80.0", "78.0", "85.0"]


def test_i29_absent_is_no_mark(hour: SimpleNamespace) -> None:
    defence = heard(hour)
    for person in hour.seniors[:3]:
        scored(defence, person, points("0"), now=LATE)
    two_absent(hour)
    marks = review_marks(hour.plan)
    assert [marks[seat.pk].value for seat in hour.seats] == [Decimal("0.00"), None, None]


def test_a_level_2_candidate_without_a_review_is_named_and_nothing_closes(hour: SimpleNamespace) -> None:
    refusal = refusal_of(close_assessment, hour.plan, actor=hour.officer, now=LATE)
    assert (refusal.code, refusal.context["count"]) == ("panels.review_incomplete", 3)
    assert hour.seats[0].ticket_number in refusal.context["lines"]
    assert refusal_of(review_marks, hour.plan).code == "panels.review_incomplete"
    hour.plan.refresh_from_db()
    assert hour.plan.status == "in_exam"


def test_one_missing_signature_keeps_it_open(hour: SimpleNamespace) -> None:
    defence = heard(hour)
    for person in hour.seniors[:2]:
        scored(defence, person, points("80"), now=LATE)
    two_absent(hour)
    assert refusal_of(close_assessment, hour.plan, actor=hour.officer, now=LATE).context["count"] == 1
    scored(defence, hour.seniors[2], points("80"), now=LATE)
    close(hour)
    assert hour.plan.status == "scored"


def test_an_absence_signed_by_one_keeps_it_open(hour: SimpleNamespace) -> None:
    reviewed(hour, (("80", "80", "80"),) * 2)
    absence = record_absence(hour.seats[2], reason="not_there", actor=hour.officer, now=LATE)
    assert refusal_of(close_assessment, hour.plan, actor=hour.officer, now=LATE).code == "panels.review_incomplete"
    confirm_absence(absence, actor=hour.seniors[1], now=LATE)
    close(hour)


def test_an_open_difference_keeps_it_open(hour: SimpleNamespace) -> None:
    reviewed(hour, (("50", "80", "80"), ("80", "80", "80"), ("80", "80", "80")))
    assert refusal_of(close_assessment, hour.plan, actor=hour.officer, now=LATE).code == "panels.review_incomplete"


def test_the_review_counts_in_the_result_and_59_5_is_not_60(hour: SimpleNamespace) -> None:
    reviewed(hour, (("80", "78", "85"), ("59.5", "59.5", "59.5"), ("60", "60", "60")))
    close(hour)
    check(hour, now=MONDAY)
    values = PartResult.objects.filter(part="review").order_by("seat__ticket_number").values_list("value", flat=True)
    assert list(values) == [Decimal("81.00"), Decimal("59.50"), Decimal("60.00")]
    decisions = decide_plan(hour.plan, actor=hour.officer, now=MONDAY)
    assert [decision.passed for decision in decisions] == [True, False, True]


def test_i44_who_sat_on_the_panel_decides_nothing(hour: SimpleNamespace) -> None:
    assert has_examined(hour.seniors[0], hour.plan)
    assert not has_examined(hour.seniors[3], hour.plan)


def test_marks_cost_the_same_for_two_and_for_three(hour: SimpleNamespace, django_assert_num_queries) -> None:
    reviewed(hour, (("80", "80", "80"),))
    two_absent(hour)
    with django_assert_num_queries(8):
        review_marks(hour.plan)


def test_marks_cost_the_same_when_all_were_heard(hour: SimpleNamespace, django_assert_num_queries) -> None:
    reviewed(hour)
    with django_assert_num_queries(8):
        review_marks(hour.plan)
