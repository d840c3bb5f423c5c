"""What is drawn on a certificate: the guilloche frame, the rosette, the ladder of levels, the seal, the QR code.

Everything is a vector picture computed here, in units of a tenth of a millimetre (the page is 2100 × 2970),
so that a print is sharp at any size and no picture file has to be trusted.
"""

import math
import struct
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import zxingcpp

from certification.certificates.lettering import outline

PAGE_WIDTH, PAGE_HEIGHT = 2100, 2970
PINE, PINE_MID, PINE_PALE, PINE_MIST = "#0e5a4f", "#5f9388", "#a9c7c0", "#e3ede8"
OCHRE, OCHRE_PALE = "#8a6420", "#d9c295"
VERMILION = "#a8241b"
IVORY = "#fefcf6"

LIGHT = 255
QUIET_ZONE = 2  # modules; the white ground of the design adds the rest
QR_SCALE = 4  # pixels a module

# Where the handles of a cubic Bézier lie so that half a sine wave is met within 1 %.
SINE_HANDLE = 0.3642

Point = tuple[float, float]


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def svg(width: float, height: float, parts: Iterable[str], *, title: str = "") -> str:
    named = f"<title>{title}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(width)} {number(height)}" '
        f'width="{number(width / 10)}mm" height="{number(height / 10)}mm">{named}{"".join(parts)}</svg>'
    )


def wave(start: Point, along: Point, length: float, *, half_waves: int, amplitude: float, turned: bool) -> str:
    """Return path data of a sine wave from `start` in the unit direction `along`."""
    across = (-along[1], along[0])
    step = length / half_waves
    side = -1 if turned else 1

    def at(distance: float, offset: float) -> Point:
        return (
            start[0] + along[0] * distance + across[0] * offset,
            start[1] + along[1] * distance + across[1] * offset,
        )

    data = [f"M{pair(start)}"]
    for index in range(half_waves):
        # A cubic whose handles sit at 4/3 of the height peaks at the amplitude.
        height = amplitude * 4 / 3 * side
        begin = index * step
        handles = (at(begin + step * SINE_HANDLE, height), at(begin + step * (1 - SINE_HANDLE), height))
        data.append(f"C{pair(handles[0])} {pair(handles[1])} {pair(at(begin + step, 0))}")
        side = -side
    return "".join(data)


def stroked(data: str, colour: str, width: float, extra: str = "") -> str:
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{number(width)}"{extra}/>'


def _braid(start: Point, along: Point, length: float) -> list[str]:
    """Return one side of the frame: strands of two wavelengths that cross like a woven band."""
    half_waves = 2 * round(length / 108)
    strands = []
    for amplitude, colour, width in ((30, PINE_PALE, 1.2), (23, PINE_MID, 1.1), (16, PINE, 1.2), (8, PINE_MID, 1)):
        for turned in (False, True):
            data = wave(start, along, length, half_waves=half_waves, amplitude=amplitude, turned=turned)
            strands.append(stroked(data, colour, width))
    for turned in (False, True):
        data = wave(start, along, length, half_waves=half_waves * 2, amplitude=30, turned=turned)
        strands.append(stroked(data, OCHRE_PALE, 1))
    return strands


def _fret(corner: Point, inward: Point, size: float) -> str:
    """Return a square spiral (回纹) that starts at the page's corner and winds inwards."""
    gap = size / 7
    turns = [(0, 0), (7, 0), (7, 7), (1, 7), (1, 2), (5, 2), (5, 5), (3, 5), (3, 4)]
    points = [(corner[0] + inward[0] * gap * x, corner[1] + inward[1] * gap * y) for x, y in turns]
    data = f"M{pair((corner[0], corner[1] + inward[1] * size))}L" + "L".join(pair(point) for point in points)
    return stroked(data, PINE, 4.2, ' stroke-linejoin="miter"')


def _stepped_rule(inset: float, step: float, colour: str, width: float) -> str:
    """Return a rule round the page whose corners climb in three steps: the ladder of levels as a corner piece."""
    right, bottom = PAGE_WIDTH - inset, PAGE_HEIGHT - inset
    climb = [(0, 3), (1, 3), (1, 2), (2, 2), (2, 1), (3, 1), (3, 0)]
    corners = [
        [(inset + x * step, inset + y * step) for x, y in climb],
        [(right - x * step, inset + y * step) for x, y in reversed(climb)],
        [(right - x * step, bottom - y * step) for x, y in climb],
        [(inset + x * step, bottom - y * step) for x, y in reversed(climb)],
    ]
    data = "M" + "L".join(pair(point) for corner in corners for point in corner) + "Z"
    return stroked(data, colour, width)


