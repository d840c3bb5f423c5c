"""Find what was left lying: batches whose worker died, certificates past their term, people decided and not issued."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certification.certificates.services.sweeping import sweep
from lms.core import clock


class Command(BaseCommand):
    help = "Take up interrupted batches, write down expired certificates, and count who is decided but not issued. Run it often."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        found = sweep(today=timezone.localdate(now), now=now)
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json()))
            return
        self.stdout.write(f"Batches taken up again: {found.taken_up}")
        self.stdout.write(f"Certificates expired: {found.expired}")
        for plan, count in found.waiting.items():
            self.stdout.write(f"{plan}: {count} decided, not issued")
