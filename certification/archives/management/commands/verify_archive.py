"""Check an archive's package without a network and without the database."""

import json
from pathlib import Path
from typing import Any

from cryptography import x509
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.archives.verifying import verify_package


class Command(BaseCommand):
    """Exit status 0: nothing is wrong. 1: something is. 2: it could not be checked."""

    help = "Check the package of an archive offline: index, volumes, seal, signature; exits 0 when nothing is wrong, 1 when not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the package as a ZIP file")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--roots", type=Path, help="PEM file of roots that you trust; without it nobody's key is trusted")
        parser.add_argument("--seal", default="", help="a seal that was noted elsewhere, 64 hexadecimal digits")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: no such file", returncode=2)
        roots: list[x509.Certificate] = []
        if options["roots"]:
            try:
                roots = x509.load_pem_x509_certificates(options["roots"].read_bytes())
            except (OSError, ValueError) as error:
                raise CommandError(f"{options['roots']}: {error}", returncode=2) from None
        report = verify_package(path, roots=roots, seal=options["seal"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, sort_keys=True))
        else:
            self.stdout.write(f"{path.name}: {report.plan or '?'}")
            for name, reason in report.wrong:
                self.stdout.write(f"  WRONG    {name}: {reason}")
            for sentence in report.proven:
                self.stdout.write(f"  proven   {sentence}")
            for sentence in report.not_proven:
                self.stdout.write(f"  unproven {sentence}")
        if not report.ok:
            raise SystemExit(1)
