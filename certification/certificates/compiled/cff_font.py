"""CFF font programs cut down to the glyphs in use, which are numbered anew.

The program is an OpenType file like the reference engine's, not a bare CFF table: some viewers hint the one and not
the other. In such a file viewers take a character identifier for a glyph number, so both are made the same. Sources:
ISO 32000-1 9.7.4.2 and 9.9 (CIDFontType0, OpenType), Adobe Technical Note 5176 13 (charsets).
"""

from collections.abc import Iterable
from io import BytesIO

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from certification.certificates.compiled.errors import CompileError
from certification.certificates.compiled.shaping import Typeface

# ISO 32000-1 table 126 asks for CFF and cmap; the others make it a font that any library opens.
KEPT_TABLES = {"GlyphOrder", "CFF ", "OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "name", "post"}


def cff_program(typeface: Typeface, gids: Iterable[int]) -> bytes:
    """Return an OpenType font whose glyphs 0, 1, 2 … are `.notdef` and these, in rising order. Raises `CompileError`."""
    wanted = {0, *gids}
    request = hb.SubsetInput()
    request.glyph_set.update(wanted)
    request.flags = (
        hb.SubsetFlags.NO_HINTING
        | hb.SubsetFlags.DESUBROUTINIZE
        | hb.SubsetFlags.NO_LAYOUT_CLOSURE
        | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    )
    # The box of the whole font stays: viewers choose by its size how finely they place a glyph.
    font = TTFont(BytesIO(hb.subset(typeface.face, request).blob.data), recalcBBoxes=False)
    if "CFF " not in font:
        raise CompileError(f"{typeface.path.name} has no CFF outlines")
    if len(font.getGlyphOrder()) != len(wanted):
        raise CompileError(f"{typeface.path.name} has other glyphs than asked for")
    if not hasattr(font["CFF "].cff[0], "ROS") or font.getGlyphOrder()[1:] != [f"cid{cid:05d}" for cid in range(1, len(wanted))]:
        raise CompileError(f"{typeface.path.name} is not keyed by glyph numbers")
    for tag in set(font.keys()) - KEPT_TABLES:
        del font[tag]
    out = BytesIO()
    font.save(out)
    return out.getvalue()
