"""How the members' sheets become the mark of the review."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lms.core.errors import DomainError

REVIEW_PART = "review"
HUNDREDTH = Decimal("0.01")


class Way(StrEnum):
    """How a divergence was settled. No way lets anybody type a mark (I23)."""

    EXTRA = "extra"
    RULING = "ruling"


def spread(totals: Sequence[Decimal]) -> Decimal:
    """Return the points between the highest and the lowest total; 0 for none."""
    return max(totals) - min(totals) if totals else Decimal(0)


def diverges(totals: Sequence[Decimal], *, threshold: Decimal) -> bool:
    """Tell whether the sheets lie further apart than the plan allows; exactly the threshold does not."""
    return spread(totals) > threshold


def mark_of(totals: Sequence[Decimal], *, extra: Decimal | None = None) -> Decimal:
    """Return the mark, 0–100 with two decimals: the exact mean of all members, cut off and never rounded up (I25).

    When an additional member scored again, hers joins the others, the highest and the lowest of all are left out, and the
    mean is that of the rest: nobody's sheet is changed, and neither outlier decides. House rule, as in public competitions
    (去掉一个最高分和一个最低分). Raises `DomainError("panels.no_sheets")`.
    """
    counted = sorted([*totals, extra])[1:-1] if extra is not None else list(totals)
    if not counted:
        raise DomainError("panels.no_sheets")
    return cut(sum((Fraction(total) for total in counted), Fraction(0)) / len(counted))


def cut(mark: Fraction) -> Decimal:
    """Return a mark with two decimals, cut off: 59.995 is 59.99. The same rule as for the skill test."""
    return (Decimal(mark.numerator * 100 // mark.denominator) / 100).quantize(HUNDREDTH)
