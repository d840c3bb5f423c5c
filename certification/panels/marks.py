"""The mark of the review part for each candidate, computed from signed sheets: what `results` reads."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from certification.panels import rules
from certification.panels.closing import incomplete
from certification.panels.selectors import review_rows, totals_of
from certification.plans.models import Plan


@dataclass(frozen=True)
class ReviewMark:
    """`value` is None for who was not reviewed; `basis` says what the mark rests on."""

    value: Decimal | None
    basis: dict[str, Any] = field(default_factory=dict)


def review_marks(plan: Plan) -> dict[int, ReviewMark]:
    """Return the mark of every seat of the plan, by the key of the seat. Eight queries.

    Raises `DomainError("panels.review_incomplete")` naming who was neither reviewed nor found absent by two people.
    """
    rows = review_rows(plan)
    if error := incomplete(rows):
        raise error
    sheets = totals_of([row.defence.pk for row in rows if row.defence])
    marks: dict[int, ReviewMark] = {}
    for row in rows:
        if row.defence is None:
            marks[row.seat.pk] = ReviewMark(None, {"absence": row.absence.reason if row.absence else ""})
            continue
        own = sheets[row.defence.pk]
        additional = row.look.extra_id if row.look else None
        totals = [sheet.total for sheet in own if sheet.pk != additional]
        extra = next((sheet.total for sheet in own if sheet.pk == additional), None)
        basis: dict[str, Any] = {
            "defence": row.defence.pk,
            "sheets": [sheet.pk for sheet in own],
            "totals": [str(total) for total in totals],
        }
        if row.look is not None:
            basis["difference"] = {"points": str(row.look.spread), "settled_by": row.look.way}
        if extra is not None:
            basis["additional"] = str(extra)
        marks[row.seat.pk] = ReviewMark(rules.mark_of(totals, extra=extra), basis)
    return marks
