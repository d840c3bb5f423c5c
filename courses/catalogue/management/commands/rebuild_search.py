"""`manage.py rebuild_search`: write anew what can be found of all published courses and lessons."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.catalogue.indexing import rebuild


class Command(BaseCommand):
    help = "Write the search index anew from the published pages. Needed once after an upgrade; publishing keeps it afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        begun = time.perf_counter()
        counts = rebuild()
        seconds = round(time.perf_counter() - begun, 3)
        if as_json:
            self.stdout.write(json.dumps({"texts": counts, "seconds": seconds}))
        else:
            kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) or "nothing published"
            self.stdout.write(f"The search index is new: {kinds}, in {seconds:.1f} s.")
