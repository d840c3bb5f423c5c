"""The borders that a body may choose for any kind of certificate instead of the kind's own: clouds, plain lines, ladder.

A border keeps within 14.5 mm of the page's edge (its corner pieces within 24 mm), where no design has text. The kind
stays plain to see by its own title, colours and figure. Units as in `artwork`: a tenth of a millimetre.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from certification.certificates.artwork import (
    OCHRE,
    OCHRE_PALE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PINE,
    PINE_MID,
    PINE_PALE,
    Point,
    number,
    pair,
    stroked,
    svg,
)

GOLD, GOLD_MIST = "#b8934e", "#f8f1df"
OUTER, INNER = 60, 145
COLUMN = (172, 352)
"""Left and right edge of the column beside the text of a statement of credits."""


class Frame(StrEnum):
    """What surrounds the page. `HOUSE` is the kind's own."""

    HOUSE = "house"
    CLOUD = "cloud"
    PLAIN = "plain"
    LADDER = "ladder"


def draw_border(frame: Frame, *, dark: str, pale: str, has_column: bool) -> list[str]:
    """Return the border's parts; `dark` and `pale` are the kind's colours. Raises `KeyError` for the kind's own."""
    border, column = _BORDERS[frame]
    return border(dark, pale) + (column(dark, pale) if has_column else [])


def draw_piece(frame: Frame, *, dark: str, pale: str) -> str:
    """Return the small piece under the title, 80 × 6 mm, as SVG. Raises `KeyError` for the kind's own."""
    return svg(800, 60, _PIECES[frame](dark, pale))


def _box(inset: float, colour: str, width: float, fill: str = "none") -> str:
    size = f'width="{PAGE_WIDTH - 2 * inset}" height="{PAGE_HEIGHT - 2 * inset}"'
    return f'<rect x="{inset}" y="{inset}" {size} fill="{fill}" stroke="{colour}" stroke-width="{width}"/>'


def _moved(parts: str, place: Point, *, turn: float = 0, scale: float = 1) -> str:
    return f'<g transform="translate({pair(place)}) rotate({number(turn)}) scale({scale:.2f})">{parts}</g>'


def _all_round(side: Callable[[float], list[str]]) -> list[str]:
    """Return what `side` draws along the top edge of a given length, on all four sides, turned about the page's corners."""
    parts = []
    for length, corner, turn in (
        (PAGE_WIDTH, (0, 0), 0),
        (PAGE_HEIGHT, (PAGE_WIDTH, 0), 90),
        (PAGE_WIDTH, (PAGE_WIDTH, PAGE_HEIGHT), 180),
        (PAGE_HEIGHT, (0, PAGE_HEIGHT), 270),
    ):
        parts.append(_moved("".join(side(length)), corner, turn=turn))
    return parts


def _open_curve(points: list[Point]) -> str:
    """Return path data of a smooth curve through the points (Catmull–Rom), its ends included."""
    row = [points[0], *points, points[-1]]
    data = [f"M{pair(points[0])}"]
    for before, here, there, after in zip(row, row[1:], row[2:], row[3:], strict=False):
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        data.append(f"C{pair(first)} {pair(second)} {pair(there)}")
    return "".join(data)


def _cloud(colour: str, width: float) -> str:
    """Return a ruyi cloud (如意云头): two scrolls from one tip. The base is the origin, the tip 62 below it."""
    strokes = []
    for side in (-1, 1):
        points: list[Point] = [(0, 62), (side * 5, 53), (side * 14, 46.5)]
        for index in range(23):
            share = index / 22
            angle = math.radians(90 - 500 * share)
            radius = 19 - 14.5 * share
            points.append((side * (24 + radius * math.cos(angle)), 25 + radius * math.sin(angle)))
        strokes.append(_open_curve(points))
    bud = "M0 20C7 27 7 34 0 42C-7 34 -7 27 0 20Z"
    return stroked("".join(strokes), colour, width) + f'<path d="{bud}" fill="{colour}"/>'


