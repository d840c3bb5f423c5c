"""What a part is worth today: the computed value, or what the last applied correction order made of it (I28).

`PartResult` keeps what was computed; whoever needs the value that counts asks here.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from certification.plans.models import Plan, Seat
from certification.results.case_rules import OrderStatus
from certification.results.models import CorrectionOrder, PartResult
from certification.results.rules import Outcome, PartOutcome


def applied_orders() -> QuerySet[CorrectionOrder]:
    """Return the orders that are in force, in the order in which they took effect."""
    return CorrectionOrder.objects.filter(status=OrderStatus.APPLIED.value).order_by("applied_at", "pk")


def in_force(results: Iterable[PartResult], *, plan: Plan) -> list[PartResult]:
    """Return these results of one plan with `outcome` and `value` as they count today; not to be saved. Two queries."""
    orders = {(order.seat_id, order.part): order for order in applied_orders().filter(seat__plan=plan)}
    found = list(results)
    for result in found:
        order = orders.get((result.seat_id, result.part))
        if order is not None:
            result.outcome, result.value = order.new_outcome, order.new_value
    return found


def value_in_force(seat: Seat, part: str) -> PartOutcome | None:
    """Return what this part is worth today, None when nothing is recorded. At most two queries."""
    order = applied_orders().filter(seat=seat, part=part).last()
    if order is not None:
        return PartOutcome(Outcome(order.new_outcome), order.new_value)
    result = PartResult.objects.filter(seat=seat, part=part).first()
    return None if result is None else PartOutcome(Outcome(result.outcome), result.value)
