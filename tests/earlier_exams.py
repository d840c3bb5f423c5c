"""Exams of the past: who assessed whom before the plan at hand."""

import datetime
from collections.abc import Sequence
from typing import Any

from certification.plans.models import Plan, Seat, StaffAssignment
from tests.open_plan import EXAM_DAY, SHANGHAI

DAY = datetime.datetime(2026, 10, 31, 8, tzinfo=SHANGHAI)


def held_exam(plan: Any, team: Sequence[Any], candidates: Sequence[Any], *, days_before: int) -> Any:
    """Return a certified plan of the same body, so many days earlier, with this team and these candidates."""
    copy = Plan.objects.get(pk=plan.pk)
    copy.pk, copy.status = None, "certified"
    copy.exam_date = EXAM_DAY - datetime.timedelta(days=days_before)
    copy.serial, copy.number = 500 + days_before, f"RD-000123-2026-{500 + days_before}"
    copy.save()
    for person in team:
        StaffAssignment.objects.create(plan=copy, user=person, role="assessor", assigned_at=plan.created_at)
    for number, person in enumerate(candidates, start=1):
        Seat.objects.create(plan=copy, candidate=person, ticket_number=f"{copy.serial}{number:03d}", room="一", number=number)
    return copy


def held_exams(plan: Any, team: Sequence[Any], candidates: Sequence[Any], *, times: int) -> None:
    for n in range(times):
        held_exam(plan, team, candidates, days_before=10 * (n + 1))
