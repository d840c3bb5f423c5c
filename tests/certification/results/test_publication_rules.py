from datetime import date, timedelta

import pytest

from certification.results import rules
from lms.core.errors import DomainError


def plain_days(on: date, days: int) -> date:
    return on + timedelta(days=days)


def test_the_opening_day_is_not_counted() -> None:
    assert rules.last_day(date(2026, 3, 2), days=5, add_workdays=plain_days) == date(2026, 3, 7)


def test_a_publication_without_days_is_refused() -> None:
    with pytest.raises(DomainError):
        rules.last_day(date(2026, 3, 2), days=0, add_workdays=plain_days)


@pytest.mark.parametrize(("today", "running"), [(date(2026, 3, 8), True), (date(2026, 3, 9), True), (date(2026, 3, 10), False)])
def test_the_list_hangs_to_the_end_of_its_last_day(today: date, running: bool) -> None:
    assert rules.is_running(closes_on=date(2026, 3, 9), today=today) is running
