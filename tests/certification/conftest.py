from tests.exam_day import shared_exam_day  # noqa: F401
from tests.issued import portrait, shared_certified_day  # noqa: F401