def _cloud_border(_dark: str, _pale: str) -> list[str]:
    """Gold: a row of ruyi clouds all round on a pale ground, a knot of four in each corner."""
    size = 132
    cloud = _cloud(OCHRE, 3.2)
    dot = f'<circle cx="0" cy="50" r="4.4" fill="{GOLD}"/><circle cx="0" cy="33" r="2.6" fill="{GOLD}"/>'

    def side(length: float) -> list[str]:
        room = length - 2 * (OUTER + size)
        count = round(room / 104)
        pitch = room / count
        clouds = [_moved(cloud, (OUTER + size + pitch * (index + 0.5), OUTER + 12)) for index in range(count)]
        return clouds + [_moved(dot, (OUTER + size + pitch * index, OUTER + 12)) for index in range(1, count)]

    parts = [_box((OUTER + INNER) / 2, GOLD_MIST, INNER - OUTER)]
    parts += [_box(OUTER - 9, OCHRE, 6), _box(OUTER, GOLD, 1.8), _box(INNER - 8, GOLD, 1.8), _box(INNER, OCHRE, 3)]
    parts += _all_round(side)
    knot = "".join(_moved(cloud, (0, 0), turn=turn, scale=0.92) for turn in (0, 90, 180, 270))
    plate = f'<rect x="-66" y="-66" width="132" height="132" fill="#fffdf7" stroke="{OCHRE}" stroke-width="3"/>'
    plate += f'<rect x="-59" y="-59" width="118" height="118" fill="none" stroke="{OCHRE_PALE}" stroke-width="1.6"/>'
    middle = OUTER + size / 2
    for x in (middle, PAGE_WIDTH - middle):
        parts += [_moved(plate + knot, (x, y)) for y in (middle, PAGE_HEIGHT - middle)]
    return parts


def _cloud_column(_dark: str, _pale: str) -> list[str]:
    left, right = COLUMN
    middle = (left + right) / 2
    pair_of = _cloud(GOLD, 2.2)
    parts = [
        stroked(f"M{right} {INNER}V{PAGE_HEIGHT - INNER}", OCHRE, 3),
        stroked(f"M{right + 12} {INNER}V{PAGE_HEIGHT - INNER}", GOLD, 1.6),
    ]
    count = 13
    pitch = (PAGE_HEIGHT - 2 * INNER - 120) / count
    for index in range(count):
        y = INNER + 60 + pitch * (index + 0.5)
        parts += [_moved(pair_of, (middle, y), turn=turn, scale=1.1) for turn in (0, 180)]
    return parts


def _plain_border(dark: str, pale: str) -> list[str]:
    """Two lines, the inner one with its corners turned in by a quarter of a circle. Nothing else."""
    inset, turned = INNER - 22, 46
    right, bottom = PAGE_WIDTH - inset, PAGE_HEIGHT - inset
    data = (
        f"M{inset + turned} {inset}H{right - turned}A{turned} {turned} 0 0 0 {right} {inset + turned}V{bottom - turned}"
        f"A{turned} {turned} 0 0 0 {right - turned} {bottom}H{inset + turned}A{turned} {turned} 0 0 0 {inset} {bottom - turned}"
        f"V{inset + turned}A{turned} {turned} 0 0 0 {inset + turned} {inset}Z"
    )
    return [_box(INNER - 50, dark, 8), stroked(data, dark, 2.2)]


def _plain_column(dark: str, pale: str) -> list[str]:
    right = COLUMN[1]
    top, bottom = INNER + 60, PAGE_HEIGHT - INNER - 60
    return [stroked(f"M{right} {top}V{bottom}", dark, 2.2), stroked(f"M{right - 14} {top}V{bottom}", pale, 5)]


def _stairs(inset: float, step: float, colour: str, width: float) -> str:
    """Return a rule round the page whose corners climb in five steps, one a level."""
    right, bottom, steps = PAGE_WIDTH - inset, PAGE_HEIGHT - inset, 5
    climb: list[Point] = [(0, steps)]
    for index in range(steps):
        climb += [(index + 1, steps - index), (index + 1, steps - index - 1)]
    corners = [
        [(inset + x * step, inset + y * step) for x, y in climb],
        [(right - x * step, inset + y * step) for x, y in reversed(climb)],
        [(right - x * step, bottom - y * step) for x, y in climb],
        [(inset + x * step, bottom - y * step) for x, y in reversed(climb)],
    ]
    return stroked("M" + "L".join(pair(point) for corner in corners for point in corner) + "Z", colour, width)


