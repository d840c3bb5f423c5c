"""The ground on which each design stands: its own frame and ornament, none like another from across a room.

A skill level has the woven pine band of `artwork`; a completed course climbs ochre steps; hours have a ruled slate
page; credits a bronze band of waves and a medallion; an achievement an indigo border and a wreath of gold.
A body may choose another border (`borders`) round the same figure. Units as in `artwork`: a tenth of a millimetre, the page 2100 × 2970.
"""

import math
from collections.abc import Callable
from functools import lru_cache

from certification.certificates import artwork
from certification.certificates.artwork import PAGE_HEIGHT, PAGE_WIDTH, Point
from certification.certificates.borders import Frame, draw_border, draw_piece

PAPER, CREAM = "#fffefa", "#fefcf6"
OCHRE, OCHRE_MID, OCHRE_PALE, OCHRE_MIST = "#8a6420", "#b8934e", "#d9c295", "#f6eedc"
PINE, PINE_MIST = "#0e5a4f", "#e6efeb"
SLATE, SLATE_MID, SLATE_PALE, SLATE_MIST = "#33444d", "#7b8b93", "#bcc7cc", "#eef2f3"
BRONZE, BRONZE_MID, BRONZE_PALE, BRONZE_MIST = "#7a3f1d", "#b0805f", "#dcbfa9", "#f7ede5"
INDIGO, INDIGO_MID, INDIGO_PALE = "#22386b", "#6f7fa8", "#b9c2d9"


@lru_cache(maxsize=32)
def draw_frame(design: str, frame: str = Frame.HOUSE) -> str:
    """Return the page's ground of a design within a frame, as SVG; raises `KeyError` for a design that there is not,
    `ValueError` for such a frame."""
    if Frame(frame) is Frame.HOUSE:
        return _FRAMES[design]()
    paper, figure, quiet, (dark, pale) = _FIGURES[design]
    parts = [_paper(paper), *(quiet if Frame(frame) is Frame.PLAIN else figure)()]
    parts += draw_border(Frame(frame), dark=dark, pale=pale, has_column=design == "credits")
    return artwork.svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


@lru_cache(maxsize=32)
def draw_ornament(design: str, frame: str = Frame.HOUSE) -> str:
    """Return the small piece under the title, 80 × 6 mm, as SVG; the errors of `draw_frame`."""
    if Frame(frame) is Frame.HOUSE:
        return _ORNAMENTS[design]()
    dark, pale = _FIGURES[design][3]
    return draw_piece(Frame(frame), dark=dark, pale=pale)


def _paper(colour: str) -> str:
    return f'<rect width="{PAGE_WIDTH}" height="{PAGE_HEIGHT}" fill="{colour}"/>'


def _box(inset: float, colour: str, width: float) -> str:
    size = f'width="{PAGE_WIDTH - 2 * inset}" height="{PAGE_HEIGHT - 2 * inset}"'
    return f'<rect x="{inset}" y="{inset}" {size} fill="none" stroke="{colour}" stroke-width="{width}"/>'


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    numbers = (artwork.number(value) for value in (x, y, width, height))
    return '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'.format(*numbers, colour)


def _completion() -> str:
    """Ochre rules; a border of little flights of steps; one long flight rises across the foot of the page."""
    parts = [_paper(CREAM), *_long_flight()]
    outer, band = 70, 74
    parts += [_box(outer, OCHRE, 9), _box(outer + 15, OCHRE_PALE, 1.6), _box(outer + band, OCHRE, 3)]
    parts += _flights(outer + 30, band - 44)
    parts += [_box(outer + band + 24, OCHRE_PALE, 1.4)]
    return artwork.svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


def _long_flight() -> list[str]:
    """Return the flight that rises across the foot of the page, its last step in pine."""
    steps, foot, rise, left = 12, 2235, 25, 265
    tread = (PAGE_WIDTH - 2 * left) / steps
    parts = []
    for index in range(steps):
        height = 40 + rise * index
        parts.append(_bar(left + tread * index, foot - height, tread - 7, height, OCHRE_MIST if index < steps - 1 else PINE_MIST))
    return parts