def rosette(centre: Point, radius: float, *, petals: int, strands: int, colour: str = PINE_MIST) -> list[str]:
    """Return a guilloche rosette: one closed wave on a ring, turned a little for each strand.

    The strands are one path turned about the centre, not paths of their own: repeated bytes pack to nearly nothing.
    """
    points = petals * 6
    ring = []
    for index in range(points):
        angle = 2 * math.pi * index / points
        swing = radius * (0.66 + 0.24 * math.cos(petals * angle) + 0.08 * math.cos(2 * petals * angle))
        ring.append((swing * math.cos(angle), swing * math.sin(angle)))
    path = stroked(closed_curve(ring), colour, 1.5)
    place = f"translate({pair(centre)})"
    return [f'<g transform="{place} rotate({360 * strand / strands / petals:.3f})">{path}</g>' for strand in range(strands)]


def closed_curve(ring: list[Point]) -> str:
    """Return path data of the smooth closed curve through the points (Catmull–Rom)."""
    count = len(ring)
    data = [f"M{pair(ring[0])}"]
    for index in range(count):
        before, here, there, after = (ring[(index + shift) % count] for shift in (-1, 0, 1, 2))
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        data.append(f"C{pair(first)} {pair(second)} {pair(there)}")
    return "".join(data) + "Z"


def draw_rosettes() -> list[str]:
    """Return the two rosettes behind a skill level, one within the other."""
    middle = (PAGE_WIDTH / 2, 1500)
    return rosette(middle, 760, petals=12, strands=16) + rosette(middle, 330, petals=8, strands=10)


@lru_cache(maxsize=1)
def draw_frame() -> str:
    """Return the page's ground: ivory paper, rosette, woven border with fret corners, stepped inner rule."""
    outer, band, size = 80, 80, 150
    middle = outer + band / 2
    parts = [f'<rect width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}" fill="{IVORY}"/>']
    parts += draw_rosettes()
    begin, across, down = outer + size, PAGE_WIDTH - 2 * (outer + size), PAGE_HEIGHT - 2 * (outer + size)
    for start, along, length, opposite in (
        ((begin, middle), (1, 0), across, (0, PAGE_HEIGHT - 2 * middle)),
        ((middle, begin), (0, 1), down, (PAGE_WIDTH - 2 * middle, 0)),
    ):
        # The opposite side is the same path moved, for the sake of the file's size.
        for strand in _braid(start, along, length):
            parts += [strand, f'<g transform="translate({pair(opposite)})">{strand}</g>']
    for inset, colour, width in ((outer - 9, PINE, 5), (outer + 0.5, PINE_MID, 1.4), (outer + band, PINE_MID, 1.4)):
        size_left = f'width="{PAGE_WIDTH - 2 * inset}" height="{PAGE_HEIGHT - 2 * inset}"'
        parts.append(f'<rect x="{inset}" y="{inset}" {size_left} fill="none" stroke="{colour}" stroke-width="{width}"/>')
    for x, y, inward in (
        (outer, outer, (1, 1)),
        (PAGE_WIDTH - outer, outer, (-1, 1)),
        (PAGE_WIDTH - outer, PAGE_HEIGHT - outer, (-1, -1)),
        (outer, PAGE_HEIGHT - outer, (1, -1)),
    ):
        left, top = min(x, x + inward[0] * size), min(y, y + inward[1] * size)
        parts.append(
            f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="{IVORY}" stroke="{PINE}" stroke-width="1.4"/>'
        )
        parts.append(_fret((x + inward[0] * 22, y + inward[1] * 22), inward, size - 44))
    parts.append(_stepped_rule(outer + band + 18, 28, OCHRE, 4))
    parts.append(_stepped_rule(outer + band + 28, 28, OCHRE_PALE, 1.4))
    return svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


def draw_ornament() -> str:
    """Return the small piece under the title: three rising steps and their mirror image between two rules."""
    parts = [
        stroked("M0 34L330 34", OCHRE_PALE, 2),
        stroked("M470 34L800 34", OCHRE_PALE, 2),
    ]
    for index, height in enumerate((12, 24, 36, 24, 12)):
        parts.append(
            f'<rect x="{number(352 + index * 20.5)}" y="{number(52 - height)}" width="14" height="{height}" fill="{OCHRE}"/>'
        )
    return svg(800, 60, parts)


def draw_ladder(level: int, *, title: str) -> str:
    """Return the five levels 5 … 1 as rising steps, filled up to `level`."""
    parts = []
    for index, step in enumerate((5, 4, 3, 2, 1)):
        height = 22 + index * 16
        reached = step >= level
        here = step == level
        fill = OCHRE if here else PINE if reached else "none"
        edge = fill if reached else PINE_PALE
        parts.append(
            f'<rect x="{2 + index * 44}" y="{104 - height}" width="36" height="{height}" fill="{fill}" '
            f'stroke="{edge}" stroke-width="2.4"/>'
        )
    return svg(222, 108, parts, title=title)


