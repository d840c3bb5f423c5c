"""Shapes of a drawing as polygons, and whether a point lies in one. Knows no framework."""

import itertools
import math
import re
from collections.abc import Mapping, Sequence

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path

Point = tuple[float, float]
Polygon = list[Point]

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.I)
CALL = re.compile(r"\b(\w{1,12})\s*\(([^()]*)\)")
CURVE_STEPS = 10
CIRCLE_STEPS = 36


def number(words: str | None, default: float = 0.0) -> float:
    """Return the number at the beginning of an attribute ("12px" is 12)."""
    match = NUMBER.match((words or "").strip())
    return float(match.group()) if match else default


def numbers(words: str | None) -> list[float]:
    return [float(each) for each in NUMBER.findall(words or "")]


def read_transform(words: str | None) -> Transform:
    """Return the matrix of a `transform` attribute."""
    matrix = Identity
    for name, inside in CALL.findall(words or ""):
        args = numbers(inside)
        match name, args:
            case "translate", [x, *rest]:
                matrix = matrix.translate(x, rest[0] if rest else 0)
            case "scale", [x, *rest]:
                matrix = matrix.scale(x, rest[0] if rest else x)
            case "rotate", [angle]:
                matrix = matrix.rotate(math.radians(angle))
            case "rotate", [angle, x, y]:
                matrix = matrix.translate(x, y).rotate(math.radians(angle)).translate(-x, -y)
            case "matrix", [_, _, _, _, _, _]:
                matrix = matrix.transform(tuple(args))
            case "skewX", [angle]:
                matrix = matrix.skew(math.radians(angle), 0)
            case "skewY", [angle]:
                matrix = matrix.skew(0, math.radians(angle))
    return matrix


class _Flattener(BasePen):
    """Collects the outlines of a path as polygons."""

    def __init__(self) -> None:
        super().__init__(None)
        self.outlines: list[Polygon] = []

    def _moveTo(self, pt: Point) -> None:
        self.outlines.append([pt])

    def _lineTo(self, pt: Point) -> None:
        self.outlines[-1].append(pt)

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:
        start = self.outlines[-1][-1]
        for step in range(1, CURVE_STEPS + 1):
            t = step / CURVE_STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x, y = (
                sum(weight * point[axis] for weight, point in zip(weights, (start, pt1, pt2, pt3), strict=True))
                for axis in (0, 1)
            )
            self.outlines[-1].append((x, y))

    def _closePath(self) -> None:
        self.outlines[-1].append(self.outlines[-1][0])

    def _endPath(self) -> None:
        pass


def outlines(name: str, attributes: Mapping[str, str]) -> list[Polygon]:
    """Return the polygons of a shape element (rect, circle, ellipse, line, polyline, polygon, path)."""
    get = {
        key: number(attributes.get(key))
        for key in ("x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "y1", "x2", "y2")
    }
    match name:
        case "rect":
            left, top, right, bottom = get["x"], get["y"], get["x"] + get["width"], get["y"] + get["height"]
            return [[(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]]
        case "circle" | "ellipse":
            wide, high = (get["r"], get["r"]) if name == "circle" else (get["rx"], get["ry"])
            turns = [math.tau * step / CIRCLE_STEPS for step in range(CIRCLE_STEPS + 1)]
            return [[(get["cx"] + wide * math.cos(turn), get["cy"] + high * math.sin(turn)) for turn in turns]]
        case "line":
            return [[(get["x1"], get["y1"]), (get["x2"], get["y2"])]]
        case "polyline" | "polygon":
            flat = numbers(attributes.get("points"))
            points = list(zip(flat[::2], flat[1::2], strict=False))
            return [points + points[:1] if name == "polygon" else points] if points else []
        case "path":
            pen = _Flattener()
            try:
                parse_path(attributes.get("d", ""), pen)
            except (ValueError, IndexError, AssertionError):
                return []
            return pen.outlines
    return []


def holds(polygons: Sequence[Polygon], point: Point, *, evenodd: bool = False) -> bool:
    """Whether the point lies inside the filled shape."""
    turns = crossings = 0
    x, y = point
    for polygon in polygons:
        for (x1, y1), (x2, y2) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            if (y1 <= y) != (y2 <= y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
                turns += 1 if y2 > y1 else -1
    return bool(crossings % 2) if evenodd else turns != 0


def is_near(polygons: Sequence[Polygon], point: Point, distance: float) -> bool:
    """Whether the point lies on the stroke along the lines of the shape."""
    return any(_apart(point, start, end) <= distance for polygon in polygons for start, end in itertools.pairwise(polygon))


def _apart(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0 if not length else max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    return math.hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)
