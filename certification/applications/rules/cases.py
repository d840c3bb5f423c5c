"""The case of one candidate for one plan: states, facts as typed in, and who may review."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from certification.standards.rules.facts import DIPLOMA_KINDS, TITLE_RANKS
from lms.core.errors import DomainError

MAX_ROWS = 20
"""Rows of one kind a person may enter; nobody has had more employers that matter here."""
MAX_FILES = 20
FIRST_YEAR = 1920
"""No fact of a living candidate is older; an earlier year is a slip of the hand."""


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    FIRST_OK = "first_ok"
    APPROVED = "approved"
    REJECTED = "rejected"
    SEATED = "seated"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    SUBMIT = "submit"
    APPROVE_FIRST = "approve_first"
    APPROVE_SECOND = "approve_second"
    RETURN = "return"
    REJECT = "reject"
    SEAT = "seat"
    WITHDRAW = "withdraw"


class Verdict(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    (Status.DRAFT, Event.SUBMIT): Status.SUBMITTED,
    (Status.RETURNED, Event.SUBMIT): Status.SUBMITTED,
    (Status.SUBMITTED, Event.APPROVE_FIRST): Status.FIRST_OK,
    (Status.SUBMITTED, Event.RETURN): Status.RETURNED,
    (Status.SUBMITTED, Event.REJECT): Status.REJECTED,
    (Status.FIRST_OK, Event.APPROVE_SECOND): Status.APPROVED,
    (Status.FIRST_OK, Event.RETURN): Status.RETURNED,
    (Status.FIRST_OK, Event.REJECT): Status.REJECTED,
    (Status.APPROVED, Event.SEAT): Status.SEATED,
    (Status.DRAFT, Event.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, Event.WITHDRAW): Status.WITHDRAWN,
    (Status.RETURNED, Event.WITHDRAW): Status.WITHDRAWN,
    (Status.FIRST_OK, Event.WITHDRAW): Status.WITHDRAWN,
    (Status.APPROVED, Event.WITHDRAW): Status.WITHDRAWN,
}
EDITABLE_STATUSES = (Status.DRAFT, Status.RETURNED)
WAITING_STATUSES = (Status.SUBMITTED, Status.FIRST_OK)
BINDING_STATUSES = (Status.SUBMITTED, Status.FIRST_OK, Status.APPROVED, Status.SEATED)
"""While a case is in one of these, the identity document under it stays as it is."""
LIVE_STATUSES = tuple(status for status in Status if status not in (Status.REJECTED, Status.WITHDRAWN))

EVIDENCE_KINDS = (
    "work_proof",
    "social_insurance",
    "certificate",
    "diploma",
    "chsi_report",
    "enrolment_proof",
    "title_certificate",
    "apprenticeship_proof",
    "other",
)


def review_event(*, status: Status, verdict: Verdict) -> tuple[int, Event]:
    """Return the step (1 or 2) that is due in this status and the event the verdict causes."""
    step = 2 if status is Status.FIRST_OK else 1
    if verdict is Verdict.APPROVE:
        return step, Event.APPROVE_SECOND if step == 2 else Event.APPROVE_FIRST
    return step, Event.RETURN if verdict is Verdict.RETURN else Event.REJECT


def check_reviewer(*, reviewer: int, candidate: int, first_reviewer: int | None, step: int) -> None:
    """Raise `DomainError` when this person may not take this step. Source: I10."""
    if reviewer == candidate:
        raise DomainError("applications.own_case", status=403)
    if step == 2 and reviewer == first_reviewer:
        raise DomainError("applications.second_reviewer_needed", status=403)


def check_reasons(verdict: Verdict, reasons: str) -> None:
    """Raise `DomainError` (422) for a return or rejection that says nothing."""
    if verdict is not Verdict.APPROVE and len(reasons.strip()) < 4:
        raise DomainError("applications.reasons_needed", status=422)


def check_facts(facts: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Return the facts in the one shape that is stored; dates as ISO strings, unknown keys dropped.

    Raises `DomainError` (422) for a malformed, future or reversed date, an unknown
    choice or too many rows.
    """
    return {
        "employments": [_employment(row, on) for row in _rows(facts, "employments")],
        "certificates": [_certificate(row, on) for row in _rows(facts, "certificates")],
        "titles": [_title(row, on) for row in _rows(facts, "titles")],
        "diplomas": [_diploma(row, on) for row in _rows(facts, "diplomas")],
        "apprenticeship_ended_on": _iso(facts.get("apprenticeship_ended_on"), on, needed=False),
    }


def check_day(day: date, *, on: date) -> None:
    """Raise `DomainError` (422) for a day that is still to come or that nobody here has lived."""
    if day > on:
        raise DomainError("applications.date_in_future", status=422, date=day)
    if day.year < FIRST_YEAR:
        raise DomainError("applications.date_too_early", status=422)


def check_period(started: date | None, ended: date | None) -> None:
    """Raise `DomainError` (422) when the last day lies before the first."""
    if started and ended and ended < started:
        raise DomainError("applications.period_reversed", status=422)


def _rows(facts: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows = facts.get(name) or []
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise DomainError("applications.too_many_rows", status=422, limit=MAX_ROWS)
    return rows


def _employment(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    started, ended = _day(row.get("started_on"), on), _day(row.get("ended_on"), on, needed=False)
    check_period(started, ended)
    return {
        "employer": _text(row.get("employer")),
        "occupation": _text(row.get("occupation")),
        "started_on": started.isoformat() if started else None,
        "ended_on": ended.isoformat() if ended else None,
    }


def _certificate(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    level = row.get("level")
    if str(level) not in {"1", "2", "3", "4", "5"}:
        raise DomainError("applications.fact_malformed", status=422)
    return {
        "occupation": _text(row.get("occupation")),
        "level": int(str(level)),
        "issued_on": _iso(row.get("issued_on"), on),
        "number": _text(row.get("number"), needed=False),
    }


def _title(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {
        "name": _text(row.get("name")),
        "rank": _choice(row.get("rank"), TITLE_RANKS),
        "issued_on": _iso(row.get("issued_on"), on),
        "matched": bool(row.get("matched", False)),
    }


def _diploma(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    graduated = _iso(row.get("graduated_on"), on, needed=False)
    return {
        "school": _text(row.get("school")),
        "kind": _choice(row.get("kind"), DIPLOMA_KINDS),
        "major": _text(row.get("major")),
        "graduated_on": graduated,
        "evaluated": bool(row.get("evaluated", False)),
    }


def _text(value: object, *, needed: bool = True) -> str:
    text = str(value or "").strip()[:120]
    if needed and not text:
        raise DomainError("applications.fact_malformed", status=422)
    return text


def _choice(value: object, known: Collection[str]) -> str:
    if value not in known:
        raise DomainError("applications.fact_malformed", status=422)
    return str(value)


def _iso(value: object, on: date, *, needed: bool = True) -> str | None:
    day = _day(value, on, needed=needed)
    return day.isoformat() if day else None


def _day(value: object, on: date, *, needed: bool = True) -> date | None:
    if value in (None, "") and not needed:
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise DomainError("applications.fact_malformed", status=422) from None
    check_day(day, on=on)
    return day
