"""When the end of a card or filing is told, and how long a declaration counts."""

import calendar
from datetime import date

WARNED_AT = (7, 30, 90)
"""Days before the last day at which holders and officers are told, the latest first."""


def declared_since(today: date, *, months: int) -> date:
    """Return the first day whose declaration still counts today: the same day so many months ago, or that month's last."""
    month = today.year * 12 + today.month - 1 - months
    year, index = divmod(month, 12)
    last = calendar.monthrange(year, index + 1)[1]
    return date(year, index + 1, min(today.day, last))


def declaration_counts(declared_on: date | None, *, today: date, months: int) -> bool:
    """Return whether a declaration counts today; where none is asked for (0 months), any does."""
    if declared_on is None:
        return False
    return not months or declared_on >= declared_since(today, months=months)
