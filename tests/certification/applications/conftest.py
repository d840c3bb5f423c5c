from tests.exam_day import exam_day
from tests.issued import certified_day, demo_authority, key_folder, portrait
from tests.open_plan import body, candidate, draft, plan, scheme

__all__ = [
    "body",
    "candidate",
    "certified_day",
    "demo_authority",
    "draft",
    "exam_day",
    "key_folder",
    "plan",
    "portrait",
    "scheme",
]
