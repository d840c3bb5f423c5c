from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.assessment import rules
from lms.core.errors import DomainError


@pytest.mark.parametrize(("value", "kept"), [("0", "0.0"), ("5", "5.0"), (" 4.5 ", "4.5"), (Decimal("2.50"), "2.5"), (3, "3.0")])
def test_points_in_half_steps_up_to_the_maximum_are_read(value: object, kept: str) -> None:
    assert str(rules.read_points(value, maximum=Decimal(5))) == kept


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("5.5", "points_range"),
        ("-0.5", "points_range"),
        ("4.9", "points_step"),
        ("", "points_unreadable"),
        ("four", "points_unreadable"),
        ("NaN", "points_unreadable"),
        ("Infinity", "points_unreadable"),
        (None, "points_unreadable"),
    ],
)
def test_other_points_are_refused(value: object, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        rules.read_points(value, maximum=Decimal(5))
    assert refusal.value.code == f"assessment.{code}"


def test_the_total_is_the_sum_and_zero_counts_as_scored() -> None:
    scores = {"1": "4.5", "2": "0.0"}
    assert rules.sheet_total(scores) == Decimal("4.5")
    assert rules.unscored(["1", "2", "3"], scores) == ["3"]


def test_missing_sheets_are_named_and_absent_seats_left_out() -> None:
    signed = [(1, 10, 100), (1, 10, 101), (1, 10, 102), (2, 10, 100), (2, 10, 999)]
    missing = rules.missing_sheets(seats=[1, 2, 3], stations=[10], assessors=[100, 101, 102], signed=signed, absent=[3])
    assert missing == [rules.MissingSheet(2, 10, 101), rules.MissingSheet(2, 10, 102)]


@given(
    seats=st.sets(st.integers(1, 6), max_size=5),
    stations=st.sets(st.integers(10, 14), min_size=1),
    assessors=st.sets(st.integers(100, 106), min_size=3),
    data=st.data(),
)
def test_signed_and_missing_sheets_together_are_the_whole_matrix(
    seats: set[int], stations: set[int], assessors: set[int], data: st.DataObject
) -> None:
    whole = [(a, b, c) for a in seats for b in stations for c in assessors]
    signed = set(data.draw(st.lists(st.sampled_from(whole), unique=True))) if whole else set()
    missing = rules.missing_sheets(seats=seats, stations=stations, assessors=assessors, signed=signed)
    assert {(m.seat, m.station, m.assessor) for m in missing} | signed == set(whole)
    assert len(missing) + len(signed) == len(whole)
