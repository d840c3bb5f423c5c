"""Draws a form to print from its HTML; for developers, since the PDF is kept in the repository."""

from typing import Any

import weasyprint
from django.core.management.base import BaseCommand, CommandParser

from lms.demo.documents import FOLDER


class Command(BaseCommand):
    help = "Draw lms/demo/data/documents/NAME.pdf (PDF/UA-1) from NAME.html."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target = FOLDER / f"{options['name']}.html", FOLDER / f"{options['name']}.pdf"
        weasyprint.HTML(filename=source).write_pdf(target, pdf_variant="pdf/ua-1", full_fonts=False)
        self.stdout.write(f"{target.name}: {target.stat().st_size // 1000} kB")
