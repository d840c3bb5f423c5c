"""Tell classes what is due soon and what is overdue, each day once. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.learning.services.reminding import remind_of_dues
from lms.core import clock


class Command(BaseCommand):
    help = "Tell the learners of classes three days before a module is due and once it is overdue; each once."

    def handle(self, *args: Any, **options: Any) -> None:
        if told := remind_of_dues(now=clock.now()):
            self.stdout.write(f"{told} learners reminded.")
