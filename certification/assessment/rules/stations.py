"""How stations are laid out: items (考核项目), score points, deduction rules and fatal acts (否定项).

Source: `domain.md` §3.1 (4.2, weight tables) and §5.2; invariant I24.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from certification.assessment.rules.points import POINT_STEP, plain
from lms.core.errors import DomainError

TOTAL_POINTS = Decimal(100)
MOST_TIMES = 20
"""How often one deduction may be tapped at most, whatever the layout says."""


class FatalScope(StrEnum):
    """What a fatal act sets to 0 (I24): the item in which it stands, or the whole skill part."""

    ITEM = "item"
    PART = "part"


@dataclass(frozen=True)
class DeductionPlan:
    """One line of a 扣分标准: how many points a fault costs, and how often it may be counted."""

    text: str
    points: Decimal
    most: int = 1


@dataclass(frozen=True)
class PointPlan:
    """One line of a score sheet. `maximum` is 0 exactly when the line is a fatal act."""

    text: str
    maximum: Decimal
    fatal: bool = False
    scope: FatalScope = FatalScope.ITEM
    step: Decimal = POINT_STEP
    deductions: tuple[DeductionPlan, ...] = ()


@dataclass(frozen=True)
class ItemPlan:
    """One task at a station: everybody's (必考), or one of several to choose from (选考)."""

    name: str
    points: tuple[PointPlan, ...]
    required: bool = True

    @property
    def maximum(self) -> Decimal:
        return sum((point.maximum for point in self.points), Decimal(0))


@dataclass(frozen=True)
class StationPlan:
    """One station as it will be set up: the functions it examines, its items, and how many of the optional ones count."""

    name: str
    functions: tuple[str, ...]
    minutes: int
    items: tuple[ItemPlan, ...]
    choose: int = 0

    @property
    def points(self) -> tuple[PointPlan, ...]:
        return tuple(point for item in self.items for point in item.points)

    @property
    def maximum(self) -> Decimal:
        return points_at_most(((item.required, item.maximum) for item in self.items), choose=self.choose)


def points_at_most(items: Iterable[tuple[bool, Decimal]], *, choose: int) -> Decimal:
    """Return what one candidate can reach: the required items and `choose` of the optional ones, which give the same points."""
    given = list(items)
    optional = [maximum for required, maximum in given if not required]
    return sum((m for required, m in given if required), Decimal(0)) + (choose * optional[0] if optional else Decimal(0))


def read_stations(rows: Iterable[Mapping[str, object]]) -> tuple[StationPlan, ...]:
    """Return stations read from plain data.

    A row is `{"name", "functions": [..], "minutes": int, "points": [..]}`, which is one required item of the station's
    name, or `{.., "items": [{"name", "required"?, "points": [..]}], "choose"?: int}`. A point is
    `{"text", "max", "step"?, "deductions"?: [{"text", "points", "most"?}]}` or `{"text", "fatal": true, "scope"?}`.
    Raises `DomainError` (422) "assessment.station_unreadable" naming the station, or "assessment.options_wrong" where
    optional items do not all give the same points or are not more than have to be chosen.
    """
    stations = []
    for number, row in enumerate(rows, start=1):
        name = str(row.get("name") or "").strip()
        try:
            if not name:
                raise ValueError
            functions = tuple(str(function).strip() for function in _list(row.get("functions")))
            minutes = int(str(row.get("minutes")))
            choose = int(str(row.get("choose") or 0))
            items = _read_items(row, name)
        except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
            raise DomainError("assessment.station_unreadable", station=name or number, status=422) from error
        if not functions or minutes <= 0 or not items or not all(item.maximum for item in items):
            raise DomainError("assessment.station_unreadable", station=name, status=422)
        station = StationPlan(name, functions, minutes, items, choose)
        _check_options(station)
        stations.append(station)
    return tuple(stations)


def _check_options(station: StationPlan) -> None:
    """Whatever is drawn, every candidate must be able to reach the same points."""
    optional = [item.maximum for item in station.items if not item.required]
    wrong = station.choose != 0 if not optional else not 0 < station.choose < len(optional) or len(set(optional)) > 1
    if wrong:
        raise DomainError("assessment.options_wrong", station=station.name, status=422)


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return list(value)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    text = str(value).strip()
    if not text:
        raise ValueError(value)
    return text


