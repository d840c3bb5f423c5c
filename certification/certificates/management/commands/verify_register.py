"""`manage.py verify_register`: compare every certificate with what the ledger recorded about it."""

import json
import time
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates.reconciliation import Reconciliation

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Compare status, number, file and claims of every certificate with the ledger; exit status 1 and the first "
        f"{SHOWN} that differ. Run verify_ledger as well: it tells whether the ledger itself is whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        begun = time.perf_counter()
        compared = Reconciliation()
        wrong = list(islice(compared.disagreements(), SHOWN))
        seconds = time.perf_counter() - begun
        if as_json:
            facts = {"certificates": compared.certificates, "acts": compared.acts, "seconds": round(seconds, 3)}
            self.stdout.write(json.dumps({"ok": not wrong, **facts, "wrong": [asdict(one) for one in wrong]}))
        elif not wrong:
            self.stdout.write(f"The register agrees with the ledger: {compared.certificates} certificates in {seconds:.1f} s.")
        if wrong:
            lines = [f"Certificate {one.certificate} {one.number}: {one.reason}." for one in wrong]
            raise CommandError("\n".join(lines))