def _ladder_border(_dark: str, _pale: str) -> list[str]:
    """Pine: two rails with rungs all round, and a flight of five steps in each corner."""
    rail, step, inset = OUTER + 36, 21, INNER - 24
    count_of = {PAGE_WIDTH: 48, PAGE_HEIGHT: 70}

    def side(length: float) -> list[str]:
        count = count_of[int(length)]
        pitch = (length - 2 * OUTER) / count
        rungs = "".join(f"M{number(OUTER + pitch * index)} {OUTER}V{rail}" for index in range(1, count))
        return [stroked(rungs, PINE_MID, 3)]

    parts = [*_all_round(side), _box(OUTER, PINE, 8), _box(rail, PINE, 4)]
    bars = ""
    for index in range(5):
        colour = OCHRE if index == 0 else (PINE, PINE, PINE_MID, PINE_PALE)[index - 1]
        bars += f'<rect x="{index * step}" y="0" width="{step - 6}" height="{(5 - index) * step - 6}" fill="{colour}"/>'
    start = rail + 16
    for x, across in ((start, 1), (PAGE_WIDTH - start, -1)):
        for y, down in ((start, 1), (PAGE_HEIGHT - start, -1)):
            parts.append(f'<g transform="translate({x} {y}) scale({across} {down})">{bars}</g>')
    return [*parts, _stairs(inset, step, PINE_MID, 3), _stairs(inset + 11, step, PINE_PALE, 1.4)]


def _ladder_column(_dark: str, _pale: str) -> list[str]:
    left, right = COLUMN[0] + 34, COLUMN[1] - 22
    top, bottom, rungs = INNER + 150, PAGE_HEIGHT - INNER - 150, 25
    pitch = (bottom - top) / rungs
    data = "".join(f"M{left} {number(top + pitch * (index + 0.5))}H{right}" for index in range(rungs))
    parts = [stroked(data, PINE_PALE, 9)]
    return parts + [stroked(f"M{x} {top}V{bottom}", PINE_MID, 5) for x in (left, right)]


def _cloud_piece(_dark: str, _pale: str) -> list[str]:
    parts = [stroked("M0 30H330M470 30H800", GOLD, 2.2)]
    cloud = _cloud(OCHRE, 4)
    return [
        *parts,
        _moved(cloud, (400, 4), scale=0.8),
        _moved(cloud, (352, 30), turn=90, scale=0.36),
        _moved(cloud, (448, 30), turn=270, scale=0.36),
    ]


def _plain_piece(dark: str, pale: str) -> list[str]:
    return [stroked("M0 30H378M422 30H800", pale, 2.2), f'<path d="M400 18L412 30L400 42L388 30Z" fill="{dark}"/>']


def _ladder_piece(_dark: str, _pale: str) -> list[str]:
    parts = [stroked("M0 52H330M470 52H800", PINE_PALE, 2.2)]
    for index, height in enumerate((9, 18, 27, 36, 45)):
        colour = OCHRE if index == 4 else PINE
        parts.append(f'<rect x="{number(350 + index * 21)}" y="{53 - height}" width="15" height="{height}" fill="{colour}"/>')
    return parts


Part = Callable[[str, str], list[str]]
_BORDERS: dict[Frame, tuple[Part, Part]] = {
    Frame.CLOUD: (_cloud_border, _cloud_column),
    Frame.PLAIN: (_plain_border, _plain_column),
    Frame.LADDER: (_ladder_border, _ladder_column),
}
_PIECES: dict[Frame, Part] = {Frame.CLOUD: _cloud_piece, Frame.PLAIN: _plain_piece, Frame.LADDER: _ladder_piece}
