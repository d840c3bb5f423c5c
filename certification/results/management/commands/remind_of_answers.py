"""Remind whoever may answer reviews, appeals and objections. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.results.services.reminding import remind_of_answers
from lms.core import clock


class Command(BaseCommand):
    help = "Remind of answers to reviews, appeals and objections before they are due, and tell heads and authority of late ones."

    def handle(self, *args: Any, **options: Any) -> None:
        if told := remind_of_answers(now=clock.now()):
            self.stdout.write(f"{told} answers: told.")
