"""The life of a plan 认定计划, its dates, its team and its numbers; free of Django.

`nodes` says what is due when and who is told of it, `places` counts rooms, seats and invigilators, `proposals` finds
the dates that an officer most likely wants.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from certification.plans.rules.nodes import KnownWorkdays, Node, nodes
from lms.core.errors import DomainError

__all__ = ["KnownWorkdays", "Node", "nodes"]


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PUBLISHED = "published"
    REGISTRATION_CLOSED = "registration_closed"
    ARRANGED = "arranged"
    IN_EXAM = "in_exam"
    SCORED = "scored"
    IN_PUBLICATION = "in_publication"
    CERTIFIED = "certified"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Event(StrEnum):
    HAND_IN = "hand_in"
    APPROVE = "approve"
    RETURN = "return"
    TAKE_BACK = "take_back"
    PUBLISH = "publish"
    CLOSE_REGISTRATION = "close_registration"
    ARRANGE = "arrange"
    START_EXAM = "start_exam"
    SCORE = "score"
    START_PUBLICATION = "start_publication"
    CERTIFY = "certify"
    ARCHIVE = "archive"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[Status, Event], Status] = {
    # draft → submitted → approved → published (domain.md §11); what is returned or taken back is a draft again.
    (Status.DRAFT, Event.HAND_IN): Status.SUBMITTED,
    (Status.SUBMITTED, Event.APPROVE): Status.APPROVED,
    (Status.SUBMITTED, Event.RETURN): Status.DRAFT,
    (Status.SUBMITTED, Event.TAKE_BACK): Status.DRAFT,
    (Status.APPROVED, Event.TAKE_BACK): Status.DRAFT,
    (Status.APPROVED, Event.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, Event.CLOSE_REGISTRATION): Status.REGISTRATION_CLOSED,
    (Status.REGISTRATION_CLOSED, Event.ARRANGE): Status.ARRANGED,
    (Status.ARRANGED, Event.START_EXAM): Status.IN_EXAM,
    (Status.IN_EXAM, Event.SCORE): Status.SCORED,
    (Status.SCORED, Event.START_PUBLICATION): Status.IN_PUBLICATION,
    (Status.IN_PUBLICATION, Event.CERTIFY): Status.CERTIFIED,
    (Status.CERTIFIED, Event.ARCHIVE): Status.ARCHIVED,
    # Cancelled only while no candidate is bound by a seat (domain.md §11).
    (Status.DRAFT, Event.CANCEL): Status.CANCELLED,
    (Status.SUBMITTED, Event.CANCEL): Status.CANCELLED,
    (Status.APPROVED, Event.CANCEL): Status.CANCELLED,
    (Status.PUBLISHED, Event.CANCEL): Status.CANCELLED,
    (Status.REGISTRATION_CLOSED, Event.CANCEL): Status.CANCELLED,
}

STAFFING_STATUSES = (Status.PUBLISHED, Status.REGISTRATION_CLOSED, Status.ARRANGED)
"""While a team may be named or changed: after publication, before the exam starts."""
UNPUBLISHED_STATUSES = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
PUBLIC_STATUSES = tuple(status for status in Status if status not in (*UNPUBLISHED_STATUSES, Status.CANCELLED))
OCCUPYING_STATUSES = tuple(status for status in Status if status not in (Status.DRAFT, Status.CANCELLED))
"""A plan that was handed in has its rooms; a draft only hopes for them."""
BOUND_STATUSES = tuple(status for status in PUBLIC_STATUSES if status not in STAFFING_STATUSES[:2])
"""From the arranged seats on candidates are bound to the plan and its rooms."""
FINISHED_STATUSES = (Status.CERTIFIED, Status.ARCHIVED, Status.CANCELLED)


MOST_SEATS = 9999
"""So many candidates fit into one plan: the seat has four digits on the ticket."""


class StaffRole(StrEnum):
    ASSESSOR = "assessor"
    INVIGILATOR = "invigilator"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True)
class PlanDates:
    registration_opens: date
    registration_closes: date
    """Last day to apply, inclusive."""
    exam_date: date
    theory_starts_at: datetime
    """Local time of the exam place."""
    theory_minutes: int
    skill_starts_at: datetime


@dataclass(frozen=True)
class Problem:
    code: str
    context: Mapping[str, Any]

    def error(self) -> DomainError:
        return DomainError(self.code, **self.context)


class Outcome(StrEnum):
    """What became of a plan that was handed in."""

    WAITING = "waiting"
    APPROVED = "approved"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"


Workdays = Callable[[date, int], date]


def is_open(*, status: str, opens: date, closes: date, today: date) -> bool:
    """Return whether one may apply today; both printed days count."""
    return status == Status.PUBLISHED and opens <= today <= closes


def date_problems(
    dates: PlanDates, *, parameters: Mapping[str, Any], today: date, add_workdays: Workdays, minimum_minutes: int
) -> list[Problem]:
    """Return all that keeps these dates from being published today.

    Source: I6 and domain.md §5 (publication D-10, end of registration D-7, in working days).
    """
    problems: list[Problem] = []
    latest = add_workdays(dates.exam_date, -int(parameters["plan_lead_days"]))
    if today > latest:
        days = parameters["plan_lead_days"]
        problems.append(Problem("plans.published_too_late", {"days": days, "date": latest}))
    last_closing = add_workdays(dates.exam_date, -int(parameters["reg_close_days"]))
    if dates.registration_closes > last_closing:
        days = parameters["reg_close_days"]
        problems.append(Problem("plans.closes_too_late", {"days": days, "date": last_closing}))
    if dates.registration_opens > dates.registration_closes:
        problems.append(Problem("plans.closes_before_opening", {}))
    if dates.registration_closes < today:
        problems.append(Problem("plans.closes_in_past", {"date": dates.registration_closes}))
    if dates.theory_starts_at.date() != dates.exam_date:
        problems.append(Problem("plans.theory_on_other_day", {"date": dates.exam_date}))
    if dates.theory_minutes < minimum_minutes:
        problems.append(Problem("plans.theory_too_short", {"minutes": minimum_minutes}))
    if dates.skill_starts_at < dates.theory_starts_at + timedelta(minutes=dates.theory_minutes):
        problems.append(Problem("plans.skill_during_theory", {}))
    return problems


def check_team(size: int, *, minimum: int, odd: bool) -> None:
    """Raise `DomainError` unless the team is large enough and, where asked, odd. Source: I16."""
    if size < minimum:
        raise DomainError("plans.team_too_small", status=422, size=size, minimum=minimum)
    if odd and size % 2 == 0:
        raise DomainError("plans.team_even", status=422, size=size)


def blueprint_problems(rows: Sequence[Mapping[str, Any]], weights: Mapping[str, Decimal]) -> list[Problem]:
    """Return where a theory blueprint differs from the weight table.

    Each function's points (count × points, out of 100) must equal its weight.
    Source: I20, with a tolerance of zero.
    """
    points: dict[str, Decimal] = {}
    for row in rows:
        name = str(row.get("function", ""))
        try:
            points[name] = points.get(name, Decimal(0)) + Decimal(str(row["points"])) * int(row["count"])
        except (InvalidOperation, KeyError, ValueError):
            return [Problem("plans.blueprint_unreadable", {})]
    names = [*weights, *(name for name in points if name not in weights)]
    return [
        Problem("plans.blueprint_differs", {"function": name or "—", "points": _plain(has), "weight": _plain(wants)})
        for name in names
        if (has := points.get(name, Decimal(0))) != (wants := weights.get(name, Decimal(0)))
    ]


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def plan_number(*, sequence: str, year: int, serial: int) -> str:
    """Return e.g. "RD-000123-2026-001": body, year of the exam, running number of the body's plans."""
    return f"{plan_numbers_of(sequence=sequence, year=year)}{serial:03d}"


