"""`manage.py verify_ledger`: read the whole chain and name the first wrong entry, then every row that contradicts it."""

import json
import time
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.core import ledger, reconciliation

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Check the hash chain of the ledger, against what the signed tree heads recorded as well; "
        "exit status 1 and the first wrong entry when it is broken. Then the rows whose rooms compare them with the ledger: "
        f"exit status 1 and the first {SHOWN} that were changed after they were recorded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        begun = time.perf_counter()
        report = ledger.verify()
        # A broken chain says nothing about rows.
        changed = list(islice(reconciliation.disagreements(), SHOWN)) if report.ok else []
        seconds = time.perf_counter() - begun
        if as_json:
            rows = [asdict(row) for row in changed]
            facts = {**asdict(report), "seconds": round(seconds, 3), "changed_rows": rows}
            self.stdout.write(json.dumps({**facts, "ok": report.ok and not changed}))
        elif report.ok:
            self.stdout.write(f"The ledger is whole: {report.entries} entries, head {report.head}, read in {seconds:.1f} s.")
        if not report.ok:
            raise CommandError(f"The ledger is broken at entry {report.first_wrong}: {report.reason}.")
        if changed:
            raise CommandError("\n".join(f"{row.subject}: {row.reason}." for row in changed))
