import json
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates.stamping.archive import AHEAD
from certification.certificates.stamping.renewal import renew_time_stamps
from lms.core import clock
from lms.core.errors import DomainError


class Command(BaseCommand):
    help = "Stamp the files whose time stamp is near its end once more (PAdES B-LTA). Run it every month."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=AHEAD.days, help="how many days before its end a stamp is renewed")
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            renewal = renew_time_stamps(now=clock.now(), ahead=timedelta(days=options["days"]), dry_run=options["dry_run"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            facts = {"seen": renewal.seen, "stamped": renewal.stamped, "failed": renewal.failed, "job": renewal.job.pk}
            self.stdout.write(json.dumps({**facts, "dry_run": options["dry_run"]}))
        else:
            verb = "to be stamped" if options["dry_run"] else "stamped"
            self.stdout.write(f"{renewal.seen} files read, {renewal.stamped} {verb}, {renewal.failed} not sound")
        if renewal.failed:
            rows = renewal.job.rows.filter(ok=False).order_by("key")[:20]
            raise CommandError("\n".join(f"{row.key}: {row.message}" for row in rows))
