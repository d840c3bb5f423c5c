"""What may happen during an assessment. Pure: knows no framework and never asks for the time.

Sources: `domain.md` §3.2 (parts), §5.2 (skill test model), invariants I22, I23, I24.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from math import ceil

from lms.core.errors import DomainError

LATE_LIMIT = timedelta(minutes=30)
"""How long after the start a candidate is still let in. House rule, the usual one in public exams."""

POINT_STEP = Decimal("0.5")
TOTAL_POINTS = Decimal(100)
FATAL_SIGNATURES = 2
"""I24: a fatal act (否定项) counts once this many assessors have signed that they saw it."""


class Part(StrEnum):
    THEORY = "theory"
    SKILL = "skill"


class SittingStatus(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


class SittingEvent(StrEnum):
    SUBMIT = "submit"


SITTING_TRANSITIONS: dict[tuple[SittingStatus, SittingEvent], SittingStatus] = {
    (SittingStatus.OPEN, SittingEvent.SUBMIT): SittingStatus.SUBMITTED,
}


class SheetStatus(StrEnum):
    OPEN = "open"
    SIGNED = "signed"


class SheetEvent(StrEnum):
    SIGN = "sign"


SHEET_TRANSITIONS: dict[tuple[SheetStatus, SheetEvent], SheetStatus] = {
    (SheetStatus.OPEN, SheetEvent.SIGN): SheetStatus.SIGNED,
}


class Door(StrEnum):
    """Whether a candidate may begin the theory exam now."""

    EARLY = "early"
    OPEN = "open"
    CLOSED = "closed"


def door(*, starts_at: datetime, now: datetime, late_limit: timedelta = LATE_LIMIT) -> Door:
    """Return the state of the exam door; open in the half-open interval [start, start + limit)."""
    if now < starts_at:
        return Door.EARLY
    return Door.OPEN if now < starts_at + late_limit else Door.CLOSED


def minutes_left(*, starts_at: datetime, minutes: int, now: datetime) -> int:
    """Return the whole minutes a candidate who starts now gets; a begun minute counts in full.

    `minutes` are the candidate's own, extra time included. The exam ends at their end whenever she begins, so that who
    comes late has less time (I22).
    """
    return max(0, ceil((starts_at + timedelta(minutes=minutes) - now) / timedelta(minutes=1)))


def is_over(*, deadline: datetime | None, now: datetime) -> bool:
    """Tell whether the deadline has passed; the deadline itself is no longer exam time."""
    return deadline is not None and now >= deadline


# --- stations -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PointPlan:
    """One line of a score sheet. `maximum` is 0 exactly when the line is a fatal act."""

    text: str
    maximum: Decimal
    fatal: bool = False


@dataclass(frozen=True)
class StationPlan:
    """One station as it will be set up: the functions it examines and its score points."""

    name: str
    functions: tuple[str, ...]
    minutes: int
    points: tuple[PointPlan, ...]

    @property
    def maximum(self) -> Decimal:
        return sum((point.maximum for point in self.points), Decimal(0))


def read_stations(rows: Iterable[Mapping[str, object]]) -> tuple[StationPlan, ...]:
    """Return stations read from plain data.

    A row is `{"name", "functions": [..], "minutes": int, "points": [{"text", "max", "fatal"?}]}`.
    Raises `DomainError` "assessment.station_unreadable" (422) naming the station.
    """
    stations = []
    for number, row in enumerate(rows, start=1):
        name = str(row.get("name") or "").strip()
        try:
            if not name:
                raise ValueError
            functions = tuple(str(function).strip() for function in _list(row.get("functions")))
            minutes = int(str(row.get("minutes")))
            points = tuple(_read_point(point) for point in _list(row.get("points")))
        except (ValueError, TypeError, KeyError, AttributeError, InvalidOperation) as error:
            raise DomainError("assessment.station_unreadable", station=name or number, status=422) from error
        if not functions or minutes <= 0 or not any(not point.fatal for point in points):
            raise DomainError("assessment.station_unreadable", station=name, status=422)
        stations.append(StationPlan(name, functions, minutes, points))
    return tuple(stations)


def _list(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return list(value)


def _read_point(row: object) -> PointPlan:
    if not isinstance(row, Mapping):
        raise TypeError(row)
    text, fatal = str(row["text"]).strip(), bool(row.get("fatal", False))
    maximum = Decimal(0) if fatal else Decimal(str(row["max"]))
    if not text or not maximum.is_finite() or maximum % POINT_STEP or (not fatal and maximum <= 0):
        raise ValueError(text)
    return PointPlan(text, maximum, fatal)


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


# --- score sheets -------------------------------------------------------------------------------


def read_points(value: object, *, maximum: Decimal) -> Decimal:
    """Return the points given for one line: 0 to `maximum`, in steps of a half.

    Raises `DomainError` "assessment.points_unreadable", "assessment.points_range" or
    "assessment.points_step" (422).
    """
    try:
        points = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise DomainError("assessment.points_unreadable", status=422) from error
    if not points.is_finite():
        raise DomainError("assessment.points_unreadable", status=422)
    if not 0 <= points <= maximum:
        raise DomainError("assessment.points_range", maximum=plain(maximum), status=422)
    if points % POINT_STEP:
        raise DomainError("assessment.points_step", step=plain(POINT_STEP), status=422)
    return points.quantize(Decimal("0.1"))


def step_of(maximum: Decimal) -> Decimal:
    """Return how much one tap on the score sheet changes: a half on small lines, one on large ones."""
    return POINT_STEP if maximum <= 5 else Decimal(1)


def stepped(value: str, *, change: int, maximum: Decimal) -> str:
    """Return the value one tap up or down, within 0 and `maximum`.

    From an empty line, up gives full marks and down gives 0: assessors take points off.
    """
    if not value:
        return plain(maximum) if change > 0 else "0"
    points = Decimal(value) if value.replace(".", "", 1).isdecimal() else Decimal(0)
    return plain(min(maximum, max(Decimal(0), points + change * step_of(maximum))))


def sheet_total(scores: Mapping[str, str]) -> Decimal:
    """Return the sum of one assessor's points. A fatal act is applied later, over all sheets (I24)."""
    return sum((Decimal(points) for points in scores.values()), Decimal(0))


def unscored(point_ids: Iterable[str], scores: Mapping[str, str]) -> list[str]:
    """Return the ids, in order, of the points that have no value yet. 0 is a value."""
    return [point for point in point_ids if point not in scores]


@dataclass(frozen=True, order=True)
class MissingSheet:
    """A signed sheet that is due: which ticket, which station, which assessor (by id)."""

    seat: int
    station: int
    assessor: int


def missing_sheets(
    *,
    seats: Iterable[int],
    stations: Iterable[int],
    assessors: Iterable[int],
    signed: Iterable[tuple[int, int, int]],
    absent: Iterable[int] = (),
) -> list[MissingSheet]:
    """Return the sheets still due: one per present seat, station and assigned assessor (I23).

    `signed` holds (seat, station, assessor) triples. A sheet of somebody who is not assigned
    does not stand in for an assigned one.
    """
    have, away = set(signed), set(absent)
    stations, assessors = list(stations), list(assessors)
    return [
        MissingSheet(seat, station, assessor)
        for seat in seats
        if seat not in away
        for station in stations
        for assessor in assessors
        if (seat, station, assessor) not in have
    ]


def plain(number: Decimal) -> str:
    """Return a number without superfluous zeros: "20", "12.5"."""
    text = format(number.normalize(), "f")
    return text if text != "-0" else "0"
