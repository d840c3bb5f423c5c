"""Send what is due: after quiet hours, gathered mails, what failed before, what a dead worker left. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.core import clock
from lms.notices.sending import sweep


class Command(BaseCommand):
    help = "Send SMS and mails that are due; safe to run as often as one likes, and at the same time."

    def handle(self, *args: Any, **options: Any) -> None:
        done = sweep(now=clock.now())
        if done.sent or done.put_back:
            self.stdout.write(f"{done.sent} messages sent, {done.put_back} put back; {done.gathered} gathered mails made.")
