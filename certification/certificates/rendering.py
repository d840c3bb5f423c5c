"""The reference engine: from a sheet to the PDF by WeasyPrint. The page is A4, the file PDF/A-3a and PDF/UA-1, unsigned."""

import datetime
import hashlib
from collections.abc import Callable
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import pydyf
from django.template.loader import render_to_string
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certification.certificates import artwork, frames
from certification.certificates.finishing import finish
from certification.certificates.layout import Layout, lay_out
from certification.certificates.lettering import missing_fonts
from certification.certificates.sheet import PrintTemplate, Sheet, SheetFile
from lms.core.errors import DomainError
from lms.core.typesetting import ONE_AT_A_TIME

SCHEME = "certificate"
SVG, JPEG, PNG, CSS = "image/svg+xml", "image/jpeg", "image/png", "text/css"
PNG_SIGNATURE = b"\x89PNG"
SKILL_LEVEL = PrintTemplate(key="skill_level-1", design="skill_level")

Finisher = Callable[[Any, pydyf.PDF], None]


class OwnFiles(URLFetcher):
    """Hands out what belongs to this one certificate, under `certificate:<name>`, and nothing else at all."""

    def __init__(self, files: dict[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.scheme != SCHEME or parts.path not in self._files:
            raise FatalURLFetchingError(f"A certificate may not fetch {url!r}")
        data, content_type = self._files[parts.path]
        return URLFetcherResponse(url, data, {"Content-Type": content_type})


def render_sheet(sheet: Sheet, template: PrintTemplate, *, finisher: Finisher = finish) -> bytes:
    """Return the unsigned PDF. The same arguments give the same page.

    `finisher` gets WeasyPrint's document and its objects before they are written; whoever brings his own calls
    `finishing.finish` in it. Raises `DomainError` `certificates.font_missing` or `certificates.glyph_missing`.
    """
    return render_layout(lay_out(sheet, template), template, finisher=finisher)


def render_layout(layout: Layout, template: PrintTemplate, *, finisher: Finisher, compress: bool = True) -> bytes:
    """Return the unsigned PDF of a layout; the errors of `render_sheet`."""
    if packages := missing_fonts():
        raise DomainError("certificates.font_missing", status=500, packages=packages)
    html = render_to_string(
        f"certificates/{template.design}.html",
        {"slots": layout.slots, "ground": layout.ground, "facts": layout.facts, "qr_alt": layout.qr_alt, "template": template},
    )
    with ONE_AT_A_TIME:
        pdf: bytes = HTML(string=html, base_url=None, url_fetcher=OwnFiles(_pictures(layout, template))).write_pdf(
            pdf_variant="pdf/a-3a",
            finisher=finisher,
            font_config=FontConfiguration(),
            attachments=[_attachment(file, layout.attached_at) for file in layout.files],
            uncompressed_pdf=not compress,
        )
    return pdf


def render_certificate(
    claims: dict[str, Any], *, id_number: str, photo: bytes, verify_url: str, issued_at: datetime.datetime
) -> bytes:
    """Return the unsigned PDF of a skill-level certificate in the house design; the errors of `render_sheet`."""
    sheet = Sheet(claims, id_number=id_number, photo=photo, verify_url=verify_url, qr_text=verify_url, issued_at=issued_at)
    return render_sheet(sheet, SKILL_LEVEL)


def _pictures(layout: Layout, template: PrintTemplate) -> dict[str, tuple[bytes, str]]:
    """Return every file that the design may name, with its media type."""
    ground = layout.ground
    files = {
        f"{name}.css": (resources.files(__package__).joinpath(f"print/{name}.css").read_bytes(), CSS)
        for name in ("base", template.design)
    }
    files |= {
        "frame.svg": (frames.draw_frame(template.design, template.frame).encode(), SVG),
        "ornament.svg": (frames.draw_ornament(template.design, template.frame).encode(), SVG),
        "qr": (artwork.draw_qr(layout.qr_text), PNG),
        "seal": (template.seal, PNG) if template.seal else (_drawn_seal(ground).encode(), SVG),
    }
    if "level" in ground:
        files["ladder.svg"] = (artwork.draw_ladder(ground["level"]["code"], title=ground["level"]["zh"]).encode(), SVG)
    if ground.get("scheme", {}).get("is_sample"):
        files["watermark.svg"] = (artwork.draw_watermark(ground["scheme"]["sample_note"] or "示例").encode(), SVG)
    if layout.photo is not None:
        files["photo"] = (layout.photo, PNG if layout.photo.startswith(PNG_SIGNATURE) else JPEG)
    for index, signatory in enumerate(template.signatories):
        if signatory.picture is not None:
            files[f"signature-{index}"] = (signatory.picture, PNG)
    return files


def _drawn_seal(ground: dict[str, Any]) -> str:
    caption = ground.get("seal_caption")
    return artwork.draw_seal(ground["issuer"]["zh"], **({"caption": caption} if caption else {}))


def _attachment(file: SheetFile, moment: datetime.datetime) -> Attachment:
    moment = moment.astimezone(datetime.UTC)  # WeasyPrint writes the hour as it stands and a Z behind it
    return Attachment(
        url=f"{SCHEME}:attached",  # fetched, because only so WeasyPrint hears the media type
        url_fetcher=OwnFiles({"attached": (file.data, file.media_type)}),
        name=file.name,
        relationship=file.relationship,
        description=file.description,
        created=moment,
        modified=moment,
    )


def sheet_fingerprint(layout: Layout) -> str:
    """Return 32 hexadecimal digits that name the contents of a file (ISO 32000-1 14.4)."""
    whole = hashlib.sha256(layout.ground_key.encode())
    for text in (*layout.slots.values(), layout.qr_text):
        whole.update(b"\0" + text.encode())
    return whole.hexdigest()[:32]
