"""Score sheets: what one holds, and which are still due (I23)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class SheetStatus(StrEnum):
    OPEN = "open"
    SIGNED = "signed"


class SheetEvent(StrEnum):
    SIGN = "sign"


SHEET_TRANSITIONS: dict[tuple[SheetStatus, SheetEvent], SheetStatus] = {
    (SheetStatus.OPEN, SheetEvent.SIGN): SheetStatus.SIGNED,
}


def sheet_total(scores: Mapping[str, str]) -> Decimal:
    """Return the sum of one assessor's points. A fatal act is applied later, over all sheets (I24)."""
    return sum((Decimal(points) for points in scores.values()), Decimal(0))


def item_totals(scores: Mapping[str, str], items: Mapping[str, int]) -> dict[int, Decimal]:
    """Return one assessor's points for each item; `items` tells to which item a line belongs."""
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for line, points in scores.items():
        totals[items[line]] += Decimal(points)
    return dict(totals)


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
