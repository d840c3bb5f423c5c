"""`manage.py grow_log`: bring the public log up to the end of the ledger and sign a tree head."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.registry.transparency.services import exchange_key, grow
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of


class Command(BaseCommand):
    help = "Merge new acts about certificates into the public log. Safe to run at any time, twice, and to kill."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="exchange the log's key first; the old one vouches for it")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, new_key: bool, as_json: bool, **options: Any) -> None:
        now = clock.now()
        try:
            if new_key:
                exchange_key(actor=None, now=now)
            growth = grow(now=now)
        except DomainError as error:
            raise CommandError(text_of(error)) from error
        if as_json:
            self.stdout.write(json.dumps(asdict(growth)))
        else:
            self.stdout.write(f"{growth.added} entries merged; the log has {growth.size}, tree head {growth.head}.")
