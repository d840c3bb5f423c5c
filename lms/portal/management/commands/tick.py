"""What has to happen again and again without anybody asking, in one process, for cron or a timer to call every minute."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

COMMANDS = (
    *("publish_scheduled", "sweep_certificates", "sweep_uploads", "grow_log"),
    *("remind_visitors", "remind_learners", "warn_of_terms", "remind_of_nodes", "remind_of_answers", "expire_entries"),
    *("watch_retention", "sweep_notices"),
)
log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Publish pages whose time has come, take up interrupted batches, let the public log grow, and send what is due."

    def handle(self, *args: Any, **options: Any) -> None:
        failed = [name for name in COMMANDS if not _done(partial(call_command, name, stdout=self.stdout), name)]
        if failed:
            # The others have run all the same.
            raise SystemExit(f"failed: {', '.join(failed)}")


def _done(work: Callable[[], Any], name: str) -> bool:
    try:
        work()
    except Exception:
        log.exception("%s failed", name)
        return False
    return True