def _read_items(row: Mapping[str, object], station: str) -> tuple[ItemPlan, ...]:
    if "items" not in row:
        return (ItemPlan(station, tuple(_read_point(point) for point in _list(row.get("points")))),)
    if row.get("points"):
        raise ValueError("both items and points")
    return tuple(
        ItemPlan(
            _text(item["name"]),
            tuple(_read_point(point) for point in _list(item.get("points"))),
            bool(item.get("required", True)),
        )
        for item in (_mapping(given) for given in _list(row["items"]))
    )


def _read_point(given: object) -> PointPlan:
    row = _mapping(given)
    text = _text(row["text"])
    if row.get("fatal", False):
        return PointPlan(text, Decimal(0), True, FatalScope(str(row.get("scope") or FatalScope.ITEM.value)))
    step = _positive(row.get("step") or POINT_STEP, step=POINT_STEP)
    maximum = _positive(row["max"], step=step)
    return PointPlan(
        text,
        maximum,
        step=step,
        deductions=tuple(_read_deduction(_mapping(line), step) for line in _list(row.get("deductions") or [])),
    )


def _read_deduction(row: Mapping[str, object], step: Decimal) -> DeductionPlan:
    most = int(str(row.get("most", 1)))
    if not 0 < most <= MOST_TIMES:
        raise ValueError(most)
    return DeductionPlan(_text(row["text"]), _positive(row["points"], step=step), most)


def _positive(value: object, *, step: Decimal) -> Decimal:
    number = Decimal(str(value))
    if not number.is_finite() or number <= 0 or number % step:
        raise ValueError(value)
    return number


def check_stations(stations: Sequence[StationPlan], weights: Mapping[str, Decimal]) -> None:
    """Refuse stations that do not follow the skill weight table.

    `weights` maps each function to its percentage. Stations that share a function are counted
    together; each such group must give exactly the points of the functions it examines, every
    function of the table must be examined, and the whole must be 100.

    Raises `DomainError` (422) "assessment.stations_total", "assessment.station_function_unknown",
    "assessment.station_function_missing" or "assessment.station_weight".

    Source: 技能要求权重表, domain.md §3.1 (4.2); the grouping is a house rule.
    """
    named = {function for station in stations for function in station.functions}
    if unknown := sorted(named - set(weights)):
        raise DomainError("assessment.station_function_unknown", functions="、".join(unknown), status=422)
    if missing := [f for f, weight in weights.items() if weight and f not in named]:
        raise DomainError("assessment.station_function_missing", functions="、".join(missing), status=422)
    for functions in _groups(stations):
        points = sum((s.maximum for s in stations if functions & set(s.functions)), Decimal(0))
        wanted = sum((weights[f] for f in functions), Decimal(0))
        if points != wanted:
            raise DomainError(
                "assessment.station_weight",
                functions="、".join(f for f in weights if f in functions),
                points=plain(points),
                wanted=plain(wanted),
                status=422,
            )
    total = sum((station.maximum for station in stations), Decimal(0))
    if total != TOTAL_POINTS:
        raise DomainError("assessment.stations_total", total=plain(total), status=422)


def _groups(stations: Sequence[StationPlan]) -> list[set[str]]:
    """Return the sets of functions that hang together because a station examines several."""
    groups: list[set[str]] = []
    for station in stations:
        joined = set(station.functions)
        for group in [g for g in groups if g & joined]:
            joined |= group
            groups.remove(group)
        groups.append(joined)
    return groups


def draw_options(places: Sequence[int], *, choose: int, seed: str, ticket: str, station: int) -> list[int]:
    """Return which of the optional items, by their place at the station, this ticket does; in order of place.

    The `choose` places whose SHA-256 over seed, ticket, station and place is the smallest: the same for everybody who
    draws again, and no place is more likely than another.
    """
    weigh = {place: hashlib.sha256(f"{seed}:{ticket}:{station}:{place}".encode()).hexdigest() for place in places}
    return sorted(sorted(places, key=weigh.__getitem__)[:choose])
