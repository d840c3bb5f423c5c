"""What the review still lacks before the assessment may end; `assessment.closing_checks` asks it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from certification.panels.selectors import ReviewRow, requires_review, review_rows
from certification.plans.models import Plan
from lms.core.errors import DomainError

NAMED_AT_MOST = 6


def check_review(plan: Plan, now: datetime) -> None:
    """Raise `DomainError("panels.review_incomplete")` until each candidate was heard and scored by all, or is absent by two.

    A level without a review is not asked.
    """
    if requires_review(plan) and (error := incomplete(review_rows(plan))):
        raise error


def incomplete(rows: Sequence[ReviewRow]) -> DomainError | None:
    """Return the error that names what is missing, or None. No query."""
    lines = [f"{row.seat.ticket_number} · {lacking(row)}" for row in rows if not row.done]
    if not lines:
        return None
    named = "、".join(lines[:NAMED_AT_MOST]) + ("…" if len(lines) > NAMED_AT_MOST else "")
    return DomainError("panels.review_incomplete", count=len(lines), lines=named)


def lacking(row: ReviewRow) -> str:
    """Say in a few words what one candidate's review still lacks."""
    if row.absence is not None:
        return _("absence without a second signature")
    if row.defence is None:
        return _("not heard yet")
    if row.defence.ended_at is None:
        return _("defence still running")
    if row.signed < row.sheets or not row.sheets:
        return _("%(signed)s of %(sheets)s sheets signed") % {"signed": row.signed, "sheets": row.sheets}
    return _("difference not settled")
