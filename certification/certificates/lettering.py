"""The two typefaces of a certificate, where they lie on this machine, and outlines of single characters.

Song: Noto Serif CJK SC (Debian fonts-noto-cjk). Kai: LXGW WenKai (Debian fonts-lxgw-wenkai). Both OFL-1.1.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTCollection, TTFont

from lms.core.errors import DomainError
from lms.core.typesetting import ONE_AT_A_TIME

SONG, KAI = "Noto Serif CJK SC", "LXGW WenKai"
FONT_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
SONG_BOLD_FILES = ("NotoSerifCJK-Bold.ttc", "NotoSerifCJKsc-Bold.otf", "NotoSerifSC-Bold.otf", "NotoSerifSC-Bold.ttf")
SONG_FILES = tuple(name.replace("-Bold", "-Regular") for name in SONG_BOLD_FILES)
KAI_FILES = ("LXGWWenKai-Regular.ttf",)
NEEDED = {"fonts-noto-cjk": SONG_BOLD_FILES, "fonts-lxgw-wenkai": KAI_FILES}
# By the names that WeasyPrint gives to the fonts in a file.
TYPEFACES = {"Noto-Serif-CJK-SC": SONG_FILES, "Noto-Serif-CJK-SC-Bold": SONG_BOLD_FILES, "LXGW-WenKai": KAI_FILES}


@dataclass(frozen=True)
class Outline:
    """A character as SVG path data in font units, y upwards."""

    path: str
    advance: float
    units_per_em: int


@lru_cache(maxsize=8)
def find_font(names: tuple[str, ...]) -> Path | None:
    """Return the first installed file of these names."""
    for root in FONT_ROOTS:
        for name in names:
            if (found := next(root.rglob(name), None)) is not None:
                return found
    return None


def missing_fonts() -> list[str]:
    """Return the Debian packages whose typefaces a certificate needs and this machine lacks."""
    return [package for package, names in NEEDED.items() if find_font(names) is None]


@lru_cache(maxsize=1)
def _song_bold() -> TTFont:
    path = find_font(SONG_BOLD_FILES)
    if path is None:
        raise DomainError("certificates.font_missing", status=500, packages=["fonts-noto-cjk"])
    if path.suffix != ".ttc":
        return TTFont(path, lazy=True)
    faces = TTCollection(str(path), lazy=True).fonts
    return next(face for face in faces if face["name"].getDebugName(1) == SONG)


@lru_cache(maxsize=1024)
def outline(character: str) -> Outline:
    """Return the outline of one character in Song bold.

    Raises `DomainError` `certificates.glyph_missing` for a character that the typeface lacks.
    """
    # A lazily read font seeks in its file while it draws: not for two threads at once.
    with ONE_AT_A_TIME:
        font = _song_bold()
        name = font.getBestCmap().get(ord(character))
        if name is None:
            raise DomainError("certificates.glyph_missing", characters=character)
        glyphs: Any = font.getGlyphSet()
        pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
        glyphs[name].draw(pen)
        return Outline(pen.getCommands(), glyphs[name].width, font["head"].unitsPerEm)


@lru_cache(maxsize=1)
def _song_characters() -> frozenset[int]:
    with ONE_AT_A_TIME:
        return frozenset(_song_bold().getBestCmap())


def without_glyph(text: str) -> str:
    """Return the characters of `text` that a certificate's typeface lacks, each once, in order."""
    known = _song_characters()
    return "".join(dict.fromkeys(sign for sign in text if ord(sign) not in known))