def _flights(inset: float, height: float) -> list[str]:
    """Return flights of three steps all round the page, rising towards the middle of each side."""
    parts = []
    for length, turn in ((PAGE_WIDTH, 0), (PAGE_HEIGHT, 90), (PAGE_WIDTH, 180), (PAGE_HEIGHT, 270)):
        # A side is drawn along the top edge and turned to its place about the page's corner.
        corner = {0: (0, 0), 90: (PAGE_WIDTH, 0), 180: (PAGE_WIDTH, PAGE_HEIGHT), 270: (0, PAGE_HEIGHT)}[turn]
        count = round((length - 2 * inset) / 92)
        pitch = (length - 2 * inset) / count
        data = []
        for index in range(count):
            start = inset + index * pitch + pitch * 0.14
            mirrored = index >= count / 2
            for step in range(3):
                order = 2 - step if mirrored else step
                tall = height * (order + 1) / 3
                x = start + step * pitch * 0.26
                data.append(
                    f"M{artwork.pair((x, inset + height))}v{artwork.number(-tall)}h{artwork.number(pitch * 0.2)}v{artwork.number(tall)}z"
                )
        move = f"translate({artwork.pair(corner)}) rotate({turn})"
        parts.append(f'<path transform="{move}" d="{"".join(data)}" fill="{OCHRE_MID}"/>')
    return parts


def _hours() -> str:
    """A page of a ledger: faint lines, one double rule, a slate bar at the head. Quiet on purpose."""
    parts = [_paper(PAPER), _bar(0, 0, PAGE_WIDTH, 46, SLATE), _bar(0, 54, PAGE_WIDTH, 4, SLATE_MID)]
    parts += _ruled_lines()
    # Ticks of a ruler down the left edge, one a quarter of an hour, the hour longer.
    ticks = "".join(f"M120 {y}h{52 if index % 4 == 0 else 26}" for index, y in enumerate(range(180, 2800, 40)))
    parts.append(artwork.stroked(ticks, SLATE_PALE, 2.4))
    parts.append(artwork.stroked("M120 180V2780", SLATE_MID, 2.4))
    parts.append(artwork.stroked(f"M{PAGE_WIDTH - 120} 180V2780", SLATE_PALE, 1.4))
    parts += [_bar(0, PAGE_HEIGHT - 46, PAGE_WIDTH, 46, SLATE), _bar(0, PAGE_HEIGHT - 58, PAGE_WIDTH, 4, SLATE_MID)]
    return artwork.svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


def _ruled_lines() -> list[str]:
    lines = "".join(f"M300 {y}H1800" for y in range(1980, 2180, 28))
    return [artwork.stroked(lines, SLATE_MIST, 1.4)]


def _credits() -> str:
    """A bronze band of waves down the left side and a medallion for the figure."""
    left, width = 90, 250
    parts = [_paper(CREAM), _bar(left, 90, width, PAGE_HEIGHT - 180, BRONZE_MIST)]
    length, middle = PAGE_HEIGHT - 180, left + width / 2
    for amplitude, colour, stroke in (
        (108, BRONZE_PALE, 1.4),
        (88, BRONZE_MID, 1.2),
        (66, BRONZE_PALE, 1.4),
        (44, BRONZE, 1.3),
        (22, BRONZE_MID, 1.2),
    ):
        for turned in (False, True):
            data = artwork.wave((middle, 90), (0, 1), length, half_waves=20, amplitude=amplitude, turned=turned)
            parts.append(artwork.stroked(data, colour, stroke))
    for x, colour, stroke in ((left, BRONZE, 5), (left + width, BRONZE, 5), (left + width + 14, BRONZE_PALE, 1.6)):
        parts.append(artwork.stroked(f"M{x} 90V{PAGE_HEIGHT - 90}", colour, stroke))
    parts.append(_box(90, BRONZE, 5))
    parts.append(_box(76, BRONZE_PALE, 1.6))
    parts += _credit_medallion()
    return artwork.svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


def _credit_medallion() -> list[str]:
    return _medallion((1630, 1215), 225, BRONZE, BRONZE_MID)


