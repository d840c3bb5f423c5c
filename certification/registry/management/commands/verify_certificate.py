"""Check a certificate file without a network and without the register."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates.validation import FileReport, Finding, check_pdf, trusted_roots, trusted_stamps

REASONS = {
    Finding.INTACT: "the signature is genuine and covers the whole file",
    Finding.UNKNOWN_STAMP: "the signature is genuine, but its time stamp is not from a trusted service, or no longer",
    Finding.UNKNOWN_SIGNER: "signed, but not by a body that leads to a trusted root",
    Finding.CHANGED: "changed after it was signed",
    Finding.ADDED_TO: "something was added after it was signed",
    Finding.SIGNATURE_DAMAGED: "the signature is damaged",
    Finding.UNSIGNED: "no signature",
    Finding.NOT_PDF: "not a PDF",
}


class Command(BaseCommand):
    """Exit status 0: genuine. 1: not. Whether it was revoked since, only the register knows."""

    help = "Check the signature of a certificate PDF offline; exits 0 when genuine, 1 when not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--roots", type=Path, help="PEM file of trusted roots (default: this installation's)")
        parser.add_argument(
            "--stamp-roots",
            type=Path,
            help="PEM file of certificates whose time-stamp services are trusted (default: as --roots)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
            roots = trusted_roots(options["roots"])
            # Who brings roots of his own trusts them alone; this installation's stay out of it.
            own = options["roots"] and not options["stamp_roots"]
            stamp_roots = roots if own else trusted_stamps(options["stamp_roots"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        report = check_pdf(data, roots=roots, stamp_roots=stamp_roots)
        if options["json"]:
            facts = {**report.as_json(), "reason": REASONS[report.finding]}
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            self._print(report, options["file"])
        if not report.ok:
            raise SystemExit(1)

    def _print(self, report: FileReport, path: Path) -> None:
        word = self.style.SUCCESS("VALID") if report.ok else self.style.ERROR("INVALID")
        self.stdout.write(f"{word}  {path.name}: {REASONS[report.finding]}")
        for label, value in (
            ("number", report.number),
            ("signer", report.signer),
            ("signed at", report.signed_at.isoformat() if report.signed_at else ""),
            ("level", report.level),
            ("time stamp", f"{report.stamped_at.isoformat()} by {report.stamped_by}" if report.stamped_at else ""),
            ("archived", report.archived_at.isoformat() if report.archived_at else ""),
            ("SHA-256", report.sha256),
        ):
            if value:
                self.stdout.write(f"  {label}: {value}")
        if report.ok:
            self.stdout.write("  Whether it still holds today, only the register knows: scan its QR code.")
