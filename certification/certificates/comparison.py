"""Do both engines draw the same? Asked of a template with `adversarial.trials` before its version is published.

Pixels and text are read by PDFium, which shares no code with the program that drew them; the tags by qpdf; PDF/A-3a
and PDF/UA-1 are checked by page-validation. All three run in this process.
"""

import datetime
import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, cast

import page
import pikepdf
import pypdfium2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PIL import Image, ImageChops

from certification.certificates.adversarial import Trial, trials
from certification.certificates.compiled import CompiledTemplate, SlotError
from certification.certificates.keys.loading import LoadedKey
from certification.certificates.rendering import render_sheet
from certification.certificates.sheet import PrintTemplate

PROFILES = ("3a", "ua1")
DOTS_PER_INCH = 150
POINTS_PER_INCH = 72
# Where a text is shown in two pieces a reader may round a position in the last bit; edges then differ by a shade or two
# of 255, which no eye and no printer can tell.
SHADES_OF_ROUNDING = 2
COMPILED, REFERENCE = "compiled", "reference"

_pdfium = threading.Lock()  # PDFium is not safe to use from two threads at once


@dataclass(frozen=True)
class Drawn:
    """What a reader makes of a file: its pages as RGB pictures, their text, and the tag tree as nested lists."""

    pages: tuple[Image.Image, ...]
    text: tuple[str, ...]
    structure: list[Any]

    def shades_from(self, other: "Drawn") -> int:
        """Return the largest difference of any pixel in any channel, 0–255; 255 when the pages differ in number or size."""
        if [page.size for page in self.pages] != [page.size for page in other.pages]:
            return 255
        differences = (ImageChops.difference(*both) for both in zip(self.pages, other.pages, strict=True))
        extremes = (channel.getextrema() for difference in differences for channel in difference.split())
        return max((int(highest) for _, highest in cast(Iterable[tuple[float, float]], extremes)), default=0)

    def is_like(self, other: "Drawn") -> bool:
        """Tell whether both look, read and mean the same."""
        same = self.text == other.text and self.structure == other.structure
        return same and self.shades_from(other) <= SHADES_OF_ROUNDING


@dataclass(frozen=True)
class RecordComparison:
    """One trial. `engine` is which one would issue it; `reason` why not the compiled one; `findings` against the standards.

    `shades` is the largest difference of a pixel, 0–255; `size` the file's bytes.
    """

    label: str
    engine: str
    reason: str
    shades: int
    same_text: bool
    same_structure: bool
    findings: tuple[str, ...]
    size: int

    @property
    def same_pixels(self) -> bool:
        return self.shades <= SHADES_OF_ROUNDING

    @property
    def ok(self) -> bool:
        return self.same_pixels and self.same_text and self.same_structure and not self.findings


@dataclass(frozen=True)
class ComparisonReport:
    """All trials of one template. Only when `ok` may the compiled engine issue with it."""

    template: str
    records: tuple[RecordComparison, ...]

    @property
    def ok(self) -> bool:
        return all(record.ok for record in self.records) and any(record.engine == COMPILED for record in self.records)

    @property
    def fallback_share(self) -> float:
        """The part of the trials, 0–1, that goes to the reference engine; real holders are less odd."""
        return sum(record.engine == REFERENCE for record in self.records) / max(len(self.records), 1)

    def as_json(self) -> dict[str, Any]:
        return {
            "template": self.template,
            "ok": self.ok,
            "fallback_share": round(self.fallback_share, 4),
            "records": [{**asdict(record), "same_pixels": record.same_pixels, "ok": record.ok} for record in self.records],
        }


def compare_engines(
    template: PrintTemplate, *, sheets: Sequence[Trial] | None = None, issuer: dict[str, str] | None = None
) -> ComparisonReport:
    """Draw every trial with both engines and return what differs; about a second a trial.

    `sheets` (default: the adversarial ones, as the body `issuer`). Raises the `DomainError` of `render_sheet` when the
    template cannot be drawn at all, such as for a character in its wording that no typeface has.
    """
    compiled = CompiledTemplate(template, patience=0)
    key = passing_key()
    tried = trials(template, issuer=issuer) if sheets is None else sheets
    return ComparisonReport(template.key, tuple(_compare(trial, template, compiled, key) for trial in tried))


def _compare(trial: Trial, template: PrintTemplate, compiled: CompiledTemplate, key: LoadedKey) -> RecordComparison:
    reference = render_sheet(trial.sheet, template)
    findings = conformance_findings(reference)
    try:
        assembled = compiled.assemble(trial.sheet, signer=key, now=trial.sheet.issued_at)
    except SlotError as refusal:
        return RecordComparison(trial.label, REFERENCE, str(refusal), 0, True, True, findings, len(reference))
    one, other = drawn(reference), drawn(assembled)
    return RecordComparison(
        label=trial.label,
        engine=COMPILED,
        reason="",
        shades=one.shades_from(other),
        same_text=one.text == other.text,
        same_structure=one.structure == other.structure,
        findings=(*findings, *conformance_findings(assembled)),
        size=len(assembled),
    )


def conformance_findings(pdf: bytes) -> tuple[str, ...]:
    """Return what page-validation has against the file as PDF/A-3a and as PDF/UA-1: rule and sentence."""
    found = []
    for profile in PROFILES:
        report = page.validate_pdf_bytes(pdf, profile=profile)
        found += [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
        if not report.is_compliant and not report.failures:
            found.append(f"{profile}: not compliant")
    return tuple(found)


def drawn(pdf: bytes, *, dots_per_inch: int = DOTS_PER_INCH) -> Drawn:
    """Return what the file looks like, says and means."""
    pages, text = [], []
    with _pdfium, pypdfium2.PdfDocument(pdf) as document:
        for sheet in document:
            # Copied: the bitmap's memory goes with the document.
            pages.append(sheet.render(scale=dots_per_inch / POINTS_PER_INCH).to_pil().convert("RGB").copy())
            text.append(sheet.get_textpage().get_text_bounded())
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        structure = _tags(opened.Root.StructTreeRoot)
    return Drawn(tuple(pages), tuple(text), structure)


def _tags(element: Any) -> list[Any]:
    """Return `[type, language, alternative text, children]`; a child is an element, a marked-content number or an object's type."""
    children = element.get("/K", [])
    listed = list(children) if isinstance(children, pikepdf.Array) else [children]
    return [
        str(element.get("/S", "")),
        str(element.get("/Lang", "")),
        str(element.get("/Alt", "")),
        [_tag(child) for child in listed],
    ]


def _tag(child: Any) -> Any:
    if not isinstance(child, pikepdf.Dictionary):
        return int(child)
    return _tags(child) if "/S" in child else str(child.get("/Type", ""))


@lru_cache(maxsize=1)
def passing_key() -> LoadedKey:
    """Return a key made for this process alone: what it signs is compared and thrown away, and nobody trusts it."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "比较用 For comparison only")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC))
        .sign(private, hashes.SHA256())
    )
    return LoadedKey(private, certificate, ())
