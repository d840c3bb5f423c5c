from tests.courses.conftest import author, course, lessons, modules, reviewer, shared_course, shared_tree, tree  # noqa: F401
from tests.exam_day import exam_day, shared_exam_day  # noqa: F401
from tests.issued import certified_day, demo_authority, key_folder, portrait, shared_certified_day  # noqa: F401
from tests.open_plan import body, candidate, draft, plan, scheme  # noqa: F401
