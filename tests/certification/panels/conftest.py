from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.exam_day import exam_day  # noqa: F401
from tests.review_day import make_review_day, ready


@pytest.fixture
def day(exam_day: SimpleNamespace, make_user: Callable) -> SimpleNamespace:
    """A level 2 plan, seats arranged, its review set up; nobody named yet."""
    return make_review_day(exam_day, make_user)


@pytest.fixture
def hour(day: SimpleNamespace) -> SimpleNamespace:
    """The hour of the review: panel, dossiers and slots are there, the other parts are done."""
    return ready(day)
