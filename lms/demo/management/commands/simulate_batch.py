"""`manage.py simulate_batch`: a season of examinations through the services, every candidate's end explained by rows."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.demo.batch.body import has_run
from lms.demo.batch.season import play
from lms.demo.batch.sessions import SESSIONS
from lms.demo.batch.summary import summary_of

LEAST = 12
"""So many candidates a session needs, so that each thing that is injected befalls somebody."""


class Command(BaseCommand):
    help = "Play six sessions from the plan to the certificates through the services. Once in a database; same seed, same result."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--candidates", type=int, default=1000)
        parser.add_argument("--plans", type=int, default=len(SESSIONS), choices=range(1, len(SESSIONS) + 1))
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object and nothing else")

    def handle(self, *args: Any, seed: int, candidates: int, plans: int, as_json: bool, **options: Any) -> None:
        if has_run():
            raise CommandError("The simulation has run in this database already. Run it once, in a database of its own.")
        if candidates < LEAST * plans:
            raise CommandError(f"{plans} sessions need at least {LEAST * plans} candidates.")
        begun = time.monotonic()
        tell = (lambda _line: None) if as_json else (lambda line: self.stdout.write(f"{time.monotonic() - begun:6.0f} s  {line}"))
        exams = play(seed=seed, candidates=candidates, plans=plans, tell=tell)
        result = summary_of(exams, seed=seed, candidates=candidates)
        result["seconds"] = round(time.monotonic() - begun, 1)
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=None if as_json else 1))
        if result["explained"] != candidates or not result["ledger_ok"]:
            raise CommandError("Not every candidate's end is explained by rows, or the ledger is broken.")
