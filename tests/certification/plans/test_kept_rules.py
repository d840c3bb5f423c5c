from datetime import date

import pytest

from certification.plans.rules.kept import Refusal, kept_until, refusal_of


@pytest.mark.parametrize(
    ("passed", "months", "until"),
    [
        (date(2026, 9, 12), 12, date(2027, 9, 12)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 9, 12), 0, date(2026, 9, 12)),
    ],
)
def test_a_part_is_kept_to_the_same_day_or_the_last_of_the_month(passed: date, months: int, until: date) -> None:
    assert kept_until(passed, months=months) == until


def refused(**changes: object) -> Refusal | None:
    facts = {
        "until": date(2027, 9, 12),
        "exam_date": date(2027, 9, 12),
        "same_edition": True,
        "uses": 0,
        "most_uses": 1,
        "reaches": True,
    }
    return refusal_of(**facts | changes)


def test_i26_within_its_days_its_edition_and_its_number_it_counts() -> None:
    assert refused() is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"exam_date": date(2027, 9, 13)}, Refusal.EXPIRED),
        ({"same_edition": False}, Refusal.EDITION),
        ({"uses": 1}, Refusal.USED_UP),
        ({"most_uses": 0}, Refusal.USED_UP),
        ({"reaches": False}, Refusal.TOO_LOW),
        ({"same_edition": False, "exam_date": date(2028, 1, 1)}, Refusal.EDITION),
    ],
)
def test_i26_otherwise_it_does_not_and_says_why(changes: dict, why: Refusal) -> None:
    assert refused(**changes) is why
