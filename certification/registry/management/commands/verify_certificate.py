"""Check a certificate file, or the text of its QR code, without a network and without the register."""

import base64
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.certificates.credential.public_keys import write_key
from certification.certificates.credential.qr_token import TokenFacts, verify_token
from certification.certificates.stamping.levels import Level
from certification.certificates.validation import FileReport, Finding, check_pdf, trusted_roots, trusted_stamps
from certification.registry.machine import access
from certification.registry.machine.documents import key_history
from lms.core.errors import DomainError

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

TOKEN_REASONS = {
    "certificates.token_unreadable": "this is not the text of a QR code with signed facts",
    "certificates.token_key_unknown": "signed with a key that is not in the list",
    "certificates.token_forged": "the signature does not belong to what the code says",
}


class Command(BaseCommand):
    """Exit status 0: genuine. 1: not. 2: it could not be checked. Whether it was revoked since, only the register knows."""

    help = "Check a certificate PDF, or with --token the text of a QR code, offline; exits 0 when genuine, 1 when not."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the certificate as a PDF")
        parser.add_argument("--token", help='the whole text of the QR code, with what stands behind "#"')
        parser.add_argument(
            "--keys",
            type=Path,
            help="for --token: the keys of all issuers, as published under /issuers/keys.json (default: this register's)",
        )
        parser.add_argument("--level", choices=[str(level) for level in Level], help="ask for at least this level of signature")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--roots", type=Path, help="PEM file of trusted roots (default: this installation's)")
        parser.add_argument(
            "--stamp-roots",
            type=Path,
            help="PEM file of certificates whose time-stamp services are trusted (default: as --roots)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["file"] is None) == (options["token"] is None):
            raise CommandError("Give a file, or the text of a QR code with --token.", returncode=2)
        if options["token"] is not None:
            self._check_token(options["token"], options["keys"], as_json=options["json"])
            return
        try:
            data = options["file"].read_bytes()
            roots = trusted_roots(options["roots"])
            # Who brings roots of his own trusts them alone; this installation's stay out of it.
            own = options["roots"] and not options["stamp_roots"]
            stamp_roots = roots if own else trusted_stamps(options["stamp_roots"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error), returncode=2) from error
        report = check_pdf(data, roots=roots, stamp_roots=stamp_roots)
        weak = report.ok and options["level"] is not None and _rank(report.level) < _rank(options["level"])
        if options["json"]:
            facts = {**report.as_json(), "reason": REASONS[report.finding]}
            if options["level"] is not None:
                facts["level_reached"] = report.ok and not weak
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            self._print(report, options["file"])
            if weak:
                self.stdout.write(self.style.ERROR(f"  wanted: {options['level']}, which the file does not reach"))
        if weak or not report.ok:
            raise SystemExit(1)

    def _check_token(self, text: str, keys_file: Path | None, *, as_json: bool) -> None:
        try:
            rows = _keys_of(json.loads(keys_file.read_bytes())) if keys_file else _own_keys()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"The list of keys cannot be read: {error}", returncode=2) from error
        reason, facts = "the signature is genuine", None
        try:
            facts = verify_token(text, {key_id: key for key_id, (key, _slug, _safe) in rows.items()})
            _key, slug, safe = rows[facts.key_id]
            if slug != facts.issuer:
                reason, facts = "the key belongs to another issuer", None
            elif not safe:
                reason, facts = "the key was reported as not safe; ask the register", None
        except DomainError as error:
            reason = TOKEN_REASONS[error.code]
        if as_json:
            self.stdout.write(json.dumps({"valid": facts is not None, "reason": reason, **_told(facts)}, ensure_ascii=False))
        else:
            word = self.style.SUCCESS("VALID") if facts else self.style.ERROR("INVALID")
            self.stdout.write(f"{word}  QR code: {reason}")
            for label, value in _told(facts).items():
                if value is not None:
                    self.stdout.write(f"  {label.replace('_', ' ')}: {value}")
            if facts:
                self.stdout.write("  Whether it still holds today, only the register knows: open the address of the code.")
        if facts is None:
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


def _rank(level: str) -> int:
    order = [str(known) for known in Level]
    return order.index(level) if level in order else -1


def _told(facts: TokenFacts | None) -> dict[str, Any]:
    """Return what the code says, as JSON data; nothing for a code that proves nothing."""
    if facts is None:
        return {}
    return {
        "kind": facts.kind,
        "number": facts.number,
        "name": facts.name,
        "subject": facts.subject,
        "level": facts.level,
        "issuer": facts.issuer,
        "issued_on": facts.issued_on.isoformat(),
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
    }


def _own_keys() -> dict[bytes, tuple[EllipticCurvePublicKey, str, bool]]:
    histories = [key_history(issuer, access.addresses()) for issuer in access.issuers()]
    return _keys_of({"issuers": histories})


def _keys_of(published: Any) -> dict[bytes, tuple[EllipticCurvePublicKey, str, bool]]:
    """Return {key id: (key, issuer's short name, safe)} of a published list; keys that write no codes are left out."""
    found = {}
    for issuer in published["issuers"]:
        for row in issuer["keys"]:
            if row["jwk"]["kty"] != "EC":
                continue
            x, y = (int.from_bytes(base64.urlsafe_b64decode(row["jwk"][name] + "=="), "big") for name in ("x", "y"))
            key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
            # By the key itself, not by the name that the list gives it.
            found[write_key(key).key_id] = (key, str(issuer["slug"]), row["state"] != "revoked")
    return found
