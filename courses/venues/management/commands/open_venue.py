"""`manage.py open_venue`: opens an exhibition venue of an organisation; its authors complete and publish the page.

open_venue --organisation shencheng --title 申城辅具体验馆 --address 长乐路88号 --summary 可以看、可以试。
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.catalogue.models import CollegePage
from courses.venues.forms import OpenVenueForm
from courses.venues.services import open_venue
from lms.core import clock
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.organisations.models import Organisation


class Command(BaseCommand):
    help = "Open an exhibition venue of an organisation, unpublished."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", required=True, help="short name (slug) of the organisation that runs it")
        parser.add_argument("--title", required=True, help="name of the venue")
        parser.add_argument("--address", required=True)
        parser.add_argument("--summary", required=True, help="what there is to see and to try, in one or two sentences")

    def handle(self, *args: Any, **options: Any) -> None:
        organisation = Organisation.objects.filter(slug=options["organisation"]).first()
        if organisation is None:
            raise CommandError(f"There is no organisation {options['organisation']}.")
        form = OpenVenueForm({name: options[name] for name in OpenVenueForm.base_fields})
        if not form.is_valid():
            raise CommandError("; ".join(f"--{name}: {' '.join(map(str, texts))}" for name, texts in form.errors.items()))
        try:
            venue = open_venue(organisation, **form.cleaned_data, actor=None, now=clock.now())
        except DomainError as error:
            raise CommandError(text_of(error)) from error
        self.stdout.write(f"{venue.title}: opened, not published yet. Its editor: /cms/pages/{venue.pk}/edit/")
        if not CollegePage.objects.filter(organisation=organisation).exists():
            self.stdout.write(f"{organisation.name} has no course tree, so no authors: only a superuser can edit the page.")
