"""Is this file as its body signed it? Needs no database and no network, only the trusted roots.

The bytes are judged before anything parses them: a stranger's file is never unpacked. Where the signature
says it covers, whether it covers all, and whether it verifies and leads to a trusted root are read from the
raw bytes; only a file that passes is opened by pyHanko for the PDF's own rules.

Time: a trusted time stamp tells when a file was signed at the latest, and the signer's certificate is judged at that
moment. The service's own certificate is judged at the moment of the next stamp over it, the last one today.

Sources: ISO 32000-1 12.8.1 (ByteRange), RFC 5652 5.4, RFC 5280 6, RFC 3161 appendix B, ETSI EN 319 102-1 5.5 and 5.6.
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
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    async_validate_detached_cms,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certification.certificates.apart import run_apart
from certification.certificates.envelope import contents_bytes, has_our_form, signer_of, time_stamp_of
from certification.certificates.signed_bytes import Signature, content_in, signatures_in
from certification.certificates.stamping.archive import Revision, is_ours, split_revision
from certification.certificates.stamping.levels import Level
from certification.certificates.stamping.tokens import Stamp, is_trusted, read_stamp, stamps

# Years that a claimed time of signing may lie in; outside them it is nobody's.
FIRST_YEAR, LAST_YEAR = 1990, 2200
TRUST_FILE = "trusted-roots.pem"
STAMP_TRUST_FILE = "trusted-stamps.pem"

TRACES_OF_A_SIGNATURE = (b"ETSI.CAdES.detached", b"adbe.pkcs7.detached", b"/ByteRange", b"/Type /Sig", b"/FT /Sig")
CLAIMED_TIME = re.compile(rb"/M\s*\(([^()]{10,60})\)")
PDF_DATE = re.compile(rb"D:(\d{14})(?:Z|([+-])(\d{2})'(\d{2})'?)")
OCTAL = re.compile(rb"\\([0-7]{3})")
CLAIMED_NUMBER = re.compile(rb"[YS](?<![0-9A-Z].)[0-9]{21}(?![0-9])", re.DOTALL)


class Finding(StrEnum):
    """What a check found, from best to worst."""

    INTACT = "intact"
    UNKNOWN_STAMP = "unknown_time_stamp"
    UNKNOWN_SIGNER = "unknown_signer"
    CHANGED = "changed"
    ADDED_TO = "added_to"
    SIGNATURE_DAMAGED = "signature_damaged"
    UNSIGNED = "unsigned"
    NOT_PDF = "not_pdf"


@dataclass(frozen=True)
class FileReport:
    """The finding, and what the file says of itself (`number`, `signed_at`: claims, unless intact).

    `level`, `stamped_at` (when it was signed at the latest), `stamped_by` and `archived_at` (the youngest time stamp
    over the whole file) are given only where they were proven.
    """

    finding: Finding
    sha256: str
    signer: str = ""
    signer_certificate_sha256: str = ""
    signed_at: datetime.datetime | None = None
    number: str = ""
    level: str = ""
    stamped_at: datetime.datetime | None = None
    stamped_by: str = ""
    archived_at: datetime.datetime | None = None

    @property
    def ok(self) -> bool:
        return self.finding is Finding.INTACT

    def as_json(self) -> dict[str, Any]:
        facts = asdict(self)
        facts.update(finding=self.finding.value, valid=self.ok)
        for name in ("signed_at", "stamped_at", "archived_at"):
            facts[name] = facts[name].isoformat() if facts[name] else None
        return facts


def trusted_roots(path: Path | None = None) -> list[asn1_x509.Certificate]:
    """Return the roots in a PEM file; by default those of this installation, an empty list when it has none."""
    source = path or settings.SIGNING_KEY_DIR / TRUST_FILE
    if path is None and not source.exists():
        return []
    return list(load_certs_from_pemder_data(source.read_bytes()))


def trusted_stamps(path: Path | None = None) -> list[asn1_x509.Certificate]:
    """Return the certificates whose time-stamp services are believed; without a file of their own, the trusted roots."""
    source = path or settings.SIGNING_KEY_DIR / STAMP_TRUST_FILE
    if path is None and not source.exists():
        return trusted_roots()
    return list(load_certs_from_pemder_data(source.read_bytes()))


@dataclass(frozen=True)
class Trust:
    """Who is believed, and when the outermost certificate must hold (`moment`; None: now)."""

    roots: Sequence[asn1_x509.Certificate]
    stamp_roots: Sequence[asn1_x509.Certificate]
    moment: datetime.datetime | None

    @property
    def today(self) -> datetime.datetime:
        return self.moment or datetime.datetime.now(datetime.UTC)


def check_pdf(
    data: bytes,
    *,
    roots: Sequence[asn1_x509.Certificate],
    stamp_roots: Sequence[asn1_x509.Certificate] | None = None,
    moment: datetime.datetime | None = None,
) -> FileReport:
    """Return what is true of the file. Never raises for bad input, whatever the bytes are.

    `roots` are the only certificates believed to issue signers, `stamp_roots` (default: the same) to issue time-stamp
    services; `moment` (default: now) is when the chain must hold that no time stamp covers.
    """
    return _check(data, Trust(roots, roots if stamp_roots is None else stamp_roots, moment))


def _check(data: bytes, trust: Trust) -> FileReport:
    sha256 = hashlib.sha256(data).hexdigest()
    number = CLAIMED_NUMBER.search(data)
    claimed = FileReport(Finding.NOT_PDF, sha256, number=number.group().decode() if number else "", signed_at=_claimed_time(data))
    if b"%PDF-" not in data[:1024]:
        return FileReport(Finding.NOT_PDF, sha256)
    signatures = signatures_in(data)
    if not signatures:
        traces = any(trace in data for trace in TRACES_OF_A_SIGNATURE)
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED if traces else Finding.UNSIGNED)
    last = signatures[-1]
    if not last.fits(data):
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)
    if last.end < len(data):
        return replace(claimed, finding=Finding.ADDED_TO)
    try:
        revision = split_revision(data)
        return (
            _check_signature(data, last, trust, claimed) if revision is None else _check_revision(data, revision, trust, claimed)
        )
    except Exception:
        # Whatever a damaged CMS makes the parsers raise, it is one finding to the person who asks.
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)


def _check_revision(data: bytes, revision: Revision, trust: Trust, claimed: FileReport) -> FileReport:
    """Judge a file with an archive stamp: the stamp, the file before it at that moment, and that nothing else was added."""
    stamp = read_stamp(revision.token)
    if not stamps(revision.token, revision.covered):
        changed = stamp.digest != hashlib.sha256(revision.covered).digest()
        return replace(claimed, finding=Finding.CHANGED if changed else Finding.SIGNATURE_DAMAGED)
    if not is_trusted(stamp.certificate, trust.stamp_roots, moments=[stamp.moment, trust.today]):
        return replace(claimed, finding=Finding.UNKNOWN_STAMP)
    report = replace(_check(revision.before, replace(trust, moment=stamp.moment)), sha256=claimed.sha256)
    if not report.ok:
        return report
    # Only a signature that is stamped itself can be carried on (EN 319 142-1, table 1).
    if report.stamped_at is None or not is_ours(revision, data, roots=[*trust.roots, *trust.stamp_roots]):
        return replace(report, finding=Finding.ADDED_TO, level="", stamped_at=None, stamped_by="", archived_at=None)
    archived_at = max(filter(None, (report.archived_at, stamp.moment)))
    level = Level.LTA.value if report.level in (Level.LT, Level.LTA) else report.level
    return replace(report, level=level, archived_at=archived_at)


def _check_signature(data: bytes, place: Signature, trust: Trust, claimed: FileReport) -> FileReport:
    """Judge a file as it was issued, with one signature over all of it."""
    raw = place.raw(data)
    content = content_in(raw)
    signer = signer_of(content[1]["content"]) if content else None
    if content is None or signer is None:
        return replace(claimed, finding=Finding.SIGNATURE_DAMAGED)
    signed = content[1]["content"]
    token = time_stamp_of(signed)
    stamp = _believable(token, signed["signer_infos"][0]["signature"].native, trust) if token is not None else None
    signed_by = stamp.moment if stamp else trust.moment
    report = _judge(_with_signer_alone(signed, signer), place.covered(data), trust.roots, signed_by, claimed)
    if not report.ok:
        return report
    room = contents_bytes(stamped=token is not None)
    if len(raw) != room or not place.spelled_as_ours(data) or not has_our_form(raw, signed, signer):
        return replace(report, finding=Finding.SIGNATURE_DAMAGED)
    if token is not None and stamp is None:
        damaged = not stamps(token, signed["signer_infos"][0]["signature"].native)
        return replace(report, finding=Finding.SIGNATURE_DAMAGED if damaged else Finding.UNKNOWN_STAMP)
    if stamp is not None and not is_trusted(stamp.certificate, trust.stamp_roots, moments=[trust.today]):
        return replace(report, finding=Finding.UNKNOWN_STAMP)
    level = _proven_level(data, trust, stamp, signer)
    if isinstance(level, Finding):
        return replace(report, finding=level)
    if stamp is None:
        return replace(report, level=level.value)
    return replace(report, level=level.value, stamped_at=stamp.moment, stamped_by=stamp.authority)


def _believable(token: bytes, signature: bytes, trust: Trust) -> Stamp | None:
    """Return the stamp over the signature if its service was trusted at its own moment; whether it still is, is asked apart."""
    if not stamps(token, signature):
        return None
    stamp = read_stamp(token)
    return stamp if is_trusted(stamp.certificate, trust.stamp_roots, moments=[stamp.moment]) else None


def _judge(
    signed: cms.SignedData,
    covered: bytes,
    roots: Sequence[asn1_x509.Certificate],
    moment: datetime.datetime | None,
    claimed: FileReport,
) -> FileReport:
    """Verify the CMS over the covered bytes, then whether a trusted root issued the signer's certificate."""
    status = run_apart(async_validate_detached_cms(covered, signed, _context(roots, moment)))
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


