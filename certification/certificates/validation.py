"""Is this file as its body signed it? Needs no database and no network, only the trusted roots.

The bytes are judged before anything parses them: a stranger's file is never unpacked. Where the signature
says it covers, whether it covers all, and whether it verifies and leads to a trusted root are read from the
raw bytes; only a file that passes is opened by pyHanko for the PDF's own rules.

Sources: ISO 32000-1 12.8.1 (ByteRange), RFC 5652 5.4, RFC 5280 6.
"""

import datetime
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_detached_cms, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certification.certificates.apart import run_apart
from certification.certificates.envelope import has_our_form, signer_of

# Years that a claimed time of signing may lie in; outside them it is nobody's.
FIRST_YEAR, LAST_YEAR = 1990, 2200
TRUST_FILE = "trusted-roots.pem"

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")
TRACES_OF_A_SIGNATURE = (b"ETSI.CAdES.detached", b"adbe.pkcs7.detached", b"/ByteRange", b"/Type /Sig", b"/FT /Sig")
CLAIMED_TIME = re.compile(rb"/M\s*\(([^()]{10,60})\)")
PDF_DATE = re.compile(rb"D:(\d{14})(?:Z|([+-])(\d{2})'(\d{2})'?)")
OCTAL = re.compile(rb"\\([0-7]{3})")
CLAIMED_NUMBER = re.compile(rb"(?<![0-9A-Z])[YS][0-9]{21}(?![0-9])")
# What pyHanko writes: upper-case digits, then zeros up to the reserved room. Any other spelling was not ours.
OUR_CONTENTS = re.compile(rb"<([0-9A-F]*)>")
ANY_CONTENTS = re.compile(rb"<([0-9A-Fa-f\s]*)>")


class Finding(StrEnum):
    """What a check found, from best to worst."""

    INTACT = "intact"
    UNKNOWN_SIGNER = "unknown_signer"
    CHANGED = "changed"
    ADDED_TO = "added_to"
    SIGNATURE_DAMAGED = "signature_damaged"
    UNSIGNED = "unsigned"
    NOT_PDF = "not_pdf"


@dataclass(frozen=True)
class FileReport:
    """The finding, and what the file says of itself (`number`, `signed_at`: claims, unless intact)."""

    finding: Finding
    sha256: str
    signer: str = ""
    signer_certificate_sha256: str = ""
    signed_at: datetime.datetime | None = None
    number: str = ""

    @property
    def ok(self) -> bool:
        return self.finding is Finding.INTACT

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self)
        facts.update(finding=self.finding.value, valid=self.ok)
        facts["signed_at"] = self.signed_at.isoformat() if self.signed_at else None
        return facts


def trusted_roots(path: Path | None = None) -> list[asn1_x509.Certificate]:
    """Return the roots in a PEM file; by default those of this installation, an empty list when it has none."""
    source = path or settings.SIGNING_KEY_DIR / TRUST_FILE
    if path is None and not source.exists():
        return []
    return list(load_certs_from_pemder_data(source.read_bytes()))


