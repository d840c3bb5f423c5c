from tests.exam_day import exam_day  # noqa: F401
from tests.held import held  # noqa: F401
from tests.issued import certified_day, demo_authority, key_folder, portrait  # noqa: F401
from tests.signed_file import key, root, signed, unsigned  # noqa: F401
from tests.stamped_file import stamped  # noqa: F401
