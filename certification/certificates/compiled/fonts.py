"""The fonts of a compiled page: one for what every sheet shows, and one for the other characters of each holder's texts.

Song is CFF and holds what the page and ASCII need, for good. Kai is TrueType and comes in two: a static font with the
page's glyphs, ASCII and dates, and a small one made anew for each certificate (names, mostly two or three glyphs).
Source: ISO 32000-1 9.7 (composite fonts), 9.9 (embedded font programs).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pydyf

from certification.certificates import lettering
from certification.certificates.compiled.cff_font import cff_program
from certification.certificates.compiled.errors import CompileError, SlotError
from certification.certificates.compiled.objects import stream
from certification.certificates.compiled.shaping import Glyph, Typeface, face_index
from certification.certificates.compiled.to_unicode import to_unicode_map, widths
from certification.certificates.compiled.truetype_font import GlyphSource

PRINTABLE_ASCII = "".join(map(chr, range(0x20, 0x7F)))
LIGATURES = ("ff", "fi", "fl", "ffi", "ffl")
DATE_CHARACTERS = "〇一二三四五六七八九十年月日"
DYNAMIC = "X"  # after the static font's resource name
DYNAMIC_TAG = "ZZZZZZ"
PACKED, PACKED_FAST = 9, 1

Objects = list[Any]


@lru_cache(maxsize=4)
def typeface_named(name: str) -> Typeface:
    """Return the typeface behind a font name as WeasyPrint writes it, without the subset's tag."""
    files = lettering.TYPEFACES.get(name)
    path = lettering.find_font(files) if files else None
    if path is None:
        raise CompileError(f"{name} is no typeface of ours")
    return Typeface(path, index=face_index(path, lettering.SONG))


@lru_cache(maxsize=2)
def glyph_source(typeface: Typeface) -> GlyphSource:
    """Return the outlines of a TrueType typeface."""
    return GlyphSource(typeface.path)


def is_truetype(typeface: Typeface) -> bool:
    return typeface.path.suffix == ".ttf"


@dataclass(frozen=True)
class DynamicFont:
    """The object numbers of a font that is made for each certificate, and its CID font up to /W."""

    resource: str
    source: GlyphSource
    program: int
    texts: int
    cid_font: int
    cid_entries: bytes
    filler: tuple[int, str]

    def objects(self, glyphs: Mapping[int, tuple[int, str]]) -> list[tuple[int, bytes]]:
        """Return its three objects for these glyphs: glyph number → code (from 1 on, in order) and text."""
        if not glyphs:
            # An embedded font has at least one glyph that somebody could use.
            glyphs = {self.filler[0]: (1, self.filler[1])}
        gids = [0, *glyphs]
        program = self.source.program(gids)
        advances = {code: self.source.width(gid) for code, gid in enumerate(gids)}
        texts = {code: text for code, text in glyphs.values()}
        return [
            (self.cid_font, b"%s/W %s>>" % (self.cid_entries, widths(advances))),
            (self.program, stream(b"/Length1 %d" % len(program), program, level=PACKED_FAST)),
            (self.texts, stream(b"", to_unicode_map(texts), level=PACKED_FAST)),
        ]


