from tests.exam_day import exam_day  # noqa: F401
from tests.issued import certified_day, demo_authority, key_folder, portrait  # noqa: F401
