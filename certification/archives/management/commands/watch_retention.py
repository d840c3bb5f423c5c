"""Tell what is past its retention. `tick` calls it; the heads find the same rows on their desks."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.archives.models import Archive
from certification.archives.selectors import over_retention
from lms.core import clock


class Command(BaseCommand):
    help = "List papers and recordings whose retention is over; destroys nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for archive, kept, last in over_retention(Archive.objects.all(), now=clock.now()):
            self.stdout.write(f"{archive.plan.number}: {kept.value} kept until {last.isoformat()}, over.")
