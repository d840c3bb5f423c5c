"""Growing the log soon after an act about a certificate, without anybody waiting for it."""

import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django_tasks import default_task_backend, task

from certification.registry.transparency.leaves import public_kind
from certification.registry.transparency.services import grow
from lms.core import clock
from lms.core.models import LedgerEntry

MERGE_SECONDS = 15
"""How long acts are gathered before they are merged, where a worker runs."""

_WAITING = "registry:log:waiting"


@task()
def grow_log() -> None:
    """Bring the log up to the end of the ledger. Safe to run at any time, and twice."""
    grow(now=clock.now())


def grow_soon() -> None:
    """Queue one growth for all acts of the next seconds; where tasks run at once, grow now."""
    if not default_task_backend.supports_defer:
        grow_log.enqueue()
    # The mark is gone a second before the task runs: whoever finds it is in time to be taken along.
    elif cache.add(_WAITING, 1, timeout=MERGE_SECONDS - 1):
        wait = datetime.timedelta(seconds=MERGE_SECONDS)
        grow_log.using(run_after=datetime.datetime.now(datetime.UTC) + wait).enqueue()


def when_entries_are_appended(*, entries: list[LedgerEntry], **kwargs: Any) -> None:
    """Grow the log when an act about a certificate commits (a receiver of `ledger.entries_appended`)."""
    if any(public_kind(entry.kind, entry.subject) for entry in entries):
        transaction.on_commit(grow_soon)
