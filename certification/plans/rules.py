"""The life of a plan 认定计划, its dates, its team and its numbers; free of Django."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from lms.core.errors import DomainError


class Status(StrEnum):
    DRAFT = "draft"
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
    (Status.DRAFT, Event.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, Event.CLOSE_REGISTRATION): Status.REGISTRATION_CLOSED,
    (Status.REGISTRATION_CLOSED, Event.ARRANGE): Status.ARRANGED,
    (Status.ARRANGED, Event.START_EXAM): Status.IN_EXAM,
    (Status.IN_EXAM, Event.SCORE): Status.SCORED,
    (Status.SCORED, Event.START_PUBLICATION): Status.IN_PUBLICATION,
    (Status.IN_PUBLICATION, Event.CERTIFY): Status.CERTIFIED,
    (Status.CERTIFIED, Event.ARCHIVE): Status.ARCHIVED,
    # Cancelled only while no candidate is bound by a seat (domain.md §11).
    (Status.DRAFT, Event.CANCEL): Status.CANCELLED,
    (Status.PUBLISHED, Event.CANCEL): Status.CANCELLED,
    (Status.REGISTRATION_CLOSED, Event.CANCEL): Status.CANCELLED,
}

STAFFING_STATUSES = (Status.PUBLISHED, Status.REGISTRATION_CLOSED, Status.ARRANGED)
"""While a team may be named or changed: after publication, before the exam starts."""
PUBLIC_STATUSES = tuple(status for status in Status if status not in (Status.DRAFT, Status.CANCELLED))
FINISHED_STATUSES = (Status.CERTIFIED, Status.ARCHIVED, Status.CANCELLED)


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


@dataclass(frozen=True)
class Node:
    key: str
    due: date | None
    """None where the calendar does not know that year's holidays yet."""


Workdays = Callable[[date, int], date]
KnownWorkdays = Callable[[date, int], date | None]


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


def nodes(
    *, exam_date: date, registration_closes: date, parameters: Mapping[str, Any], add_workdays: KnownWorkdays
) -> list[Node]:
    """Return the nodes of the plan with the day each is due, in the order of the process (domain.md §5)."""
    return [
        Node("publish", add_workdays(exam_date, -int(parameters["plan_lead_days"]))),
        Node("close_registration", registration_closes),
        Node("arrange", add_workdays(exam_date, -int(parameters["arrange_days"]))),
        Node("exam", exam_date),
        Node("score", add_workdays(exam_date, int(parameters["score_due"]))),
        Node("publication", add_workdays(exam_date, int(parameters["publication_start_due"]))),
        Node("certify", add_workdays(exam_date, int(parameters["archive_due"]))),
    ]


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
    return f"RD-{sequence}-{year}-{serial:03d}"


def ticket_number(*, sequence: str, exam_date: date, serial: int, seat: int) -> str:
    """Return the 14 digits of an admission ticket: year (2), body (6), plan (3), seat (3).

    House rule: a candidate can read it out in groups, and it tells nothing about the person.
    """
    if not (1 <= seat <= 999 and 1 <= serial <= 999):
        raise DomainError("plans.ticket_range", status=422)
    return f"{exam_date.year % 100:02d}{sequence}{serial:03d}{seat:03d}"


def seat_order(candidate_ids: Iterable[int], *, plan_number: str) -> list[int]:
    """Return the ids in an order that nobody chose but anybody can check: by hash over plan and person."""
    return sorted(candidate_ids, key=lambda pk: hashlib.sha256(f"{plan_number}:{pk}".encode()).hexdigest())


def sessions_overlap(first: tuple[datetime, datetime], second: tuple[datetime, datetime]) -> bool:
    """Return whether two half-open sessions share a moment. Source: I9."""
    return first[0] < second[1] and second[0] < first[1]