def _proven_level(data: bytes, trust: Trust, stamp: Stamp | None, signer: asn1_x509.Certificate) -> Level | Finding:
    """Return the level that the one signature in the file reaches by the rules of PDF, or the finding when it breaks them.

    B-LT only where the file's own revocation lists prove, with nothing else asked, that neither the signer's nor the
    service's certificate was revoked when the stamp was made. Where a list names one of them, that one is not believed.
    """
    try:
        reader = PdfFileReader(io.BytesIO(data))
        signatures = reader.embedded_signatures
        if len(signatures) != 1:
            return Finding.CHANGED
        store = _revocation_store(reader)
        if any(_is_listed(signer, listed, stamp.moment if stamp else trust.today) for listed in store["crls"]):
            return Finding.UNKNOWN_SIGNER
        if stamp is not None and any(_is_listed(stamp.certificate, listed, stamp.moment) for listed in store["crls"]):
            return Finding.UNKNOWN_STAMP
        if stamp is None:
            return Level.B if _is_sound(signatures[0], trust, None) else Finding.CHANGED
        # "require", for "hard-fail" asks only where a certificate says itself where its list lies.
        if any(store.values()) and _is_sound(signatures[0], trust, stamp.moment, revocation_mode="require", **store):
            return Level.LT
        return Level.T if _is_sound(signatures[0], trust, stamp.moment) else Finding.CHANGED
    except Exception:
        # A file that a trusted body signed and pyHanko cannot read was not made by us.
        return Finding.CHANGED


