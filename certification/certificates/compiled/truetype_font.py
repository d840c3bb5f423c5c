"""TrueType font programs put together from single glyphs, small enough to be made anew for each certificate.

A CIDFontType2 needs the tables glyf, head, hhea, hmtx, loca and maxp only (ISO 32000-1 9.9.1). Composite glyphs are
flattened and hints dropped, so that every glyph stands alone. Sources: OpenType 1.9, "otff" (table directory and
checksums), "glyf", "loca", "maxp".
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

TRUETYPE = 0x00010000
CHECKSUM_OF_ALL = 0xB1B0AFBA
ADJUSTMENT_AT = 8  # in head
LONG_OFFSETS_AT = 50  # in head
COUNT_AT = {"hhea": 34, "maxp": 4}
INSTRUCTIONS_AT = 14  # in maxp: maxZones and what belongs to the interpreter and to composites
KEPT_GLYPHS = 16384


@dataclass(frozen=True)
class Outline:
    """One glyph: its `glyf` record padded to four bytes, its advance and left side bearing in font units."""

    data: bytes
    advance: int
    bearing: int


def checksum(table: bytes) -> int:
    """Return the sum of the table's 32-bit words, modulo 2³²."""
    table += b"\0" * (-len(table) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(table) // 4}I", table)
    return sum(words) & 0xFFFFFFFF


class GlyphSource:
    """A TrueType file from which glyphs are taken, with a bounded memory of those taken."""

    def __init__(self, path: Path) -> None:
        font = TTFont(path, lazy=True)
        self._order, self._glyphs = font.getGlyphOrder(), font.getGlyphSet()
        # Read now: after a fork the processes share the open file's position.
        self._glyf, self._hmtx = font["glyf"], font["hmtx"]
        self.units_per_em: int = font["head"].unitsPerEm
        self._head, self._hhea, self._maxp = (bytearray(font.reader[tag]) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">I", self._head, ADJUSTMENT_AT, 0)
        struct.pack_into(">h", self._head, LONG_OFFSETS_AT, 1)
        # One zone, no instructions, no composites.
        struct.pack_into(">9H", self._maxp, INSTRUCTIONS_AT, 1, 0, 0, 0, 0, 0, 0, 0, 0)
        self.outline = lru_cache(maxsize=KEPT_GLYPHS)(self._outline)

    def _outline(self, gid: int) -> Outline:
        name, glyf = self._order[gid], self._glyf
        glyph = glyf[name]
        if glyph.isComposite():
            recorded, pen = DecomposingRecordingPen(self._glyphs), TTGlyphPen(None)
            self._glyphs[name].draw(recorded)
            recorded.replay(pen)
            glyph = pen.glyph()
        advance, bearing = self._hmtx[name]
        if not glyph.numberOfContours:
            return Outline(b"", advance, bearing)
        glyph.removeHinting()
        data = glyph.compile(glyf)
        return Outline(data + b"\0" * (-len(data) % 4), advance, bearing)

    def width(self, gid: int) -> int:
        """Return the advance in thousandths of the em, as /W tells it."""
        return round(self.outline(gid).advance * 1000 / self.units_per_em)

    def program(self, gids: Sequence[int]) -> bytes:
        """Return a font program whose glyphs 0, 1, 2 … are these; the first must be 0, `.notdef`."""
        outlines = [self.outline(gid) for gid in gids]
        count = len(outlines)
        offsets, end = [0], 0
        for outline in outlines:
            end += len(outline.data)
            offsets.append(end)
        hhea, maxp = bytearray(self._hhea), bytearray(self._maxp)
        struct.pack_into(">H", hhea, COUNT_AT["hhea"], count)
        struct.pack_into(">H", maxp, COUNT_AT["maxp"], count)
        return assembled(
            {
                b"glyf": b"".join(outline.data for outline in outlines),
                b"head": bytes(self._head),
                b"hhea": bytes(hhea),
                b"hmtx": b"".join(struct.pack(">Hh", outline.advance, outline.bearing) for outline in outlines),
                b"loca": struct.pack(f">{count + 1}I", *offsets),
                b"maxp": bytes(maxp),
            }
        )


def assembled(tables: dict[bytes, bytes]) -> bytes:
    """Return the font file with table directory and checksums; `tables` in the order of their tags, head with adjustment 0."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    directory = [struct.pack(">IHHHH", TRUETYPE, count, search, power, 16 * count - search)]
    bodies, total, offset, head_at = [], 0, 12 + 16 * count, 0
    for tag, body in tables.items():
        total_of_table = checksum(body)
        total += total_of_table
        directory.append(struct.pack(">4sIII", tag, total_of_table, offset, len(body)))
        if tag == b"head":
            head_at = offset
        padded = body + b"\0" * (-len(body) % 4)
        bodies.append(padded)
        offset += len(padded)
    header = b"".join(directory)
    font = bytearray(header + b"".join(bodies))
    struct.pack_into(">I", font, head_at + ADJUSTMENT_AT, (CHECKSUM_OF_ALL - checksum(header) - total) & 0xFFFFFFFF)
    return bytes(font)
