"""CFF font programs cut down to the glyphs in use.

The character identifiers stay what they were, and in a CID-keyed font of Adobe-Identity they are the glyph numbers of
the whole font: text that WeasyPrint wrote keeps its codes. Sources: ISO 32000-1 9.7.4.2 and 9.9 (CIDFontType0C),
Adobe Technical Note 5176.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import uharfbuzz as hb
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.ttLib import TTFont

from certification.certificates.compiled.errors import CompileError
from certification.certificates.compiled.shaping import Typeface


KEPT_TABLES = {"GlyphOrder", "CFF ", "OS/2", "cmap", "head", "hhea", "hmtx", "maxp", "name", "post"}


def cff_program(typeface: Typeface, gids: Iterable[int]) -> bytes:
    """Return the bare CFF table of a subset. Raises `CompileError` when its identifiers are not the glyph numbers.

    Every glyph tells its whole width: some readers forget to add the nominal width of its font dictionary.
    """
    wanted = set(gids) | {0}
    request = hb.SubsetInput()
    request.glyph_set.update(wanted)
    request.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.DESUBROUTINIZE | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    # The box of the whole font stays: viewers choose by its size how finely they place a glyph.
    font = TTFont(BytesIO(hb.subset(typeface.face, request).blob.data), recalcBBoxes=False)
    if "CFF " not in font:
        raise CompileError(f"{typeface.path.name} has no CFF outlines")
    top = font["CFF "].cff[0]
    if not hasattr(top, "ROS") or font.getGlyphOrder()[1:] != [f"cid{gid:05d}" for gid in sorted(wanted - {0})]:
        raise CompileError(f"{typeface.path.name} is not keyed by its glyph numbers")
    for tag in set(font.keys()) - KEPT_TABLES:
        del font[tag]
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def _tell_widths(top: Any) -> None:
    outlines = top.CharStrings
    names = list(outlines.keys())
    whole = []
    for name in names:
        recorded = RecordingPen()
        outlines[name].draw(recorded)
        pen = T2CharStringPen(outlines[name].width, None)
        recorded.replay(pen)
        whole.append((name, pen))
    for dictionary in top.FDArray:
        dictionary.Private.nominalWidthX = dictionary.Private.defaultWidthX = 0
    for name, pen in whole:
        private = outlines[name].private
        # General operators only: page-validation 0.11 misreads a width before hmoveto.
        outlines[name] = pen.getCharString(private, outlines.globalSubrs, optimize=False)
