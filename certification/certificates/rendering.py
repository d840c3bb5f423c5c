"""From frozen claims to the PDF, once. The page is A4, the file PDF/A-3a and PDF/UA-1, unsigned."""

import datetime
import json
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from certification.certificates import artwork
from certification.certificates.finishing import finish
from certification.certificates.lettering import missing_fonts
from certification.certificates.rules import chinese_date
from lms.core.errors import DomainError

SCHEME = "certificate"
CLAIMS_FILE = "certificate.json"
SVG, JPEG, PNG, CSS = "image/svg+xml", "image/jpeg", "image/png", "text/css"


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


def render_certificate(
    claims: dict[str, Any], *, id_number: str, photo: bytes, verify_url: str, issued_at: datetime.datetime
) -> bytes:
    """Return the unsigned PDF. The same arguments give the same page.

    `photo` is a JPEG or PNG; `verify_url` goes into the QR code. Raises `DomainError`
    `certificates.font_missing` or `certificates.glyph_missing`.
    """
    if packages := missing_fonts():
        raise DomainError("certificates.font_missing", status=500, packages=packages)
    issued_on = datetime.date.fromisoformat(claims["issued_on"])
    html = render_to_string(
        "certificates/skill_level.html",
        {
            "claims": claims,
            "id_number": id_number,
            "level_parts": claims["level"]["zh"].split("/"),
            "part_names": "、".join(part["zh"] for part in claims["parts"]),
            "part_names_en": _listed([part["en"] for part in claims["parts"]]),
            "issued_zh": chinese_date(issued_on),
            "issued_on": issued_on,
            "verify_url": verify_url,
        },
    )
    files = {
        "skill_level.css": (resources.files(__package__).joinpath("print/skill_level.css").read_bytes(), CSS),
        "frame.svg": (artwork.draw_frame().encode(), SVG),
        "ornament.svg": (artwork.draw_ornament().encode(), SVG),
        "ladder.svg": (artwork.draw_ladder(claims["level"]["code"], title=claims["level"]["zh"]).encode(), SVG),
        "seal.svg": (artwork.draw_seal(claims["issuer"]["zh"]).encode(), SVG),
        "qr.svg": (artwork.draw_qr(verify_url, title=verify_url).encode(), SVG),
        "watermark.svg": (artwork.draw_watermark(claims["scheme"]["sample_note"] or "示例").encode(), SVG),
        "photo": (photo, PNG if photo.startswith(b"\x89PNG") else JPEG),
    }
    pdf: bytes = HTML(string=html, base_url=None, url_fetcher=OwnFiles(files)).write_pdf(
        pdf_variant="pdf/a-3a",
        finisher=finish,
        font_config=FontConfiguration(),
        attachments=[_machine_readable(claims, verify_url=verify_url, issued_at=issued_at)],
    )
    return pdf


def _machine_readable(claims: dict[str, Any], *, verify_url: str, issued_at: datetime.datetime) -> Attachment:
    """Return the claims as a file inside the PDF (PDF/A-3, relationship Data), the ID number masked."""
    text = json.dumps({**claims, "verify_url": verify_url}, ensure_ascii=False, sort_keys=True, indent=1)
    return Attachment(
        string=text.encode(),
        name=CLAIMS_FILE,
        relationship="Data",
        description="机器可读的证书内容 What the certificate says, for machines",
        created=issued_at,
        modified=issued_at,
    )


def _listed(names: list[str]) -> str:
    """Return `["a", "b", "c"]` as “a, b and c”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
