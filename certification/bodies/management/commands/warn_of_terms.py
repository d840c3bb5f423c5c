"""Tell whom it concerns of cards and filings that end soon. `tick` calls it."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.bodies.services.warnings import warn_of_ending_terms
from lms.core import clock


class Command(BaseCommand):
    help = "Tell holders, officers and heads 90, 30 and 7 days before a card or a filing ends, once each."

    def handle(self, *args: Any, **options: Any) -> None:
        if told := warn_of_ending_terms(now=clock.now()):
            self.stdout.write(f"{told} cards and filings end soon; told.")
