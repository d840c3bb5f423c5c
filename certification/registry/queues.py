"""What the registry asks of officer and head."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from certification.registry.upload.queue import waiting
from lms.core.queues import QueueRow


def desk(user: Any, now: datetime) -> Iterable[QueueRow]:
    """Certificates to report, lists to release, and sheets that wait for their receipt."""
    yield from waiting(user)