class FontSet:
    """The composite fonts of one page, by the resource names in its content stream."""

    def __init__(self, pdf: pydyf.PDF, fonts: Iterable[Any], resources: Any) -> None:
        """`fonts` are WeasyPrint's, `resources` is the page's font dictionary (name → reference)."""
        self._pdf: Any = pdf
        self._resources: Any = resources
        self.texts: dict[str, dict[int, str]] = {}
        self.typefaces: dict[str, Typeface] = {}
        for font in fonts:
            self.texts.setdefault(font.hash, {}).update(font.to_unicode)
            # A typeface that stands in for a missing character is none of ours; where it is used decides what follows.
            if (name := font.name.decode().partition("+")[2]) in lettering.TYPEFACES:
                self.typefaces[font.hash] = typeface_named(name)
        self.codes: dict[str, dict[int, int]] = {}
        self.dynamic: dict[str, DynamicFont] = {}

    def add_vocabulary(self, font: str, glyphs: Iterable[Glyph]) -> None:
        """Take glyphs into the static font."""
        texts = self.texts[font]
        for glyph in glyphs:
            texts.setdefault(glyph.gid, glyph.text)

    def settle(self, font: str, shown: set[int], *, has_slots: bool) -> None:
        """Write the static font for the glyphs `shown` and the vocabulary; with slots in Kai, prepare its dynamic one."""
        if font not in self.typefaces:
            raise CompileError("a character of the page is in no typeface of ours")
        texts = self.texts[font]
        if missing := shown - set(texts):
            raise CompileError(f"{len(missing)} glyphs without a text")
        typeface = self.typefaces[font]
        type0 = self._at(self._resources[font])
        cid_font = self._at(type0["DescendantFonts"][0])
        descriptor = self._at(cid_font["FontDescriptor"])
        unicode_map = self._at(type0["ToUnicode"])
        gids = [0, *(gid for gid in sorted(texts) if gid)]
        codes = self.codes[font] = {gid: code for code, gid in enumerate(gids)}
        if is_truetype(typeface):
            source = glyph_source(typeface)
            if has_slots:
                self.dynamic[font] = self._dynamic(font, type0, cid_font, descriptor, source)
            program = source.program(gids)
            self._fill(self._at(descriptor["FontFile2"]), program, {"Length1": len(program)})
        else:
            program = cff_program(typeface, gids)
            self._fill(self._at(descriptor["FontFile3"]), program, {"Subtype": "/OpenType"})
            cid_font.pop("CIDToGIDMap", None)  # ISO 32000-1 table 117: for Type 2 only
        cid_font["W"] = widths({code: typeface.advance(gid) for gid, code in codes.items()})
        self._fill(unicode_map, to_unicode_map({codes[gid]: text for gid, text in texts.items()}), {})

    def code(self, font: str, glyph: Glyph, extra: dict[str, dict[int, tuple[int, str]]]) -> tuple[str, int]:
        """Return the resource name and code that show the glyph, taking it into `extra` (this file's fonts) if need be.

        Raises `SlotError` for a glyph that the static font of a slot in Song lacks.
        """
        code = self.codes[font].get(glyph.gid)
        if code is not None:
            return font, code
        if font not in self.dynamic:
            raise SlotError("glyph", glyph.text)
        taken = extra[font]
        entry = taken.get(glyph.gid)
        if entry is None:
            entry = taken[glyph.gid] = (len(taken) + 1, glyph.text)
        return self.dynamic[font].resource, entry[0]

    def release(self) -> None:
        """Let go of WeasyPrint's objects; nothing can be settled after this."""
        self._pdf = self._resources = None

    def _dynamic(self, font: str, type0: Any, cid_font: Any, descriptor: Any, source: GlyphSource) -> DynamicFont:
        """Add a second font of the same typeface, whose program, widths and texts come with each certificate."""
        name = f"/{DYNAMIC_TAG}+{type0['BaseFont'].decode().partition('+')[2]}"
        program, texts = self._add(pydyf.Stream()), self._add(pydyf.Stream())
        described = self._add(pydyf.Dictionary({**descriptor, "FontName": name, "FontFile2": program.reference}))
        entries = {key: value for key, value in cid_font.items() if key != "W"}
        own_cid_font = self._add(pydyf.Dictionary({**entries, "BaseFont": name, "FontDescriptor": described.reference}))
        own_type0 = pydyf.Dictionary(
            {**type0, "BaseFont": name, "ToUnicode": texts.reference, "DescendantFonts": pydyf.Array([own_cid_font.reference])}
        )
        self._resources[font + DYNAMIC] = self._add(own_type0).reference
        blank = next(gid for gid, text in self.texts[font].items() if text == " ")
        return DynamicFont(
            resource=font + DYNAMIC,
            source=source,
            program=program.number,
            texts=texts.number,
            cid_font=own_cid_font.number,
            cid_entries=own_cid_font.data[:-2],
            filler=(blank, " "),
        )

    def _at(self, reference: bytes | str) -> Any:
        text = reference.decode() if isinstance(reference, bytes) else reference
        return self._pdf.objects[int(text.split()[0])]

    def _add(self, item: Any) -> Any:
        self._pdf.add_object(item)
        return item

    @staticmethod
    def _fill(item: pydyf.Stream, data: bytes, extra: dict[str, Any]) -> None:
        item.stream, item.extra, item.compress = [data], extra, False
