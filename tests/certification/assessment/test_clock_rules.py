from datetime import UTC, datetime, timedelta

import pytest

from certification.assessment import rules

START = datetime(2026, 3, 14, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "door"),
    [
        (timedelta(seconds=-1), "early"),
        (timedelta(0), "open"),
        (timedelta(minutes=29, seconds=59), "open"),
        (timedelta(minutes=30), "closed"),
    ],
)
def test_the_door_opens_at_the_start_and_closes_thirty_minutes_later(after: timedelta, door: str) -> None:
    assert rules.door(starts_at=START, now=START + after) == door


@pytest.mark.parametrize(("after", "minutes"), [(0, 90), (29.5, 61), (90, 0), (200, 0)])
def test_who_comes_late_has_less_time(after: float, minutes: int) -> None:
    assert rules.minutes_left(starts_at=START, minutes=90, now=START + timedelta(minutes=after)) == minutes


def test_the_deadline_itself_is_over() -> None:
    assert rules.is_over(deadline=START, now=START)
    assert not rules.is_over(deadline=START, now=START - timedelta(microseconds=1))
    assert not rules.is_over(deadline=None, now=START)
