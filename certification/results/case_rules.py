"""Reviews, appeals and correction orders: their states, their clocks, and what a changed part makes of a decision.

Pure: knows no framework. Sources: `domain.md` §5.3 (成绩复核), §10 rows 9.8 and 9.9, §12 I28, I30, I31, I45.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from certification.results.rules import HUNDREDTH, Outcome, PartOutcome, RequiredPart, passes
from lms.core.errors import DomainError

AddWorkdays = Callable[[date, int], date]

RENEWED_DAYS_AT_LEAST = 5
"""A corrected result is public again for at least so many full working days, whatever the scheme says. Source: I28, I30."""
RESULT_APPEAL_DAYS = 60
"""Calendar days after the publication has ended in which a result may be appealed against. House rule: the term of a
request for administrative reconsideration (行政复议法 art. 20), since the domain names none."""
REMIND_BEFORE = 2
"""Working days before an answer is due on which whoever may give it is reminded. House rule."""
AUTHORITY_AFTER = 5
"""Working days after it was due on which the authority is told of it. House rule."""
FULL = Decimal(100)


class CaseKind(StrEnum):
    """A review asks whether a mark was counted rightly; an appeal says that an answer or a result is wrong."""

    REVIEW = "review"
    APPEAL = "appeal"


class CaseStatus(StrEnum):
    FILED = "filed"
    ACCEPTED = "accepted"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class CaseEvent(StrEnum):
    ACCEPT = "accept"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


CASE_TRANSITIONS: dict[tuple[CaseStatus, CaseEvent], CaseStatus] = {
    (CaseStatus.FILED, CaseEvent.ACCEPT): CaseStatus.ACCEPTED,
    (CaseStatus.ACCEPTED, CaseEvent.UPHOLD): CaseStatus.UPHELD,
    (CaseStatus.ACCEPTED, CaseEvent.DISMISS): CaseStatus.DISMISSED,
}
OPEN_CASE = (CaseStatus.FILED, CaseStatus.ACCEPTED)


class OrderStatus(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    APPLIED = "applied"
    REFUSED = "refused"


class OrderEvent(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    APPLY = "apply"


ORDER_TRANSITIONS: dict[tuple[OrderStatus, OrderEvent], OrderStatus] = {
    (OrderStatus.REQUESTED, OrderEvent.APPROVE): OrderStatus.APPROVED,
    (OrderStatus.REQUESTED, OrderEvent.REFUSE): OrderStatus.REFUSED,
    (OrderStatus.APPROVED, OrderEvent.APPLY): OrderStatus.APPLIED,
    # What was approved can be overtaken before it takes effect.
    (OrderStatus.APPROVED, OrderEvent.REFUSE): OrderStatus.REFUSED,
}
OPEN_ORDER = (OrderStatus.REQUESTED, OrderStatus.APPROVED)


# --- clocks -------------------------------------------------------------------------------------


def term(begins_on: date, days: int, *, add_workdays: AddWorkdays) -> date:
    """Return the last day of a term of working days; the day on which it begins does not count (民法典 art. 201)."""
    return add_workdays(begins_on, max(1, days))


def result_appeal_until(closed_on: date) -> date:
    """Return the last day on which a result whose publication ended on `closed_on` may be appealed against."""
    return closed_on + timedelta(days=RESULT_APPEAL_DAYS)


def renewed_days(publication_days: int) -> int:
    """Return for how many full working days a corrected result is public again."""
    return max(RENEWED_DAYS_AT_LEAST, publication_days)


class Alarm(StrEnum):
    """How far an answer is: nothing to say, due soon, late, or so late that the authority is told."""

    QUIET = "quiet"
    SOON = "soon"
    LATE = "late"
    VERY_LATE = "very_late"


def alarm(due_on: date, *, today: date, add_workdays: AddWorkdays) -> Alarm:
    """Tell who has to hear today of an answer that is due on `due_on`."""
    if today > due_on:
        return Alarm.VERY_LATE if today > add_workdays(due_on, AUTHORITY_AFTER) else Alarm.LATE
    return Alarm.SOON if today >= add_workdays(due_on, -REMIND_BEFORE) else Alarm.QUIET


# --- the corrected value ------------------------------------------------------------------------


def corrected_part(outcome: str, value: str | Decimal | None) -> PartOutcome:
    """Return the outcome and value of a part as an order may set them.

    Raises `DomainError` "results.correction_value" (422): an unknown outcome, a scored part without a mark of 0 to 100
    and at most two decimals, or a mark of a part that was not scored (I29).
    """
    refusal = DomainError("results.correction_value", status=422)
    if outcome not in set(Outcome):
        raise refusal
    found = Outcome(outcome)
    text = str(value).strip() if value is not None else ""
    if found is not Outcome.SCORED:
        if text:
            raise refusal
        return PartOutcome(found)
    try:
        mark = Decimal(text)
        exact = mark.quantize(HUNDREDTH)
    except InvalidOperation:
        raise refusal from None
    if exact != mark or not 0 <= mark <= FULL:
        raise refusal
    return PartOutcome(found, exact)


def corrected_findings(
    findings: Sequence[Mapping[str, Any]], *, part: str, new: PartOutcome
) -> tuple[list[dict[str, Any]], bool]:
    """Return the decision's findings with this one part put right, and whether the candidate passes now (I25).

    The other parts stay as they were found. Raises `DomainError` "results.correction_no_part" when the decision has no such part, and
    "results.correction_same" (422) when nothing would change.
    """
    present = next((finding for finding in findings if finding["kind"] == part), None)
    if present is None:
        raise DomainError("results.correction_no_part")
    value = None if new.value is None else str(new.value)
    if (present["outcome"], present["value"]) == (new.outcome.value, value):
        raise DomainError("results.correction_same", status=422)
    met = passes({part: new}, [RequiredPart(part, Decimal(str(present["pass_mark"])))]).passed
    changed = {**present, "outcome": new.outcome.value, "value": value, "met": met}
    corrected = [changed if finding["kind"] == part else dict(finding) for finding in findings]
    return corrected, all(bool(finding["met"]) for finding in corrected)


def part_of(findings: Sequence[Mapping[str, Any]], part: str) -> PartOutcome | None:
    """Return what the findings say of this part, None where they have no such part."""
    for finding in findings:
        if finding["kind"] == part:
            value = finding["value"]
            return PartOutcome(Outcome(finding["outcome"]), None if value is None else Decimal(value))
    return None