def plan_numbers_of(*, sequence: str, year: int) -> str:
    """Return what all plan numbers of a sequence code and a year begin with."""
    return f"RD-{sequence}-{year}-"


def ticket_number(*, sequence: str, exam_date: date, serial: int, seat: int) -> str:
    """Return the 14 digits of an admission ticket: year (2), body (6), plan (3), seat (3); 15 from seat 1000 on.

    House rule: a candidate can read it out in groups, and it tells nothing about the person. The length tells
    three digits of a seat from four, so no two tickets of a body are the same.
    """
    if not (1 <= seat <= MOST_SEATS and 1 <= serial <= 999):
        raise DomainError("plans.ticket_range", status=422)
    return f"{exam_date.year % 100:02d}{sequence}{serial:03d}{seat:03d}"


def seat_order(candidate_ids: Iterable[int], *, plan_number: str) -> list[int]:
    """Return the ids in an order that nobody chose but anybody can check: by hash over plan and person."""
    return sorted(candidate_ids, key=lambda pk: hashlib.sha256(f"{plan_number}:{pk}".encode()).hexdigest())


def session_of(theory_starts_at: datetime, *, minutes: int, skill_starts_at: datetime) -> tuple[datetime, datetime]:
    """Return the time that people and rooms are taken: until the skill test has had its hour; half-open."""
    ends = theory_starts_at + timedelta(minutes=minutes)
    return (theory_starts_at, max(ends, skill_starts_at + timedelta(minutes=60)))


def sessions_overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Return whether two half-open sessions share a moment. Source: I9."""
    return first[0] < second[1] and second[0] < first[1]
