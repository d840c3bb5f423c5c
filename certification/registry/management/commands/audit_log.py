"""`manage.py audit_log`: check a public log from public data alone. Needs no database, and no trust in who runs the log."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.registry.transparency.auditor import AuditFailure, KeptHead, audit, kept_head
from certification.registry.transparency.sources import open_source, write_folder


class Command(BaseCommand):
    help = (
        "Fetch all keys, tree heads and entries of a certificate log, and compute everything anew; "
        "exit status 1 and a sentence naming the first thing wrong."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", nargs="?", help="address of the site, or folder written by --export")
        parser.add_argument(
            "--export",
            type=Path,
            metavar="FOLDER",
            help="copy the public data there (of this installation if no source is given) and check the copy",
        )
        parser.add_argument(
            "--state",
            type=Path,
            metavar="FILE",
            help="compare with the tree head kept there, and keep the newest one if all is well",
        )
        parser.add_argument("--trust", action="append", default=[], metavar="KEY_ID", help="believe this key without endorsement")
        parser.add_argument(
            "--pdf",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="this certificate must be in the log and still hold",
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(
        self,
        *args: Any,
        source: str | None,
        export: Path | None,
        state: Path | None,
        trust: list[str],
        pdf: list[Path],
        as_json: bool,
        **options: Any,
    ) -> None:
        begun = time.perf_counter()
        try:
            place = self._exported(source, export) if export else source
            if place is None:
                raise CommandError("Name the address of a site, a folder, or --export.")
            kept = self._kept(state)
            files = {str(path): path.read_bytes() for path in pdf}
            report = audit(open_source(place), kept=kept, trusted=trust, files=files)
        except (AuditFailure, OSError) as error:
            if as_json:
                self.stdout.write(json.dumps({"ok": False, "problem": str(error)}, ensure_ascii=False))
            raise CommandError(str(error)) from error
        if state is not None and report.head is not None:
            self._keep(state, report.head)
        seconds = round(time.perf_counter() - begun, 3)
        if as_json:
            self.stdout.write(json.dumps({"ok": True, "problem": "", **asdict(report), "seconds": seconds}, ensure_ascii=False))
            return
        self.stdout.write(
            f"The log is sound: {report.entries} entries under {report.heads} signed tree heads, root {report.root}, "
            f"the ledger at {report.ledger_sequence}; {seconds} s."
        )
        if kept is not None:
            self.stdout.write(f"It continues the kept tree head {kept.number} over {kept.size} entries.")
        for name, found in report.files.items():
            self.stdout.write(f"{name}: entry {found.index}, last act {found.kind}, {found.at}.")

    def _exported(self, source: str | None, folder: Path) -> str:
        if source is None:
            from certification.registry.transparency.own import OwnLog

            write_folder(OwnLog(), folder)
        else:
            write_folder(open_source(source), folder)
        return str(folder)

    def _kept(self, state: Path | None) -> KeptHead | None:
        if state is None or not state.exists():
            return None
        try:
            return kept_head(json.loads(state.read_text(encoding="utf-8")))
        except ValueError:
            raise AuditFailure(f"{state} is not JSON.") from None

    def _keep(self, state: Path, head: KeptHead) -> None:
        unfinished = state.with_suffix(state.suffix + ".new")
        unfinished.write_text(json.dumps(head.as_json(), indent=1) + "\n", encoding="utf-8")
        unfinished.replace(state)
