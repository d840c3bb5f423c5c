"""Weight tables 权重表 and parts of a level."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from certification.standards.rules.levels import required_parts
from lms.core.errors import DomainError

ETHICS = "职业道德"
BASICS = "基础知识"
BASIC_REQUIREMENTS = (ETHICS, BASICS)
HUNDRED = Decimal(100)


class WeightTable(StrEnum):
    THEORY = "theory"
    SKILL = "skill"


@dataclass(frozen=True)
class Weight:
    function: str
    weight: Decimal
    """Share of the part, in per cent; above 0 and at most 100."""


def check_weights(*, level: int, theory: Sequence[Weight], skill: Sequence[Weight], functions: Iterable[str]) -> None:
    """Refuse weight columns that a standard could not print.

    Each column sums to exactly 100; theory holds 职业道德 and 基础知识, skill does
    not; every other row is a function defined at this level.
    Raises `DomainError` naming the level, the table and the sum or the row.

    Source: domain.md §3.1 (4), I1 and I2.
    """
    allowed = set(functions)
    for table, rows in ((WeightTable.THEORY, theory), (WeightTable.SKILL, skill)):
        _check_column(level, table, rows)
        for row in rows:
            if table is WeightTable.THEORY and row.function in BASIC_REQUIREMENTS:
                continue
            if row.function not in allowed:
                raise DomainError("standards.unknown_function", status=422, level=level, table=table.value, function=row.function)
    for name in BASIC_REQUIREMENTS:
        if name not in {row.function for row in theory}:
            raise DomainError("standards.basics_missing", status=422, level=level, function=name)


def _check_column(level: int, table: WeightTable, rows: Sequence[Weight]) -> None:
    for function, count in Counter(row.function for row in rows).items():
        if count > 1:
            raise DomainError("standards.function_twice", status=422, level=level, table=table.value, function=function)
    for row in rows:
        if not (row.weight.is_finite() and 0 < row.weight <= HUNDRED):
            raise DomainError(
                "standards.weight_out_of_range",
                status=422,
                level=level,
                table=table.value,
                function=row.function,
                weight=str(row.weight),
            )
    total = sum((row.weight for row in rows), Decimal(0))
    if total != HUNDRED:
        raise DomainError("standards.weights_sum", status=422, level=level, table=table.value, total=str(total))


def check_parts(level: int, kinds: Sequence[str]) -> None:
    """Raise `DomainError` unless the parts are exactly those of the level. Source: I4."""
    required = required_parts(level)
    if len(kinds) != len(set(kinds)) or set(kinds) != set(required):
        raise DomainError("standards.parts_wrong", status=422, level=level, required=", ".join(required), given=", ".join(kinds))
