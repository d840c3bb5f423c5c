"""Working days of the People's Republic of China, public holidays and moved Saturdays included."""

import datetime

import chinese_calendar

from lms.core.errors import DomainError


def is_workday(day: datetime.date) -> bool:
    """Tell whether people work on that day.

    Raises `DomainError("workdays.unknown_year")` for a year whose holidays the State Council has
    not announced, or that the calendar library does not know yet.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except (NotImplementedError, ValueError, OverflowError):
        raise DomainError("workdays.unknown_year", year=day.year) from None


def add_workdays(day: datetime.date, count: int) -> datetime.date:
    """Return the working day that lies `count` working days after (or, negative, before) `day`.

    Raises `DomainError("workdays.unknown_year")` like `is_workday`, also where the calendar of dates itself ends.
    """
    step = datetime.timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        try:
            day += step
        except OverflowError:
            raise DomainError("workdays.unknown_year", year=day.year) from None
        left -= is_workday(day)
    return day


def workdays_between(first: datetime.date, last: datetime.date) -> int:
    """Return how many working days lie in `first <= day <= last`; 0 when `last` is earlier."""
    span = (last - first).days
    return sum(is_workday(first + datetime.timedelta(days=n)) for n in range(span + 1))


def is_public_holiday(day: datetime.date) -> bool:
    """Tell whether the day belongs to a public holiday as the State Council announced it, bridging days included.

    A common weekend is none. Raises `DomainError("workdays.unknown_year")` like `is_workday`.
    """
    if is_workday(day):
        return False
    return chinese_calendar.get_holiday_detail(day)[1] is not None
