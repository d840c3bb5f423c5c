"""The exam day, for supervision."""

from tests.exam_day import exam_day  # noqa: F401
