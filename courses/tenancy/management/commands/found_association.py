"""`manage.py found_association`: makes a site's first association and invites its head, once.

    found_association --name 申城康复辅助器具协会 --slug shencheng --contact 13800000001

Who accepts is its head, and invites colleges, firms and colleagues on the site. For its other offices, and if the
invitation ran out, there is `invite_person`.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.tenancy.forms import contact_in
from courses.tenancy.services.founding import found_association
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of


class Command(BaseCommand):
    help = "Make the first association of a site and invite its head."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the full name, as on its seal")
        parser.add_argument("--name-en", default="", help="its English name")
        parser.add_argument("--slug", required=True, help="address of its page: small letters, digits and hyphens")
        parser.add_argument("--contact", required=True, help="phone or e-mail of its head")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            invitation = found_association(
                name=options["name"],
                name_en=options["name_en"],
                slug=options["slug"],
                contact=contact_in(options["contact"]),
                now=clock.now(),
            )
        except DomainError as error:
            raise CommandError(text_of(error)) from error
        self.stdout.write(f"{invitation.target_name}: the invitation of its head went to {invitation.masked_contact}.")