def _medallion(centre: Point, radius: float, dark: str, mid: str) -> list[str]:
    """Return a ring of small waves with room for a figure in it."""
    points, petals = 288, 36
    parts = []
    for turn in (0.0, math.pi / petals):
        ring = []
        for index in range(points):
            angle = 2 * math.pi * index / points
            swing = radius * (0.9 + 0.085 * math.cos(petals * angle + turn * petals))
            ring.append((centre[0] + swing * math.cos(angle), centre[1] + swing * math.sin(angle)))
        parts.append(artwork.stroked(artwork.closed_curve(ring), mid, 1.8))
    for share, stroke in ((1.0, 3.4), (0.8, 1.6), (0.77, 3)):
        parts.append(
            f'<circle cx="{centre[0]}" cy="{centre[1]}" r="{artwork.number(radius * share)}" fill="none" stroke="{dark}" '
            f'stroke-width="{stroke}"/>'
        )
    return parts


def _achievement() -> str:
    """Indigo and gold: a broad indigo border with a gold wave on it, and a wreath at the head of the page."""
    outer, band = 62, 96
    inner = outer + band
    parts = [_paper(PAPER)]
    parts += _indigo_rosette()
    border = f"M{outer} {outer}H{PAGE_WIDTH - outer}V{PAGE_HEIGHT - outer}H{outer}Z"
    border += f"M{inner} {inner}V{PAGE_HEIGHT - inner}H{PAGE_WIDTH - inner}V{inner}Z"
    parts.append(f'<path d="{border}" fill="{INDIGO}"/>')
    middle = outer + band / 2
    across, down = PAGE_WIDTH - 2 * inner, PAGE_HEIGHT - 2 * inner
    for start, along, length, opposite in (
        ((inner, middle), (1, 0), across, (0, PAGE_HEIGHT - 2 * middle)),
        ((middle, inner), (0, 1), down, (PAGE_WIDTH - 2 * middle, 0)),
    ):
        for amplitude, colour, stroke in ((30, OCHRE_MID, 2), (20, INDIGO_MID, 1.6), (10, OCHRE_PALE, 1.6)):
            for turned in (False, True):
                data = artwork.wave(start, along, length, half_waves=2 * round(length / 150), amplitude=amplitude, turned=turned)
                strand = artwork.stroked(data, colour, stroke)
                parts += [strand, f'<g transform="translate({artwork.pair(opposite)})">{strand}</g>']
    for x in (outer, PAGE_WIDTH - inner):
        for y in (outer, PAGE_HEIGHT - inner):
            parts += _star((x + band / 2, y + band / 2), 30)
    parts += [_box(inner + 14, OCHRE_MID, 5), _box(inner + 26, OCHRE_PALE, 1.6), _box(outer - 8, OCHRE_MID, 3)]
    parts += _head_wreath()
    return artwork.svg(PAGE_WIDTH, PAGE_HEIGHT, parts)


def _indigo_rosette() -> list[str]:
    return artwork.rosette((PAGE_WIDTH / 2, 1590), 700, petals=16, strands=12, colour="#eef0f6")


def _head_wreath() -> list[str]:
    return _wreath((PAGE_WIDTH / 2, 395), 165)


def _star(centre: Point, radius: float) -> list[str]:
    """Return an eight-pointed knot of two squares: no star of state."""
    parts = []
    for turn in (0, 45):
        side = radius * 1.42
        parts.append(
            f'<rect x="{artwork.number(-side / 2)}" y="{artwork.number(-side / 2)}" width="{artwork.number(side)}" '
            f'height="{artwork.number(side)}" fill="none" stroke="{OCHRE_PALE}" stroke-width="3" '
            f'transform="translate({artwork.pair(centre)}) rotate({turn})"/>'
        )
    return parts


