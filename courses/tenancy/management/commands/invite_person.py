"""`manage.py invite_person`: invites somebody into an organisation, into the offices too that no page gives out.

invite_person --organisation shencheng --role course_reviewer --contact jiang@example.org
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.tenancy.forms import contact_in
from courses.tenancy.services.invitations import invite_member
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.models import Organisation
from lms.organisations.rules import Role


class Command(BaseCommand):
    help = "Invite a person into an organisation, into any role; the operator answers for who it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, help="short name (slug) of the organisation")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--contact", required=True, help="phone or e-mail")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        try:
            contact = contact_in(options["contact"])
            invitation = invite_member(organisation, role=Role(options["role"]), contact=contact, actor=None, now=clock.now())
        except DomainError as error:
            raise CommandError(text_of(error)) from error
        self.stdout.write(f"{organisation.name}: the invitation went to {invitation.masked_contact}.")
