"""Which words of a drawing stand out too little from what is painted below them. Knows no framework.

Works on the checked text of a `Figure`: presentation attributes only, no style sheets. It paints in the order of the
file and asks at three places of each word. A fill that is a gradient or a pattern is unknown, so it counts as unpainted.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from fontTools.misc.transform import Identity, Transform

from courses.catalogue.accessibility.colours import BLACK, PAPER, Colour, blend, contrast, read_colour
from courses.catalogue.accessibility.geometry import Point, Polygon, holds, is_near, number, outlines, read_transform

AA = 4.5
AA_LARGE = 3.0
LARGE, LARGE_BOLD = 24.0, 18.66
"""Text of at least this size (in units of the drawing, bold or not) counts as large."""
GROUND_STROKE = 10.0
"""A line as broad as this is a ground that words can stand on; a thinner one is a line."""
MOST_STEPS = 3_000_000
"""Elements painted and corners looked at in one drawing, some seconds of work; then what was found so far is the answer."""
STEPS_OF_A_WORD = 50
CJK_FROM = 0x2E80
LATIN_WIDTH = 0.55
UNPAINTED = frozenset("defs symbol marker clipPath mask pattern linearGradient radialGradient title desc".split())
SHAPES = frozenset("rect circle ellipse line polyline polygon path".split())
INHERITED = (
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "font-size", "font-weight", "text-anchor",
    "dominant-baseline", "visibility", "paint-order",
)  # fmt: skip
HREF = "{http://www.w3.org/1999/xlink}href"


class TooMuchToLookAt(Exception):
    """The drawing is made of more than anybody could see in it: copies of copies, or a word on each of ten thousand corners."""


@dataclass(frozen=True)
class Words:
    """Words with too little contrast: what they have at the worst place, and what they need."""

    text: str
    ratio: float
    needed: float


@dataclass(frozen=True)
class _State:
    matrix: Transform
    look: Mapping[str, str]
    opacity: float

    def enter(self, element: ElementTree.Element) -> "_State":
        own = {name: element.attrib[name] for name in INHERITED if name in element.attrib}
        opacity = self.opacity * number(element.get("opacity"), 1.0)
        return _State(self.matrix.transform(read_transform(element.get("transform"))), {**self.look, **own}, opacity)

    @property
    def is_seen(self) -> bool:
        return self.opacity > 0 and self.look.get("visibility", "visible") == "visible"

    @property
    def scale(self) -> float:
        xx, xy, yx, yy = self.matrix[:4]
        return math.sqrt(abs(xx * yy - xy * yx))


@dataclass(frozen=True)
class _Paint:
    """A painted shape: its outlines on the page, its fill and its broad stroke."""

    polygons: list[Polygon]
    fill: Colour | None
    fill_opacity: float
    evenodd: bool
    stroke: Colour | None
    stroke_opacity: float
    reach: float

    @property
    def corners(self) -> int:
        return sum(map(len, self.polygons))

    def over(self, ground: Colour, point: Point) -> Colour:
        if self.fill is not None and holds(self.polygons, point, evenodd=self.evenodd):
            ground = blend(self.fill, ground, self.fill_opacity)
        if self.stroke is not None and self.reach and is_near(self.polygons, point, self.reach):
            ground = blend(self.stroke, ground, self.stroke_opacity)
        return ground


@lru_cache(maxsize=512)
def faint_words(svg: str, paper: Colour = PAPER) -> tuple[Words, ...]:
    """Return the words of the drawing that stand out too little; empty for what is no readable drawing.

    Of a drawing that takes more than `MOST_STEPS` those that were found until then.
    """
    try:
        root = fromstring(svg, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return ()
    painter = _Painter(root, paper)
    with suppress(TooMuchToLookAt):
        painter.walk(root, _State(Identity, {}, 1.0))
    return tuple(painter.faint)


class _Painter:
    def __init__(self, root: ElementTree.Element, paper: Colour) -> None:
        self.paper = paper
        self.painted: list[_Paint] = []
        self.faint: list[Words] = []
        self.named = {element.get("id", ""): element for element in root.iter() if element.get("id")}
        self.depth = 0
        self.left = MOST_STEPS

    def _spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooMuchToLookAt

    def walk(self, element: ElementTree.Element, state: _State) -> None:
        name = str(element.tag).rpartition("}")[2]
        if name in UNPAINTED or element.get("display") == "none":
            return
        self._spend(1)
        state = state.enter(element)
        if name in SHAPES:
            self._paint(name, element, state)
        elif name == "text":
            for words, at, inside in _pieces(element, state):
                self._judge(words, at, inside)
        elif name == "use":
            self._use(element, state)
        else:
            for child in element:
                self.walk(child, state)

    def _use(self, element: ElementTree.Element, state: _State) -> None:
        target = self.named.get((element.get("href") or element.get(HREF) or "").lstrip("#"))
        if target is None or self.depth > 8:
            return
        moved = state.matrix.translate(number(element.get("x")), number(element.get("y")))
        state = _State(moved, state.look, state.opacity)
        self.depth += 1
        for child in target if str(target.tag).endswith("}symbol") else (target,):
            self.walk(child, state)
        self.depth -= 1

    def _paint(self, name: str, element: ElementTree.Element, state: _State) -> None:
        if not state.is_seen:
            return
        look = state.look
        fill = None if name == "line" else read_colour(look.get("fill", "black"))
        broad = number(look.get("stroke-width"), 1.0) * state.scale
        stroke = read_colour(look.get("stroke", "none")) if broad >= GROUND_STROKE else None
        if fill is None and stroke is None:
            return
        polygons = [[state.matrix.transformPoint(point) for point in polygon] for polygon in outlines(name, element.attrib)]
        paint = _Paint(
            polygons=polygons,
            fill=fill,
            fill_opacity=number(look.get("fill-opacity"), 1.0) * state.opacity,
            evenodd=look.get("fill-rule") == "evenodd",
            stroke=stroke,
            stroke_opacity=number(look.get("stroke-opacity"), 1.0) * state.opacity,
            reach=broad / 2 if stroke else 0.0,
        )
        self._spend(paint.corners)
        self.painted.append(paint)

    def _ground(self, point: Point) -> Colour:
        ground = self.paper
        for paint in self.painted:
            self._spend(paint.corners)
            ground = paint.over(ground, point)
        return ground

    def _judge(self, words: str, at: list[Point], state: _State) -> None:
        look = state.look
        fill = read_colour(look.get("fill", "black")) if not look.get("fill", "").startswith("url") else BLACK
        if fill is None or not state.is_seen or not words.strip():
            return
        self._spend(STEPS_OF_A_WORD)
        size = number(look.get("font-size"), 16.0) * state.scale
        bold = look.get("font-weight", "") in ("bold", "bolder", "600", "700", "800", "900")
        needed = AA_LARGE if size >= (LARGE_BOLD if bold else LARGE) else AA
        # A halo painted below the letters is their ground.
        halo = read_colour(look.get("stroke", "none")) if look.get("paint-order", "").startswith("stroke") else None
        opacity = number(look.get("fill-opacity"), 1.0) * state.opacity
        grounds = [halo if halo is not None else self._ground(point) for point in at]
        ratio = min(contrast(blend(fill, ground, opacity), ground) for ground in grounds)
        if ratio < needed - 0.005:
            self.faint.append(Words(" ".join(words.split()), ratio, needed))


def _pieces(text: ElementTree.Element, state: _State) -> Iterator[tuple[str, list[Point], _State]]:
    """Yield the words of a text element with three points on the page that lie on them."""
    cursor = (number(text.get("x")), number(text.get("y")))
    cursor = (cursor[0] + number(text.get("dx")), cursor[1] + number(text.get("dy")))
    if text.text and text.text.strip():
        yield text.text, _samples(text.text, cursor, state), state
        cursor = (cursor[0] + _width(text.text, state), cursor[1])
    for span in text:
        inside = state.enter(span)
        x = number(span.get("x"), cursor[0]) + number(span.get("dx"))
        y = number(span.get("y"), cursor[1]) + number(span.get("dy"))
        words = "".join(span.itertext())
        if words.strip():
            yield words, _samples(words, (x, y), inside), inside
        cursor = (x + _width(words, inside), y)
        if span.tail and span.tail.strip():
            yield span.tail, _samples(span.tail, cursor, state), state
            cursor = (cursor[0] + _width(span.tail, state), cursor[1])


def _width(words: str, state: _State) -> float:
    size = number(state.look.get("font-size"), 16.0)
    return sum(size if ord(letter) >= CJK_FROM else size * LATIN_WIDTH for letter in words.strip())


def _samples(words: str, at: Point, state: _State) -> list[Point]:
    size, width = number(state.look.get("font-size"), 16.0), _width(words, state)
    start = at[0] - {"middle": width / 2, "end": width}.get(state.look.get("text-anchor", ""), 0.0)
    middle = at[1] if state.look.get("dominant-baseline") in ("middle", "central") else at[1] - size * 0.36
    return [state.matrix.transformPoint((start + width * share, middle)) for share in (0.15, 0.5, 0.85)]
