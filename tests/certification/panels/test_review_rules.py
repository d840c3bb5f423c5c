from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from certification.assessment.rules import cut as cut_of_results
from certification.panels import rules
from lms.core.errors import DomainError

NINE = datetime(2026, 9, 12, 9, 0)


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_the_default_criteria_give_a_hundred_points() -> None:
    lines = rules.criteria_from(rules.DEFAULT_CRITERIA)
    assert sum(line.maximum for line in lines) == 100
    assert [line.key for line in lines] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "panels.criteria_unreadable"),
        ([{"text": "", "max": "100"}], "panels.criteria_unreadable"),
        ([{"text": "答辩", "max": "99.7"}], "panels.criteria_unreadable"),
        ([{"text": "答辩", "max": "NaN"}], "panels.criteria_unreadable"),
        ([{"text": "答辩", "max": "99.5"}], "panels.criteria_total"),
        ([{"text": "答辩", "max": "60"}, {"text": "论文", "max": "40.5"}], "panels.criteria_total"),
        ([{"text": "答辩", "max": "100"}, {"text": "论文", "max": "0"}], "panels.criteria_unreadable"),
        ([{"text": "甲", "max": "50", "key": "1"}, {"text": "乙", "max": "50", "key": "1"}], "panels.criteria_unreadable"),
    ],
)
def test_criteria_need_words_points_and_a_hundred_in_all(rows, code) -> None:
    assert refused(rules.criteria_from, rows) == code


def test_what_must_be_there_and_is_not_is_named_in_order() -> None:
    asked = rules.asked_from({"case": False, "performance": True, "summary": True})
    assert rules.missing_kinds(asked, ["performance"]) == ["summary"]
    assert rules.missing_kinds(asked, ["summary", "performance"]) == []
    assert refused(rules.asked_from, {"case": False}) == "panels.asked_nothing"


def test_the_mark_is_the_exact_mean_cut_and_never_rounded_up() -> None:
    assert rules.mark_of(decimals("59.5", "60", "60.5")) == Decimal("60.00")
    # 179.5 / 3 = 59.8333…; 59.995 would be 59.99: nobody is carried over the pass mark.
    assert rules.mark_of(decimals("59.5", "60", "60")) == Decimal("59.83")
    assert rules.mark_of(decimals("60", "60", "59.5", "60", "60")) == Decimal("59.90")
    assert refused(rules.mark_of, []) == "panels.no_sheets"


@pytest.mark.parametrize("mark", [Fraction(59995, 1000), Fraction(60), Fraction(0), Fraction(100), Fraction(200, 3)])
def test_the_review_cuts_as_the_results_do(mark: Fraction) -> None:
    assert rules.cut(mark) == cut_of_results(mark)


def test_an_additional_sheet_leaves_out_the_highest_and_the_lowest() -> None:
    assert rules.mark_of(decimals("50", "70", "90"), extra=Decimal(74)) == Decimal("72.00")
    assert rules.mark_of(decimals("50", "52", "90"), extra=Decimal(95)) == Decimal("71.00")
    assert rules.mark_of(decimals("50", "52", "90")) == Decimal("64.00")


def test_exactly_the_threshold_is_no_divergence() -> None:
    assert not rules.diverges(decimals("70", "85", "80"), threshold=Decimal(15))
    assert rules.diverges(decimals("70", "85.5", "80"), threshold=Decimal(15))
    assert not rules.diverges([], threshold=Decimal(15))


def test_candidates_are_dealt_out_evenly_and_in_order() -> None:
    assert rules.dealt([1, 2, 3, 4, 5], 2) == [[1, 2, 3], [4, 5]]
    assert rules.dealt([1], 3) == [[1], [], []]
    assert refused(rules.dealt, [1], 0) == "panels.no_panel"


def test_slots_follow_each_other_without_a_gap() -> None:
    places = rules.slots([7, 8], starts_at=NINE, minutes=20, ends_by=NINE + timedelta(minutes=40))
    assert [(place.seat, place.starts_at, place.ends_at) for place in places] == [
        (7, NINE, NINE + timedelta(minutes=20)),
        (8, NINE + timedelta(minutes=20), NINE + timedelta(minutes=40)),
    ]


def test_a_day_that_is_too_short_says_how_many_fit() -> None:
    with pytest.raises(DomainError) as refusal:
        rules.slots([1, 2, 3], starts_at=NINE, minutes=20, ends_by=NINE + timedelta(minutes=59))
    assert (refusal.value.code, refusal.value.context["fits"]) == ("panels.day_too_short", 2)
