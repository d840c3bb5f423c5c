"""Which items make a paper: rows of function or module, kind, count and points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from courses.questionbank.rules.items import Kind, Pool
from lms.core.errors import DomainError

FULL_MARK = Decimal(100)


class Purpose(StrEnum):
    QUIZ = "quiz"
    THEORY = "theory"


POOL_OF = {Purpose.QUIZ: Pool.PRACTICE, Purpose.THEORY: Pool.EXAM}
"""From which pool a paper of each purpose is drawn."""


@dataclass(frozen=True)
class DrawRow:
    """So many items of one kind from one function or one module, each worth `points`."""

    by: str
    value: str
    kind: Kind
    count: int
    points: Decimal


def read_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[DrawRow, ...]:
    """Return a blueprint's stored rows as `DrawRow`s; raises `DomainError` (422) naming the row."""
    if not rows:
        raise DomainError("questionbank.blueprint_empty", status=422)
    return tuple(_read_row(number, row) for number, row in enumerate(rows, start=1))


def _read_row(number: int, row: Mapping[str, Any]) -> DrawRow:
    fault = DomainError("questionbank.blueprint_row", status=422, number=number)
    sources = [name for name in ("function", "module") if row.get(name)]
    try:
        kind, count, points = Kind(row["kind"]), int(row["count"]), Decimal(str(row["points"]))
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise fault from None
    if len(sources) != 1 or count < 1 or not points.is_finite() or points <= 0:
        raise fault
    return DrawRow(by=sources[0], value=str(row[sources[0]]), kind=kind, count=count, points=points)


def blueprint_points(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    """Return the points of a whole paper drawn from these rows."""
    return sum((row.count * row.points for row in read_rows(rows)), Decimal(0))


def blueprint_items(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how many items a paper drawn from these rows has."""
    return sum(row.count for row in read_rows(rows))


def points_by_function(rows: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Return the points of each function or module, in the order of the rows."""
    points: dict[str, Decimal] = {}
    for row in read_rows(rows):
        points[row.value] = points.get(row.value, Decimal(0)) + row.count * row.points
    return points


def check_blueprint(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise `DomainError` unless the rows are readable and give exactly 100 points.

    Source: docs/domain §3.2, every part is marked out of 100.
    """
    total = blueprint_points(rows)
    if total != FULL_MARK:
        raise DomainError("questionbank.blueprint_total", status=422, total=str(total))


def rows_for_weights(weights: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """Return blueprint rows that give each function exactly its weight (invariant I20).

    Singles are worth 1, multiples 2, true/false 0.5; each 10 points of weight bring about one
    multiple and two true/false items, singles fill the rest. The mix follows the published
    70 × 1 + 10 × 2 + 20 × 0.5 pattern (domain §3.2). Weights must be whole numbers.
    """
    rows: list[dict[str, Any]] = []
    for function, weight in weights.items():
        if weight == 0:
            continue
        if weight != weight.to_integral_value() or weight < 0:
            raise DomainError("questionbank.weight_not_whole", status=422, function=function, weight=str(weight))
        tens = int(weight + 5) // 10
        counts = {
            Kind.SINGLE: (int(weight) - 3 * tens, "1"),
            Kind.MULTIPLE: (tens, "2"),
            Kind.TRUE_FALSE: (2 * tens, "0.5"),
        }
        rows += [
            {"function": function, "kind": kind.value, "count": count, "points": points}
            for kind, (count, points) in counts.items()
            if count > 0
        ]
    return rows
