"""Answers, marks, and when it is too late."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any

from courses.questionbank.rules.blueprints import FULL_MARK
from courses.questionbank.rules.items import Kind
from lms.core.errors import DomainError

HUNDREDTH = Decimal("0.01")

LATE_KEPT_FOR = timedelta(hours=24)
"""How long after the deadline an answer that was held up on its way is still kept. House rule."""


class Status(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


class Event(StrEnum):
    SUBMIT = "submit"


TRANSITIONS: dict[tuple[StrEnum, StrEnum], StrEnum] = {(Status.OPEN, Event.SUBMIT): Status.SUBMITTED}


def check_answer(question: Mapping[str, Any], given: Sequence[str]) -> list[str]:
    """Return the given option keys sorted and without repeats; an empty list clears the answer.

    Raises `DomainError` (422) for a key the question does not offer or two keys where one fits.
    """
    keys = {option["key"] for option in question["options"]}
    chosen = sorted(set(given))
    if any(key not in keys for key in chosen):
        raise DomainError("questionbank.answer_unknown", status=422)
    if len(chosen) > 1 and question["kind"] != Kind.MULTIPLE.value:
        raise DomainError("questionbank.answer_one_only", status=422)
    return chosen


def score(kind: Kind | str, answer: Sequence[str], given: Sequence[str], points: Decimal) -> Decimal:
    """Return the points earned: all for exactly the right set of options, otherwise none.

    House rule: a multiple-choice answer that is partly right earns nothing.
    """
    Kind(kind)
    return points if given and Counter(set(given)) == Counter(set(answer)) else Decimal(0)


def mark_of(earned: Decimal, total: Decimal) -> Decimal:
    """Return the mark out of 100, cut (never rounded up) after two decimals: 59.999 is not 60."""
    if total <= 0:
        raise DomainError("questionbank.paper_without_points", status=422)
    return (earned * FULL_MARK / total).quantize(HUNDREDTH, rounding=ROUND_DOWN)


def is_pass(mark: Decimal | None, pass_mark: Decimal) -> bool:
    """Both out of 100: the pass mark itself is enough. A mark of None (nothing handed in) is no pass."""
    return mark is not None and mark >= pass_mark


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Say whether the time is up; the last moment to save is just before the deadline."""
    return deadline is not None and now >= deadline


def is_kept_late(*, deadline: datetime | None, submitted: bool, now: datetime) -> bool:
    """Say whether an answer that arrives now is too late to count and in time to be kept as evidence.

    Too late is what arrives after the paper was handed in or its time was up; kept is what arrives
    up to 24 hours after the deadline, that moment included. Practice has no deadline and keeps nothing.
    """
    closed = submitted or is_over(deadline, now)
    return closed and deadline is not None and now <= deadline + LATE_KEPT_FOR