def _is_sound(signature: EmbeddedPdfSignature, trust: Trust, moment: datetime.datetime | None, **store: Any) -> bool:
    """Tell whether the signature field holds that signature and pyHanko believes all of it, at the moment of the stamp."""
    status = run_apart(
        async_validate_pdf_signature(
            signature,
            _context(trust.roots, moment or trust.moment, **store),
            ts_validation_context=_context(trust.stamp_roots, moment or trust.moment, **store),
            skip_diff=True,
        )
    )
    return bool(status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def _revocation_store(reader: PdfFileReader) -> dict[str, Any]:
    """Return the file's own lists and answers, as a validation context takes them."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return {"crls": [], "ocsps": []}
    return {
        "crls": [CertificateList.load(item.get_object().data) for item in store.crls],
        "ocsps": [OCSPResponse.load(item.get_object().data) for item in store.ocsps],
    }


def _is_listed(certificate: asn1_x509.Certificate, listed: CertificateList, moment: datetime.datetime) -> bool:
    """Tell whether the list names the certificate as revoked by that moment."""
    if listed.issuer != certificate.issuer:
        return False
    return any(
        entry["user_certificate"].native == certificate.serial_number and entry["revocation_date"].native <= moment
        for entry in listed["tbs_cert_list"]["revoked_certificates"] or ()
    )


def _context(roots: Sequence[asn1_x509.Certificate], moment: datetime.datetime | None, **store: Any) -> ValidationContext:
    return ValidationContext(trust_roots=list(roots), allow_fetching=False, moment=moment, **store)


def _with_signer_alone(signed: cms.SignedData, signer: asn1_x509.Certificate) -> cms.SignedData:
    """Return the CMS with the signer's certificate only, and without what nobody signed.

    A stranger may put in as many others as he likes, and to search for a path among n that all name each other takes
    n! steps. A certificate of ours is issued by a trusted root directly; a time stamp is judged apart.
    """
    alone = signed.copy()
    alone["certificates"] = [signer]
    alone["crls"] = None
    alone["signer_infos"][0]["unsigned_attrs"] = None
    return alone


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
