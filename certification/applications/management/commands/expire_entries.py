"""Empty what bodies wrote about people who never confirmed it. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.applications.services.expiring import expire_entries
from lms.core import clock


class Command(BaseCommand):
    help = "Empty the entries that nobody confirmed and the tables that nobody took in, 30 days after registration."

    def handle(self, *args: Any, **options: Any) -> None:
        if ended := expire_entries(now=clock.now()):
            self.stdout.write(f"{ended} entries and tables: ended.")
