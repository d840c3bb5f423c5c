"""Remind who visits a venue within a day, and forget who visited long ago. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.venues.services import forget, remind
from lms.core import clock


class Command(BaseCommand):
    help = "Tell visitors of venues about their visit one day before; each once."

    def handle(self, *args: Any, **options: Any) -> None:
        forget(now=clock.now())
        if told := remind(now=clock.now()):
            self.stdout.write(f"{told} visitors reminded.")
