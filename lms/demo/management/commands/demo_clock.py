"""`manage.py demo_clock`: show or move the clock of a demonstration."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from lms.core import clock


class Command(BaseCommand):
    help = "Show the demonstration's clock, or move it: --to '2026-09-26 08:55', --days 7, --real."

    def add_arguments(self, parser: CommandParser) -> None:
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--to", help="local date and time, Asia/Shanghai")
        group.add_argument("--days", type=float, help="move on by so many days")
        group.add_argument("--real", action="store_true", help="back to the real time")

    def handle(self, *args: Any, to: str | None, days: float | None, real: bool, **options: Any) -> None:
        moment: datetime.datetime | None = None
        if to:
            parsed = parse_datetime(to)
            if parsed is None:
                raise CommandError(f"Not a date and time: {to!r}. Write it like 2026-09-26 08:55.")
            moment = timezone.make_aware(parsed) if timezone.is_naive(parsed) else parsed
        elif days is not None:
            moment = clock.now() + datetime.timedelta(days=days)
        elif real:
            moment = timezone.now()
        if moment is not None:
            try:
                clock.set_demo_now(moment)
            except RuntimeError as error:
                raise CommandError(str(error)) from None
        self.stdout.write(f"{timezone.localtime(clock.now()):%Y-%m-%d %H:%M} (Asia/Shanghai)")
