"""`manage.py key_warnings`: tells heads and operators of keys whose certificate ends soon. Run it daily."""

from typing import Any

from django.core.management.base import BaseCommand

from certification.certificates.services.keys import warn_of_ending_keys
from lms.core import clock


class Command(BaseCommand):
    help = "Tell heads and operators 90, 30 and 7 days before the certificate of a key in use ends, once each."

    def handle(self, *args: Any, **options: Any) -> None:
        for told in warn_of_ending_keys(now=clock.now()):
            self.stdout.write(f"{told.key.organisation.name}: {told.key.name}: {told.days_left} days left; told {told.people}")
