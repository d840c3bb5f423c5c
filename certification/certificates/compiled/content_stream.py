"""The page's content stream with holes where the slots are, and the texts that go into them.

WeasyPrint draws each text box as one marked content with one text object in it (`BDC … BT … Tm … Tf … TJ … ET … EMC`).
What stands on a line with a slot is placed anew for each sheet: from the left, or about the middle.
Source: ISO 32000-1 9.4 (text objects), 14.6 (marked content).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from certification.certificates.compiled.errors import SlotError
from certification.certificates.compiled.objects import number
from certification.certificates.compiled.shaping import PANGO_SCALE, Glyph, Typeface

TEXT = re.compile(rb"<</MCID (\d+)>>\nBDC\n(?:(?!EMC\n).)*?BT\n1 0 0 -1 (\S+) (\S+) Tm\n(.*?)ET\nEMC\n", re.DOTALL)
FONT = re.compile(rb"/([A-Z]+) (\S+) Tf\n")
SHOWN = re.compile(rb"/([A-Z]+) (\S+) Tf|<([0-9a-f]*)>")
STEP = re.compile(rb"/([A-Z]+) (\S+) Tf|<([0-9a-f]*)>|(-?\d+\.?\d*)(?=[<\]])")
LEFT, CENTRE = "left", "center"
# Positions that agree to a thousandth of a CSS pixel are the same on paper.
TOLERANCE = 0.001


@dataclass(frozen=True)
class TextStyle:
    """How a slot is set. `font` is the resource's name, `size` in CSS pixels, `spacing` in 1/1024 of one."""

    font: str
    typeface: Typeface
    size: float
    language: str
    spacing: int
    ascii_only: bool


@dataclass(frozen=True)
class Slot:
    """A text that differs from sheet to sheet: `name` in the layout, and the white space after it, if any."""

    name: str
    suffix: str
    style: TextStyle


@dataclass(frozen=True)
class Item:
    """One text on a line: its vertical position as written, the gap before it, and a slot or the width of a fixed text."""

    y: bytes
    gap: float
    slot: Slot | None
    width: float


@dataclass(frozen=True)
class Line:
    """A line with at least one slot. `start` is where it began when compiled, `room` how wide it may become; CSS pixels."""

    start: float
    width: float
    room: float
    alignment: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Hole:
    """Where a text of a line is placed: its `Tm`, and for a slot all up to `ET`."""

    line: int
    item: int


Codes = Callable[[str, Glyph], tuple[str, int]]
"""From a font's name and a glyph to the name of the font that holds it and its code there."""


def place(line: Line, texts: Mapping[str, str]) -> tuple[list[float], list[tuple[Glyph, ...]]]:
    """Return where each text of the line begins and the glyphs of its slots (none for a fixed text).

    Raises `SlotError` when a text cannot be set as Pango would, or the line would be broken.
    """
    glyphs = [shaped(item.slot, texts[item.slot.name]) if item.slot else () for item in line.items]
    widths = [
        sum(glyph.advance for glyph in shown) / PANGO_SCALE if item.slot else item.width
        for item, shown in zip(line.items, glyphs, strict=True)
    ]
    total = sum(widths) + sum(item.gap for item in line.items)
    if total > line.room:
        raise SlotError("width", ", ".join(texts[item.slot.name] for item in line.items if item.slot))
    x = line.start if line.alignment == LEFT else line.start + (line.width - total) / 2
    places = []
    for item, width in zip(line.items, widths, strict=True):
        x += item.gap
        places.append(x)
        x += width
    return places, glyphs


def shaped(slot: Slot, text: str) -> tuple[Glyph, ...]:
    """Return the glyphs of a slot's text and the white space after it. Raises `SlotError`."""
    if text != " ".join(text.split()) or not text:
        raise SlotError("white_space", text)
    style = slot.style
    if style.ascii_only and not (text.isascii() and text.isprintable()):
        raise SlotError("glyph", text)
    return style.typeface.shape(text + slot.suffix, round(style.size * PANGO_SCALE), style.language, style.spacing)


def shown(glyphs: Iterable[Glyph], style: TextStyle, codes: Codes) -> bytes:
    """Return the operators that show the glyphs: fonts, codes, and the differences to the fonts' own advances.

    The figures are WeasyPrint's, its thousandths of 1/1024 for offsets and its whole numbers for advances included;
    where it writes two between two glyphs, their sum stands here, since readers differ about two.
    """
    size = style.size
    out: list[str] = []
    current, adjustment = "", 0.0
    for glyph in glyphs:
        font, code = codes(style.font, glyph)
        offset = glyph.offset / size
        adjustment -= offset
        if font != current:
            if current:
                out.append(f">{_figure(adjustment)}] TJ\n" if adjustment else ">] TJ\n")
                adjustment = 0.0
            out.append(f"/{font} {number(size).decode()} Tf\n[<")
            current = font
        if adjustment:
            out.append(f">{_figure(adjustment)}<")
        out.append(f"{code:04x}")
        # In WeasyPrint's order of operations: the last bits decide where `int` cuts.
        adjustment = int(round(glyph.natural * 1000 / PANGO_SCALE / size) + offset - glyph.advance * 1000 / PANGO_SCALE / size)
    out.append(f">{_figure(adjustment)}] TJ" if adjustment else ">] TJ")
    return "".join(out).encode()


def _figure(value: float) -> str:
    return number(value).decode()


def in_codes(operators: bytes, codes: Mapping[str, Mapping[int, int]]) -> bytes:
    """Return text operators with the glyph numbers of some fonts (by resource name) replaced by new codes."""
    current: Mapping[int, int] | None = None

    def renumbered(found: re.Match[bytes]) -> bytes:
        nonlocal current
        if found[1]:
            current = codes.get(found[1].decode())
            return found[0]
        if current is None:
            return found[0]
        numbers = (int(found[3][start : start + 4], 16) for start in range(0, len(found[3]), 4))
        return b"<" + b"".join(b"%04x" % current[gid] for gid in numbers) + b">"

    return SHOWN.sub(renumbered, operators)


def glyphs_in(operators: bytes) -> dict[str, set[int]]:
    """Return the glyph numbers shown by text operators, by the resource name of their font."""
    found: dict[str, set[int]] = {}
    current: set[int] = set()
    for font, _, codes in SHOWN.findall(operators):
        if font:
            current = found.setdefault(font.decode(), set())
        else:
            current.update(int(codes[start : start + 4], 16) for start in range(0, len(codes), 4))
    return found


def same_operators(one: bytes, other: bytes) -> bool:
    """Tell whether two pieces of text operators show the same, however strings are cut and figures added up."""
    ours, theirs = list(_steps(one)), list(_steps(other))
    return len(ours) == len(theirs) and all(
        kind == their_kind and (near(value, their) if isinstance(value, float) and isinstance(their, float) else value == their)
        for (kind, value), (their_kind, their) in zip(ours, theirs, strict=True)
    )


def _steps(operators: bytes) -> Iterator[tuple[str, bytes | float]]:
    """Yield fonts, their sizes, codes one by one, and between them what is added to the advance, in thousandths."""
    adjustment = 0.0
    for font, size, codes, figure in STEP.findall(operators):
        if figure:
            adjustment += float(figure)
        if not font and not codes:
            continue  # a figure, or the empty string between two
        if adjustment:
            yield "adjustment", adjustment
            adjustment = 0.0
        if font:
            yield "font", font
            yield "size", float(size)
        for start in range(0, len(codes), 4):
            yield "code", codes[start : start + 4]
    if adjustment:
        yield "adjustment", adjustment


def near(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE
