"""Write the verification page that needs no server into a file."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.registry.offline.builder import FILE_NAME, offline_page
from lms.core import clock


class Command(BaseCommand):
    """The file can be put on any web server, a memory stick or a phone: it asks nobody anything."""

    help = "Write one HTML file that checks QR codes of certificates without a network."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help=f"a file, or a folder to write {FILE_NAME} into")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"]
        path = target / FILE_NAME if target.is_dir() else target
        data = offline_page(now=clock.now())
        unfinished = path.with_name(f"{path.name}.new")
        try:
            # Whoever fetches the file meanwhile gets the old one or the new one, never half of it.
            unfinished.write_bytes(data)
            unfinished.replace(path)
        except OSError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"{path}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
