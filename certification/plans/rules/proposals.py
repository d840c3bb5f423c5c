"""The dates that an officer most likely wants, from the exam day alone; free of Django."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

MORNING = time(9)
AFTERNOON = time(13, 30)
BREAK = timedelta(hours=1)
SATURDAY = 5
REVIEW_DAYS = 3
"""Working days between the last day to apply and the day by which both reviews are done. House rule."""
SETTLING_DAYS = 10
"""Working days to write, approve and announce a plan before it has to be published. House rule."""

Workdays = Callable[[date, int], date]


@dataclass(frozen=True)
class Proposal:
    registration_opens: date
    registration_closes: date
    theory_starts_at: datetime
    """Without a time zone: the clock on the wall of the exam place."""
    theory_minutes: int
    skill_starts_at: datetime


def earliest_exam(parameters: Mapping[str, Any], *, today: date, add_workdays: Workdays) -> date:
    """Return the first day for which a plan published today would be in time (I6)."""
    day = add_workdays(today, int(parameters["plan_lead_days"]))
    lead = -int(parameters["plan_lead_days"])
    while add_workdays(day, lead) < today:
        day += timedelta(days=1)
    # An exam may be on a free day, so a weekend before that working day will do as well.
    while add_workdays(day - timedelta(days=1), lead) >= today:
        day -= timedelta(days=1)
    return day


def usual_exam(parameters: Mapping[str, Any], *, today: date, add_workdays: Workdays) -> date:
    """Return a Saturday that leaves time to write, approve and announce the plan."""
    day = add_workdays(today, int(parameters["plan_lead_days"]) + SETTLING_DAYS)
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)


def proposed(
    exam_date: date, *, parameters: Mapping[str, Any], theory_minutes: int, today: date, add_workdays: Workdays
) -> Proposal:
    """Return the dates around this exam day.

    Registration opens on the next working day and ends three working days before the reviews are due; where the
    exam is too near for that, on the last day that I6 and domain.md §5 (D-7) allow.
    """
    opens = add_workdays(today, 1)
    last = add_workdays(exam_date, -int(parameters["reg_close_days"]))
    early = add_workdays(exam_date, -int(parameters["reg_close_days"]) - REVIEW_DAYS)
    closes = early if early >= add_workdays(opens, REVIEW_DAYS) else last
    begins = datetime.combine(exam_date, MORNING)
    ends = begins + timedelta(minutes=theory_minutes)
    return Proposal(
        registration_opens=min(opens, closes),
        registration_closes=closes,
        theory_starts_at=begins,
        theory_minutes=theory_minutes,
        skill_starts_at=max(datetime.combine(exam_date, AFTERNOON), _next_half_hour(ends + BREAK)),
    )


def _next_half_hour(moment: datetime) -> datetime:
    over = timedelta(minutes=moment.minute % 30)
    return moment + (timedelta(minutes=30) - over if over else timedelta())
