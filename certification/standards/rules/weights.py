"""Weight tables 权重表 and parts of a level."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from certification.standards.rules.levels import required_parts
from lms.core.errors import DomainError

ETHICS = "职业道德"
BASICS = "基础知识"
BASIC_REQUIREMENTS = (ETHICS, BASICS)
HUNDRED = Decimal(100)
PLACES = 2
"""Decimal places that a weight may have; the database keeps no more."""


class WeightTable(StrEnum):
    THEORY = "theory"
    SKILL = "skill"


@dataclass(frozen=True)
class Weight:
    function: str
    weight: Decimal
    """Share of the part, in per cent; above 0 and at most 100."""


def check_weights(*, level: int, theory: Sequence[Weight], skill: Sequence[Weight], functions: Iterable[str]) -> None:
    """Raise the first of `weight_problems`, if there is one."""
    for found in weight_problems(level=level, theory=theory, skill=skill, functions=functions):
        raise found.error


@dataclass(frozen=True)
class WeightProblem:
    error: DomainError
    table: WeightTable
    function: str = ""
    """The row; empty when the whole column is wrong."""


def weight_problems(
    *, level: int, theory: Sequence[Weight], skill: Sequence[Weight], functions: Iterable[str]
) -> Iterator[WeightProblem]:
    """Yield why these weight columns could not be printed in a standard.

    Each column sums to exactly 100; theory holds 职业道德 and 基础知识, skill does
    not; every other row is a function defined at this level. Each error names the
    level, the table and the sum or the row.

    Source: domain.md §3.1 (4), I1 and I2.
    """
    allowed = set(functions)
    for table, rows in ((WeightTable.THEORY, theory), (WeightTable.SKILL, skill)):
        yield from _column_problems(level, table, rows)
        for row in rows:
            if table is WeightTable.THEORY and row.function in BASIC_REQUIREMENTS:
                continue
            if row.function not in allowed:
                yield _problem("unknown_function", level, table, row.function, function=row.function)
    for name in BASIC_REQUIREMENTS:
        if name not in {row.function for row in theory}:
            error = DomainError("standards.basics_missing", status=422, level=level, function=name)
            yield WeightProblem(error, WeightTable.THEORY)


def _column_problems(level: int, table: WeightTable, rows: Sequence[Weight]) -> Iterator[WeightProblem]:
    for function, count in Counter(row.function for row in rows).items():
        if count > 1:
            yield _problem("function_twice", level, table, function, function=function)
    for row in rows:
        if not (row.weight.is_finite() and 0 < row.weight <= HUNDRED):
            yield _problem("weight_out_of_range", level, table, row.function, function=row.function, weight=str(row.weight))
        elif row.weight != round(row.weight, PLACES):
            yield _problem("weight_too_fine", level, table, row.function, function=row.function, weight=str(row.weight))
    total = sum((row.weight for row in rows), Decimal(0))
    if total != HUNDRED:
        yield _problem("weights_sum", level, table, "", total=plain(total))


def _problem(code: str, level: int, table: WeightTable, row: str, **context: str) -> WeightProblem:
    error = DomainError(f"standards.{code}", status=422, level=level, table=table.value, **context)
    return WeightProblem(error, table, row)


def plain(number: Decimal) -> str:
    """Return "60" for 60.00 and "2.5" for 2.50: one text for one weight."""
    return format(number.normalize(), "f") if number.is_finite() else str(number)


def check_parts(level: int, kinds: Sequence[str]) -> None:
    """Raise `DomainError` unless the parts are exactly those of the level. Source: I4."""
    required = required_parts(level)
    if len(kinds) != len(set(kinds)) or set(kinds) != set(required):
        raise DomainError("standards.parts_wrong", status=422, level=level, required=", ".join(required), given=", ".join(kinds))