@lru_cache(maxsize=64)
def draw_seal(name: str, *, caption: str = "认定专用章") -> str:
    """Return the round seal of a body: its filed name on the arc, the ladder in the middle, the caption below.

    It has the ladder where a seal of state has the star: this is the mark of an assessment body as
    drawn by this system, not a copy of a registered seal.
    """
    radius, centre = 190, 200
    parts = [
        f'<circle cx="{centre}" cy="{centre}" r="{radius}" fill="none" stroke="{VERMILION}" stroke-width="11"/>',
        f'<circle cx="{centre}" cy="{centre}" r="{radius - 13}" fill="none" stroke="{VERMILION}" stroke-width="1.8"/>',
    ]
    # Short names keep a comfortable gap between characters, long ones close up to at most 242 degrees.
    gaps = max(len(name) - 1, 1)
    spread = min(242.0, gaps * 27.0)
    size = min(54.0, 2 * math.pi * 145 * spread / 360 / gaps)
    for index, character in enumerate(name):
        angle = -spread / 2 + spread * index / gaps
        move = f"rotate({number(angle)} {centre} {centre}) translate({centre} {number(centre - 168 + size / 2)})"
        parts.append(f'<g transform="{move}">{_letter(character, size, narrow=0.86)}</g>')
    for index, height in enumerate((34, 58, 82)):
        parts.append(
            f'<rect x="{159 + index * 29}" y="{number(centre + 30 - height)}" width="23" height="{height}" fill="{VERMILION}"/>'
        )
    gap = 32.0
    for index, character in enumerate(caption):
        left = centre + (index - (len(caption) - 1) / 2) * gap
        parts.append(f'<g transform="translate({number(left)} {centre + 106})">{_letter(character, 34)}</g>')
    return svg(400, 400, parts)


@lru_cache(maxsize=8)
def draw_watermark(text: str) -> str:
    """Return the page-sized words that lie across a sample: outlines, so that they never mix into the text."""
    parts = []
    size, gap = 168.0, 186.0
    for centre in (930, 1560, 2190):
        letters = [
            f'<g transform="translate({number((index - (len(text) - 1) / 2) * gap)} 0)">{_letter(character, size)}</g>'
            for index, character in enumerate(text)
        ]
        parts.append(f'<g transform="translate(1050 {centre}) rotate(-32)">{"".join(letters)}</g>')
    parts = [f'<g opacity="0.1">{"".join(parts)}</g>']
    return svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


def _letter(character: str, size: float, *, narrow: float = 1.0) -> str:
    """Return one character as a filled outline, centred on the origin."""
    glyph = outline(character)
    scale = size / glyph.units_per_em
    middle = glyph.units_per_em * 0.38  # between baseline and the top of the ideographic box
    return (
        f'<path fill="{VERMILION}" transform="scale({scale * narrow:.4f} {-scale:.4f}) '
        f'translate({number(-glyph.advance / 2)} {number(-middle)})" d="{glyph.path}"/>'
    )


def qr_modules(text: str) -> tuple[int, bytes]:
    """Return the QR code of `text` (error correction M or better) as its width and one byte a module, 0 dark, 255 light.

    Two light modules stand on every side. Source: ISO/IEC 18004.
    """
    picture: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(add_quiet_zones=False)
    symbol = memoryview(picture)
    inner = math.isqrt(symbol.nbytes)
    margin = bytes((LIGHT,)) * QUIET_ZONE
    width = inner + 2 * QUIET_ZONE
    data = symbol.tobytes()
    rows = [margin + data[start : start + inner] + margin for start in range(0, inner * inner, inner)]
    blank = bytes((LIGHT,)) * width * QUIET_ZONE
    return width, b"".join((blank, *rows, blank))


def qr_picture(text: str) -> tuple[int, bytes]:
    """Return the QR code as a grey picture: its side in pixels and its scanlines, a PNG filter byte (2: up) before each.

    A module is `QR_SCALE` pixels wide, so that no viewer that smooths pictures blurs its edges away. A line that
    repeats the one above it is all zeros after the filter, hence the picture packs well. Source: PNG (ISO/IEC 15948) 9.2.
    """
    width, modules = qr_modules(text)
    side = width * QR_SCALE
    wide = bytearray(len(modules) * QR_SCALE)
    for shift in range(QR_SCALE):
        wide[shift::QR_SCALE] = modules
    same = b"\2" + bytes(side)
    lines = []
    for start in range(0, len(wide), side):
        # Unfiltered, then copies of it.
        lines.append(b"\0" + bytes(wide[start : start + side]))
        lines.extend([same] * (QR_SCALE - 1))
    return side, b"".join(lines)


def draw_qr(text: str) -> bytes:
    """Return the QR code of `text` as a grey PNG."""
    side, scanlines = qr_picture(text)
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scanlines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