def check_pdf(data: bytes, *, roots: Sequence[asn1_x509.Certificate], moment: datetime.datetime | None = None) -> FileReport:
    """Return what is true of the file. Never raises for bad input, whatever the bytes are.

    `roots` are the only certificates believed; `moment` (default: now) is when the chain must hold.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    number = CLAIMED_NUMBER.search(data)
    claimed = FileReport(Finding.NOT_PDF, sha256, number=number.group().decode() if number else "", signed_at=_claimed_time(data))
    if b"%PDF-" not in data[:1024]:
        return FileReport(Finding.NOT_PDF, sha256)
    ranges = list(BYTE_RANGE.finditer(data))
    if not ranges:
        traces = any(trace in data for trace in TRACES_OF_A_SIGNATURE)
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED if traces else Finding.UNSIGNED)
    start, before, after, length = (int(part) for part in ranges[-1].groups())
    if start or not before < after or after > len(data) or after + length > len(data):
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)
    if after + length < len(data):
        return replace(claimed, finding=Finding.ADDED_TO)
    hole = ANY_CONTENTS.fullmatch(data[before:after])
    raw = _bytes_in(hole.group(1) if hole else b"")
    signed = _signed_data(raw)
    signer = _signer(signed) if signed is not None else None
    if signed is None or signer is None:
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)
    report = _judge(_with_signer_alone(signed, signer), data[:before] + data[after:], roots, moment, claimed)
    if not report.ok:
        return report
    if not OUR_CONTENTS.fullmatch(data[before:after]) or not has_our_form(raw, signed, signer):
        return replace(report, finding=Finding.SIGNATURE_DAMAGED)
    return report if _is_sound_pdf(data, roots, moment) else replace(report, finding=Finding.CHANGED)


def _judge(
    signed: cms.SignedData,
    covered: bytes,
    roots: Sequence[asn1_x509.Certificate],
    moment: datetime.datetime | None,
    claimed: FileReport,
) -> FileReport:
    """Verify the CMS over the covered bytes, then whether a trusted root issued the signer's certificate."""
    try:
        status = run_apart(async_validate_detached_cms(covered, signed, _context(roots, moment)))
    except Exception:
        # Whatever a damaged CMS makes the parsers raise, it is one finding to the person who asks.
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)
    certificate = status.signing_cert
    claimed = replace(
        claimed,
        signer=certificate.subject.native.get("common_name", certificate.subject.human_friendly),
        signer_certificate_sha256=certificate.sha256.hex(),
    )
    if not status.intact:
        return replace(claimed, finding=Finding.CHANGED)
    if not status.valid:
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)
    if not status.trusted:
        return replace(claimed, finding=Finding.UNKNOWN_SIGNER)
    return replace(claimed, finding=Finding.INTACT)


def _is_sound_pdf(data: bytes, roots: Sequence[asn1_x509.Certificate], moment: datetime.datetime | None) -> bool:
    """Tell whether the one signature field holds that signature, by the rules of PDF."""
    try:
        signatures = PdfFileReader(io.BytesIO(data)).embedded_signatures
        if len(signatures) != 1:
            return False
        status = run_apart(async_validate_pdf_signature(signatures[0], _context(roots, moment), skip_diff=True))
    except Exception:
        return False
    return bool(status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def _context(roots: Sequence[asn1_x509.Certificate], moment: datetime.datetime | None) -> ValidationContext:
    return ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=moment)


def _bytes_in(contents: bytes) -> bytes:
    try:
        return bytes.fromhex(contents.decode("ascii"))
    except ValueError:
        return b""


def _signer(signed: cms.SignedData) -> asn1_x509.Certificate | None:
    try:
        return signer_of(signed)
    except (ValueError, TypeError, KeyError):
        return None


def _with_signer_alone(signed: cms.SignedData, signer: asn1_x509.Certificate) -> cms.SignedData:
    """Return the CMS with the signer's certificate only.

    A stranger may put in as many others as he likes, and to search for a path among n that all name each other takes
    n! steps. A certificate of ours is issued by a trusted root directly.
    """
    alone = signed.copy()
    alone["certificates"] = [signer]
    alone["crls"] = None
    return alone


def _signed_data(raw: bytes) -> cms.SignedData | None:
    """Return the CMS in the hole, if it is exactly one DER value followed by nothing but zeros."""
    try:
        info = cms.ContentInfo.load(raw)
        der = info.dump()
        if raw[: len(der)] != der or raw[len(der) :].strip(b"\0") or info["content_type"].native != "signed_data":
            return None
        return info["content"]
    except (ValueError, TypeError, KeyError):
        return None


def _claimed_time(data: bytes) -> datetime.datetime | None:
    found = list(CLAIMED_TIME.finditer(data))
    text = OCTAL.sub(lambda code: bytes([int(code.group(1), 8) & 0xFF]), found[-1].group(1)) if found else b""
    date = PDF_DATE.fullmatch(text)
    if date is None:
        return None
    stamp, *offset = (part.decode() for part in date.groups(default=b""))
    try:
        claimed = datetime.datetime.strptime(stamp + ("".join(offset) or "+0000"), "%Y%m%d%H%M%S%z")
        # A day at the very end of the calendar has no equal in every time zone, and no page could show it.
        return claimed if FIRST_YEAR <= claimed.year <= LAST_YEAR else None
    except ValueError:
        return None
