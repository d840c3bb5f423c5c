"""When a venue is open: the week, holidays of the official calendar, single days."""

import datetime

import pytest

from courses.venues.rules import SHANGHAI, OnHolidays, Opening, SpecialDay, check_bookable, check_party, day_of, slots_of
from lms.core.errors import DomainError
from lms.core.workdays import is_public_holiday

T = datetime.time
DAY = (T(10), T(16))
SUNDAYS = (T(13), T(15))


def opening(on_holidays=OnHolidays.CLOSED, **exceptions):
    weekly = {number: [DAY] for number in range(6)} | {6: [SUNDAYS]}
    return Opening(weekly, on_holidays, {datetime.date.fromisoformat(day): special for day, special in exceptions.items()})


def hours(text, **kwargs):
    return day_of(opening(**kwargs), datetime.date.fromisoformat(text), is_holiday=is_public_holiday)


def test_a_common_day_has_the_hours_of_its_weekday():
    assert hours("2026-09-07").hours == (DAY,)
    assert hours("2026-09-06").hours == (SUNDAYS,)


@pytest.mark.parametrize(
    ("rule", "expected"), [(OnHolidays.CLOSED, ()), (OnHolidays.SUNDAY, (SUNDAYS,)), (OnHolidays.USUAL, (DAY,))]
)
def test_on_national_day_the_holiday_rule_counts(rule, expected):
    day = hours("2026-10-01", on_holidays=rule)
    assert day.is_holiday
    assert day.hours == expected


def test_a_moved_saturday_is_no_holiday():
    assert not hours("2026-10-10").is_holiday
    assert hours("2026-10-10").hours == (DAY,)


def test_a_common_sunday_is_no_holiday():
    assert hours("2026-09-06").hours == (SUNDAYS,)
    assert not hours("2026-09-06").is_holiday


def test_a_single_day_counts_before_the_holiday_and_the_week():
    special = {"2026-10-01": SpecialDay((SUNDAYS,), "国庆开放"), "2026-09-07": SpecialDay((), "闭馆")}
    assert hours("2026-10-01", **special).hours == (SUNDAYS,)
    assert hours("2026-09-07", **special) == hours("2026-09-07", **special)
    assert hours("2026-09-07", **special).hours == ()
    assert hours("2026-09-07", **special).reason == "闭馆"


def test_of_a_year_nobody_has_announced_the_week_is_known_and_said_to_be_all():
    def unknown(day):
        raise DomainError("workdays.unknown_year", year=day.year)

    day = day_of(opening(), datetime.date(2029, 10, 1), is_holiday=unknown)
    assert day.hours == (DAY,)
    assert not day.calendar_known


def test_visits_fill_the_hours_and_a_rest_too_short_is_none():
    slots = slots_of(hours("2026-09-06"), minutes=45)
    assert [f"{begin:%H:%M}–{end:%H:%M}" for begin, end in slots] == ["13:00–13:45", "13:45–14:30"]
    assert slots[0][0].tzinfo is SHANGHAI


@pytest.mark.parametrize("size", [0, 11, -1])
def test_nobody_and_a_busload_cannot_be_booked(size):
    with pytest.raises(DomainError, match=r"venues\.party_size"):
        check_party(size)


def test_what_has_begun_or_lies_far_ahead_cannot_be_booked():
    now = datetime.datetime(2026, 9, 7, 10, tzinfo=SHANGHAI)
    with pytest.raises(DomainError, match=r"venues\.too_late"):
        check_bookable(now, now=now, days_ahead=14)
    with pytest.raises(DomainError, match=r"venues\.too_early"):
        check_bookable(now + datetime.timedelta(days=15), now=now, days_ahead=14)
    check_bookable(now + datetime.timedelta(days=14, hours=9), now=now, days_ahead=14)
