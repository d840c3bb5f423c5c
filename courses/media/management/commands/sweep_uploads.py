"""Drops uploads that nobody has gone on with."""

from typing import Any

from django.core.management.base import BaseCommand

from courses.media.services.uploads import sweep_uploads
from lms.core import clock


class Command(BaseCommand):
    help = "Drop uploads that were begun two days ago and never finished."

    def handle(self, *args: Any, **options: Any) -> None:
        sweep_uploads(now=clock.now())
