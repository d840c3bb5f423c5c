"""From a text to glyphs with HarfBuzz, as Pango does it for the reference engine.

Pango cuts a text into runs of one script and tells HarfBuzz the language of the document for Chinese and common
characters, but English for Latin ones; other digits and spacings would come out otherwise. A font's scale is
its size in units of 1/1024. Source: Pango 1.50, `itemize.c` (`compute_derived_language`) and `pango-glyph-item.c`
(`pango_glyph_item_letter_space`).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import uharfbuzz as hb
from fontTools import unicodedata as scripts
from fontTools.ttLib import TTCollection

from certification.certificates.compiled.errors import SlotError

PANGO_SCALE = 1024
HAN, LATIN, COMMON = "Hani", "Latn", "Zyyy"
CHINESE, ENGLISH = "zh-cn", "en"
# What a slot may hold: letters, digits, punctuation, signs and the plain space.
ALLOWED_CATEGORIES = ("L", "N", "P", "Sm", "Sc", "Sk")
# These take the script of their partner, which only matters where scripts mix.
PAIRED = frozenset("()[]{}<>«»‘’“”（）［］｛｝〈〉《》「」『』【】〔〕")
SHAPED_TEXTS = 8192
# What Pango switches off where letters are spaced.
NO_LIGATURES = {"liga": False, "clig": False, "dlig": False}


@dataclass(frozen=True)
class Glyph:
    """A glyph of a shaped text. `advance` and `offset` are in 1/1024 of the page's unit, `natural` is the font's own advance."""

    gid: int
    text: str
    advance: int
    offset: int
    natural: int


class Typeface:
    """One face of a font file, with a bounded memory of what it has shaped. May be shared after `fork`."""

    def __init__(self, path: Path, *, index: int = 0) -> None:
        self.path, self.index = path, index
        self.face = hb.Face(hb.Blob.from_file_path(str(path)), index)
        self.units_per_em: int = self.face.upem
        self.shape = lru_cache(maxsize=SHAPED_TEXTS)(self._shape)
        self._scaled_font = lru_cache(maxsize=64)(self._scale)

    def advance(self, gid: int) -> int:
        """Return a glyph's own advance in thousandths of the em."""
        advance: int = self._scaled_font(self.units_per_em).get_glyph_h_advance(gid)
        return round(advance * 1000 / self.units_per_em)

    def _scale(self, size: int) -> hb.Font:
        font = hb.Font(self.face)
        font.scale = (size, size)
        return font

    def _shape(self, text: str, size: int, language: str, spacing: int = 0) -> tuple[Glyph, ...]:
        """Return the glyphs of a line. `size` and `spacing` (between letters) are in 1/1024 of the page's unit.

        Raises `SlotError` for what Pango would give to another typeface or set in another way.
        """
        features = NO_LIGATURES if spacing else {}
        glyphs = [glyph for run, spoken in runs(text, language) for glyph in self._shape_run(run, size, spoken, features)]
        return tuple(space_letters(glyphs, spacing)) if spacing else tuple(glyphs)

    def _shape_run(self, run: str, size: int, language: str, features: dict[str, bool]) -> list[Glyph]:
        font = self._scaled_font(size)
        buffer = hb.Buffer()
        buffer.add_str(run)
        buffer.guess_segment_properties()
        buffer.language = language
        hb.shape(font, buffer, features)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        ends = [info.cluster for info in infos[1:]] + [len(run)]
        glyphs = []
        for info, position, end in zip(infos, positions, ends, strict=True):
            if not info.codepoint:
                raise SlotError("glyph", run[info.cluster : end])
            if end == info.cluster or position.x_offset or position.y_offset:
                raise SlotError("script", run)
            natural = font.get_glyph_h_advance(info.codepoint)
            glyphs.append(Glyph(info.codepoint, run[info.cluster : end], position.x_advance, 0, natural))
        return glyphs


def runs(text: str, language: str) -> list[tuple[str, str]]:
    """Return the text cut where its script changes, each part with the language it is shaped in.

    Raises `SlotError` for a script other than Chinese, Latin and common, for invisible and combining
    characters, and for brackets in a text of mixed scripts.
    """
    kinds = [scripts.script(character) for character in text]
    for character, kind in zip(text, kinds, strict=True):
        if kind not in (HAN, LATIN, COMMON) or not (
            character == " " or scripts.category(character).startswith(ALLOWED_CATEGORIES)
        ):
            raise SlotError("script", f"U+{ord(character):04X}")
    real = [kind for kind in kinds if kind != COMMON]
    if len(set(real)) > 1 and PAIRED.intersection(text):
        raise SlotError("script", text)
    # A common character belongs to what stands before it; at the beginning, to what follows.
    current, start, found = real[0] if real else COMMON, 0, []
    for index, kind in enumerate(kinds):
        if kind not in (COMMON, current):
            found.append((text[start:index], _language(current, language)))
            current, start = kind, index
    found.append((text[start:], _language(current, language)))
    return found


def _language(script: str, language: str) -> str:
    return ENGLISH if script == LATIN else language


def space_letters(glyphs: list[Glyph], spacing: int) -> list[Glyph]:
    """Return the glyphs with `spacing` between them: half before, half after, none at the line's two ends."""
    left = spacing // 2
    if spacing % PANGO_SCALE == 0:
        left = (left + PANGO_SCALE // 2) // PANGO_SCALE * PANGO_SCALE
    right = spacing - left
    last = len(glyphs) - 1
    return [
        replace(
            glyph,
            advance=glyph.advance + (left if index else 0) + (right if index < last else 0),
            offset=left if index else 0,
        )
        for index, glyph in enumerate(glyphs)
    ]


def face_index(path: Path, family: str) -> int:
    """Return the number of the family's face in a collection, 0 in a plain font file. Raises `StopIteration` if absent."""
    if path.suffix != ".ttc":
        return 0
    faces = TTCollection(str(path), lazy=True).fonts
    return next(index for index, face in enumerate(faces) if face["name"].getDebugName(1) == family)