def _wreath(centre: Point, radius: float) -> list[str]:
    """Return two branches of leaves that open at the top, round the three steps."""
    parts = []
    leaves = 13
    for side in (-1, 1):
        stem = []
        for index in range(leaves):
            angle = math.pi / 2 + side * (0.16 + index * 0.198)
            x, y = centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)
            stem.append((x, y))
            for lean in (38, -30):
                # The leaf points along the branch, away from its root, a little outwards or inwards.
                turn = math.degrees(angle) + side * (90 - lean)
                long = 46 - index * 1.1
                data = f"M0 0C{artwork.number(long * 0.3)} {artwork.number(-long * 0.24)} {artwork.number(long * 0.75)} {artwork.number(-long * 0.2)} {artwork.number(long)} 0C{artwork.number(long * 0.75)} {artwork.number(long * 0.2)} {artwork.number(long * 0.3)} {artwork.number(long * 0.24)} 0 0Z"
                parts.append(
                    f'<path transform="translate({artwork.pair((x, y))}) rotate({turn:.1f})" d="{data}" fill="{OCHRE_MID}"/>'
                )
        parts.append(artwork.stroked("M" + "L".join(artwork.pair(point) for point in stem), OCHRE, 3.4))
    for index, height in enumerate((52, 92, 132)):
        parts.append(_bar(centre[0] - 73 + index * 51, centre[1] + 66 - height, 43, height, INDIGO))
    return parts


def _steps_ornament(dark: str, pale: str) -> str:
    """Five rising steps between two rules."""
    parts = [artwork.stroked("M0 34L330 34", pale, 2), artwork.stroked("M470 34L800 34", pale, 2)]
    for index, height in enumerate((9, 18, 27, 36, 45)):
        parts.append(_bar(352 + index * 20.5, 52 - height, 14, height, dark))
    return artwork.svg(800, 60, parts)


def _rule_ornament(dark: str, pale: str) -> str:
    """A thick rule that begins at the left and thins out."""
    return artwork.svg(800, 60, [_bar(0, 26, 200, 9, dark), _bar(200, 29, 600, 2.4, pale)])


def _wave_ornament(dark: str, pale: str) -> str:
    """Two waves that cross, for a rule."""
    parts = [
        artwork.stroked(artwork.wave((0, 30), (1, 0), 800, half_waves=20, amplitude=9, turned=turned), colour, 2.4)
        for turned, colour in ((False, dark), (True, pale))
    ]
    return artwork.svg(800, 60, parts)


def _knot_ornament(dark: str, pale: str) -> str:
    """A rule with a knot of two squares in its middle."""
    parts = [artwork.stroked("M60 30H352M448 30H740", pale, 2.4)]
    parts += [
        f'<rect x="383" y="13" width="34" height="34" fill="none" stroke="{dark}" stroke-width="3" transform="rotate({turn} 400 30)"/>'
        for turn in (0, 45)
    ]
    return artwork.svg(800, 60, parts)


# Paper, figure, the figure where all is plain, and the kind's two colours.
_FIGURES: dict[str, tuple[str, Callable[[], list[str]], Callable[[], list[str]], tuple[str, str]]] = {
    "skill_level": (artwork.IVORY, artwork.draw_rosettes, list, (PINE, artwork.PINE_PALE)),
    "completion": (CREAM, _long_flight, _long_flight, (OCHRE, OCHRE_PALE)),
    "hours": (PAPER, _ruled_lines, _ruled_lines, (SLATE, SLATE_PALE)),
    "credits": (CREAM, _credit_medallion, _credit_medallion, (BRONZE, BRONZE_PALE)),
    "achievement": (PAPER, lambda: _indigo_rosette() + _head_wreath(), _head_wreath, (INDIGO, INDIGO_PALE)),
}
_FRAMES: dict[str, Callable[[], str]] = {
    "skill_level": artwork.draw_frame,
    "completion": _completion,
    "hours": _hours,
    "credits": _credits,
    "achievement": _achievement,
}
_ORNAMENTS: dict[str, Callable[[], str]] = {
    "skill_level": artwork.draw_ornament,
    "completion": lambda: _steps_ornament(OCHRE, OCHRE_PALE),
    "hours": lambda: _rule_ornament(SLATE, SLATE_PALE),
    "credits": lambda: _wave_ornament(BRONZE, BRONZE_PALE),
    "achievement": lambda: _knot_ornament(INDIGO, OCHRE_MID),
}
