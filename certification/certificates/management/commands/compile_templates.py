"""Compare the two engines on every published template that nobody has compared as it is drawn now, the house's own included."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from certification.certificates.rules import Kind
from certification.certificates.selectors import house_template
from certification.certificates.services.templates import compare_version, uncompared


class Command(BaseCommand):
    help = "Let published templates be compiled where both engines draw the same; about a minute for each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", choices=[kind.value for kind in Kind], help="only the house's design of this kind")
        parser.add_argument("--json", action="store_true", help="print one JSON object per version")

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = [Kind(options["kind"])] if options["kind"] else list(Kind)
        house = {house_template(kind).pk for kind in kinds}
        for version in uncompared():
            if options["kind"] and version.pk not in house:
                continue
            version = compare_version(version)
            if options["json"]:
                self.stdout.write(json.dumps({"template": str(version), "engine": version.engine, **version.report}))
            else:
                self.stdout.write(f"{version}: {version.get_engine_display()}")
