"""When a certificate may be issued, and how its date is written."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from lms.core.errors import DomainError

DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class IssueFacts:
    """All that decides whether this person gets a certificate today.

    `closes_on` is the last day of the publication, None when nothing was published. `withheld`: an
    objection against this result was upheld. `acted` names the actor's other part in this plan
    ("candidate", "assessor", …), empty when there is none.
    """

    passed: bool
    confirmed: bool
    closes_on: date | None
    publication_closed: bool
    open_objections: int
    withheld: bool
    has_certificate: bool
    acted: str = ""


def refusal_to_issue(facts: IssueFacts, *, today: date) -> DomainError | None:
    """Return the first reason why no certificate may be issued today, or None.

    Source: domain.md §12: I25 (passed), I27 (confirmed by a second person), I30, I31 and I34 (the
    publication is over and its objections are decided), I33 (one standing certificate), I44 (who
    issues did not examine the person).
    """
    if facts.acted:
        return DomainError("certificates.issuer_took_part", part=facts.acted)
    if not facts.passed:
        return DomainError("certificates.not_passed")
    if not facts.confirmed:
        return DomainError("certificates.not_confirmed")
    if facts.closes_on is None:
        return DomainError("certificates.not_published")
    if today <= facts.closes_on:
        return DomainError("certificates.publication_running", date=facts.closes_on)
    if facts.open_objections:
        return DomainError("certificates.objections_open", count=facts.open_objections)
    if not facts.publication_closed:
        return DomainError("certificates.publication_not_closed")
    if facts.withheld:
        return DomainError("certificates.result_withheld")
    if facts.has_certificate:
        return DomainError("certificates.already_holds")
    return None


def check_may_issue(facts: IssueFacts, *, today: date) -> None:
    """Raise the `DomainError` of `refusal_to_issue`, if there is one."""
    if (refusal := refusal_to_issue(facts, today=today)) is not None:
        raise refusal


def chinese_date(day: date) -> str:
    """Return the date as official documents write it: 二〇二六年十一月二十日."""
    return f"{''.join(DIGITS[int(digit)] for digit in str(day.year))}年{_below_hundred(day.month)}月{_below_hundred(day.day)}日"


def months_later(day: date, months: int) -> date:
    """Return the same day `months` (≥ 0) later, or the last day of that month: 31 January + 1 is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return lead + (DIGITS[ones] if ones else "")
