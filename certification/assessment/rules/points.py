"""How points are written: steps, deductions, numbers without superfluous zeros."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.core.errors import DomainError

POINT_STEP = Decimal("0.5")


def plain(number: Decimal) -> str:
    """Return a number without superfluous zeros: "20", "12.5"."""
    text = format(number.normalize(), "f")
    return text if text != "-0" else "0"


def read_points(value: object, *, maximum: Decimal, step: Decimal = POINT_STEP) -> Decimal:
    """Return the points given for one line: 0 to `maximum`, in steps.

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
    if points % step:
        raise DomainError("assessment.points_step", step=plain(step), status=422)
    return points.quantize(Decimal("0.1"))


def step_of(maximum: Decimal, step: Decimal = POINT_STEP) -> Decimal:
    """Return how much one tap on the score sheet changes: the line's step, but at least one on large lines with halves."""
    return max(step, POINT_STEP if maximum <= 5 or step != POINT_STEP else Decimal(1))


def stepped(value: str, *, change: int, maximum: Decimal, step: Decimal = POINT_STEP) -> str:
    """Return the value one tap up or down, within 0 and `maximum`.

    From an empty line, up gives full marks and down gives 0: assessors take points off.
    """
    if not value:
        return plain(maximum) if change > 0 else "0"
    points = Decimal(value) if value.replace(".", "", 1).isdecimal() else Decimal(0)
    return plain(min(maximum, max(Decimal(0), points + change * step_of(maximum, step))))


def read_deductions(value: Mapping[Any, Any], *, rules: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return which deductions of a line were tapped how often, by their number from 1 on as text.

    `rules` are the line's own, each `{"text", "points", "most"}`. Those tapped no time are left out.
    Raises `DomainError` "assessment.deduction_unknown" (422) for a number the line does not have, and for one that is
    tapped less than no time or more often than the rule allows.
    """
    found: dict[str, int] = {}
    for key, times in value.items():
        number = int(key) if str(key).isascii() and str(key).isdecimal() and len(str(key)) < 4 else 0
        if not 1 <= number <= len(rules) or type(times) is not int or not 0 <= times <= rules[number - 1]["most"]:
            raise DomainError("assessment.deduction_unknown", status=422)
        if times:
            found[str(number)] = times
    return dict(sorted(found.items(), key=lambda pair: int(pair[0])))


def after_deductions(times: Mapping[str, int], *, maximum: Decimal, rules: Sequence[Mapping[str, Any]]) -> Decimal:
    """Return what is left of a line's points, never below 0 (扣完为止)."""
    taken = sum((Decimal(rules[int(number) - 1]["points"]) * count for number, count in times.items()), Decimal(0))
    return max(Decimal(0), maximum - taken)
