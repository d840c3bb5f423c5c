"""How long a passed part is kept, and in how many re-sits 补考 it helps. Sources: domain.md §5.0, §5.3, I26."""

import calendar
from datetime import date
from enum import StrEnum


class Refusal(StrEnum):
    """Why a passed part does not help in a later exam."""

    EXPIRED = "expired"
    """It is kept, but not up to the day of that exam."""
    EDITION = "edition"
    """It was passed under another version of the scheme, which nobody declared equivalent."""
    USED_UP = "used_up"
    """It has helped in as many re-sits as the scheme allows."""
    TOO_LOW = "too_low"
    """It would not reach the pass mark of the version in force."""


def kept_until(passed_on: date, *, months: int) -> date:
    """Return the last day on which a part counts: the same day so many months later, or that month's last.

    House rule: counted from the exam day, and the last day belongs to it.
    """
    month = passed_on.year * 12 + passed_on.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(passed_on.day, calendar.monthrange(year, month + 1)[1]))


def refusal_of(
    *, until: date, exam_date: date, same_edition: bool, uses: int, most_uses: int, reaches: bool = True
) -> Refusal | None:
    """Return why a passed part does not count on that exam day, or None when it does; what lasts longest is named first."""
    if not same_edition:
        return Refusal.EDITION
    if not reaches:
        return Refusal.TOO_LOW
    if uses >= most_uses:
        return Refusal.USED_UP
    return Refusal.EXPIRED if exam_date > until else None
