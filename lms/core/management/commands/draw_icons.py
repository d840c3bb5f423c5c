"""Draws the pictures of the site on a home screen from its own mark; for developers, since they are kept in the repository."""

import io
import re
from pathlib import Path
from typing import Any

import pypdfium2
import weasyprint
from django.conf import settings
from django.core.management.base import BaseCommand

FOLDER = Path(settings.BASE_DIR) / "static" / "img"
GROUND = "#0e5a4f"
"""What a phone may cut round, so that it reaches the edge."""
ICONS = {
    "icon-192.png": (192, 1.0, False),
    "icon-512.png": (512, 1.0, False),
    # A phone may cut away all but a circle of four fifths of the width.
    "icon-maskable-512.png": (512, 0.8, True),
    # iOS rounds the corners itself, and paints black what is transparent.
    "apple-touch-icon.png": (180, 1.0, True),
}
"""File: edge in pixels, size of the mark in it, whether the ground reaches the edge."""


class Command(BaseCommand):
    help = "Draw static/img/*.png from static/img/favicon.svg."

    def handle(self, *args: Any, **options: Any) -> None:
        mark = (FOLDER / "favicon.svg").read_text(encoding="utf-8")
        for name, (edge, share, filled) in ICONS.items():
            (FOLDER / name).write_bytes(draw(mark, edge=edge, share=share, filled=filled))
            self.stdout.write(name)


def draw(mark: str, *, edge: int, share: float, filled: bool) -> bytes:
    """Return a PNG of the mark (an SVG 40 units wide) in the middle of a square of `edge` pixels."""
    inside = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", mark)
    ground = f'<rect width="40" height="40" fill="{GROUND}"/>' if filled else ""
    margin = 20 * (1 - share)
    shapes = f'{ground}<g transform="translate({margin} {margin}) scale({share})">{inside}</g>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="{edge}px" height="{edge}px">{shapes}</svg>'
    style = f"@page{{size:{edge}px;margin:0}}body{{margin:0}}svg{{display:block}}"
    page = pypdfium2.PdfDocument(weasyprint.HTML(string=f"<style>{style}</style>{svg}").write_pdf())[0]
    bitmap = page.render(scale=edge / page.get_width(), fill_color=(0, 0, 0, 0), maybe_alpha=True)
    picture = bitmap.to_pil().convert("RGB" if filled else "RGBA").resize((edge, edge))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
