"""Years of work, counted the way a reviewer counts them with a calendar."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

Period = tuple[date, date]
"""Half-open: from the first day, up to but not including the second."""


def add_years(day: date, years: int) -> date:
    """Return the same day `years` later; 29 February becomes 28 February.

    Source: Civil Code Art. 202: without a corresponding day the period ends on
    the last day of the month.
    """
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def merge_periods(periods: Iterable[Period]) -> list[Period]:
    """Return the periods in order, overlapping and touching ones joined. Source: I8."""
    merged: list[Period] = []
    for start, end in sorted(period for period in periods if period[0] < period[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def full_years(periods: Iterable[Period]) -> int:
    """Return the completed years of merged periods laid end to end.

    House rule: the days of all periods are laid end to end from the first day of
    the first period, and years are counted on that calendar. One unbroken period
    is thus counted exactly, and gaps simply do not count.
    """
    merged = merge_periods(periods)
    if not merged:
        return 0
    start = merged[0][0]
    end = start + timedelta(days=total_days(merged))
    years = end.year - start.year
    return years if add_years(start, years) <= end else years - 1


def total_days(periods: Iterable[Period]) -> int:
    return sum((end - start).days for start, end in periods)


def remaining_days(periods: Iterable[Period], years: int) -> int:
    """Return how many more days of work complete `years`; 0 when they are complete."""
    merged = merge_periods(periods)
    if not merged:
        return years * 365
    start = merged[0][0]
    return max(0, (add_years(start, years) - start).days - total_days(merged))


def reached_on(periods: Iterable[Period], years: int, *, on: date) -> date:
    """Return the day `years` are complete if work goes on without a break from `on`."""
    merged = merge_periods(periods)
    if not merged:
        return add_years(on, years)
    return on + timedelta(days=remaining_days(merged, years))
