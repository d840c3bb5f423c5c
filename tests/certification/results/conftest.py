from tests.exam_day import exam_day  # noqa: F401
from tests.resit import first_exam, shared_first_exam  # noqa: F401
