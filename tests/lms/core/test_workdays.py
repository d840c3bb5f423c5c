"""Working days follow the calendar of the State Council, moved Saturdays included."""

import datetime

import pytest

from lms.core.errors import DomainError
from lms.core.workdays import add_workdays, is_workday, workdays_between


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_a_moved_saturday_is_a_working_day():
    assert is_workday(day("2026-10-10"))


def test_a_national_holiday_on_a_weekday_is_not():
    assert not is_workday(day("2026-10-01"))


def test_five_working_days_over_national_day_end_after_the_holiday():
    assert add_workdays(day("2026-09-30"), 5) == day("2026-10-13")


def test_counting_back_skips_the_weekend():
    assert add_workdays(day("2026-09-07"), -1) == day("2026-09-04")


def test_a_week_has_five_working_days():
    assert workdays_between(day("2026-09-07"), day("2026-09-13")) == 5


@pytest.mark.parametrize(("first", "count"), [("9999-12-31", 1), ("9999-12-31", -1), ("0001-01-01", 1), ("0001-01-01", -1)])
def test_the_ends_of_the_calendar_are_told_and_not_fallen_off(first, count):
    with pytest.raises(DomainError, match=r"workdays\.unknown_year"):
        add_workdays(day(first), count)


def test_a_span_beyond_the_known_years_is_told():
    with pytest.raises(DomainError, match=r"workdays\.unknown_year"):
        workdays_between(day("0001-01-01"), day("9999-12-31"))


def test_an_unknown_year_is_told_not_guessed():
    with pytest.raises(DomainError, match=r"workdays\.unknown_year"):
        is_workday(day("2099-03-02"))
