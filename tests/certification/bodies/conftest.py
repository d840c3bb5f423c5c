from tests.exam_day import exam_day
from tests.open_plan import body, candidate, draft, plan, scheme

__all__ = ["body", "candidate", "draft", "exam_day", "plan", "scheme"]
