"""Remind officers and heads of what is due in their plans. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.plans.watching import remind_of_nodes
from lms.core import clock


class Command(BaseCommand):
    help = "Remind of the nodes of running plans before they are due, and tell the head of what is late; each once."

    def handle(self, *args: Any, **options: Any) -> None:
        if told := remind_of_nodes(now=clock.now()):
            self.stdout.write(f"{told} nodes of plans: told.")
