"""How far a plan is: its ten nodes with what is done, what is next and what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.timezone import localdate

from certification.plans.cases import case_counts, last_review
from certification.plans.models import Plan, StaffAssignment
from certification.plans.rules import Node, StaffRole, Status
from certification.plans.rules.nodes import KEYS, may_begin
from certification.plans.selectors import days_done, nodes_of, session_problems, team_problems
from lms.core.errors import DomainError
from lms.core.workdays import workdays_between
from lms.organisations.rules import Role

OFFICE = (Role.EXAM_OFFICER,)
RESPONSIBLE: Mapping[str, Sequence[Role]] = {
    "publish": OFFICE,
    "close_registration": OFFICE,
    "review": (Role.ELIGIBILITY_REVIEWER,),
    "arrange": OFFICE,
    "staffing": OFFICE,
    "exam": OFFICE,
    "score": OFFICE,
    "publication": (Role.EXAM_OFFICER, Role.HEAD),
    "certify": (Role.EXAM_OFFICER, Role.HEAD),
    "archive": OFFICE,
}
"""Whose work each node is. Source: domain.md §1.4."""
REACHED = {
    "publish": Status.PUBLISHED,
    "close_registration": Status.REGISTRATION_CLOSED,
    "review": Status.ARRANGED,
    "arrange": Status.ARRANGED,
    "staffing": Status.IN_EXAM,
    "exam": Status.IN_EXAM,
    "score": Status.SCORED,
    "publication": Status.IN_PUBLICATION,
    "certify": Status.CERTIFIED,
    "archive": Status.ARCHIVED,
}
"""From this state on a node is done whatever else is known."""
ORDER: list[Status] = [status for status in Status if status is not Status.CANCELLED]


class StopState(StrEnum):
    DONE = "done"
    NOW = "now"
    OPEN = "open"
    """It can be worked on, though something else comes first."""
    TODO = "todo"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Stop:
    node: Node
    state: StopState
    done_on: date | None
    late: bool
    late_days: int
    """Full working days since it should have been done; 0 when it is not late, or the year is not known."""
    roles: Sequence[Role]

    @property
    def key(self) -> str:
        return self.node.key


def stops_of(plan: Plan, *, today: date, counts: Mapping[str, int] | None = None) -> list[Stop]:
    """Return the ten stops of the plan's way. Seven queries at most, however many candidates."""
    counts = case_counts(plan) if counts is None else counts
    staff = list(plan.assignments.select_related("user"))
    days = days_done(plan)
    done = _done(plan, waiting=counts["waiting"], staffed=_is_staffed(plan, staff))
    days = {**_derived_days(plan, done, staff), **days}
    found = nodes_of(plan, days)
    cancelled = plan.status == Status.CANCELLED
    first = next((key for key in KEYS if may_begin(key, done)), None)
    stops = []
    for node in found:
        state = _state(node.key, done, first=first, cancelled=cancelled, was_done=node.key in days)
        late = state in (StopState.NOW, StopState.OPEN) and node.is_late(today)
        stops.append(
            Stop(
                node=node,
                state=state,
                done_on=days.get(node.key) if state is StopState.DONE else None,
                late=late,
                late_days=_workdays_since(node.late_after or node.due, today) if late else 0,
                roles=(Role.HEAD,) if node.key == "publish" and plan.status == Status.SUBMITTED else RESPONSIBLE[node.key],
            )
        )
    return stops


def _done(plan: Plan, *, waiting: int, staffed: bool) -> dict[str, bool]:
    if plan.status == Status.CANCELLED:
        return dict.fromkeys(KEYS, False)
    present = ORDER.index(Status(plan.status))
    done = {key: present >= ORDER.index(REACHED[key]) for key in KEYS}
    if plan.status == Status.REGISTRATION_CLOSED and not waiting:
        done["review"] = True
    if done["publish"] and staffed:
        done["staffing"] = True
    return done


def _is_staffed(plan: Plan, staff: Sequence[StaffAssignment]) -> bool:
    """Return whether everybody who is needed is named and has declared."""
    team = [row for row in staff if row.role == StaffRole.ASSESSOR]
    return not team_problems(plan, team) and not session_problems(plan)


def _derived_days(plan: Plan, done: Mapping[str, bool], staff: Sequence[StaffAssignment]) -> dict[str, date]:
    """Return the days of the two nodes that no single act ends: the last verdict, the last name or declaration."""
    days = {}
    if done["review"] and (reviewed := last_review(plan)):
        days["review"] = reviewed
    moments = [moment for row in staff for moment in (row.assigned_at, row.declared_at) if moment]
    if done["staffing"] and moments:
        days["staffing"] = localdate(max(moments))
    return days


def _state(key: str, done: Mapping[str, bool], *, first: str | None, cancelled: bool, was_done: bool) -> StopState:
    if cancelled:
        return StopState.DONE if was_done else StopState.STOPPED
    if done[key]:
        return StopState.DONE
    if key == first:
        return StopState.NOW
    return StopState.OPEN if may_begin(key, done) else StopState.TODO


def _workdays_since(last: date | None, today: date) -> int:
    if last is None:
        return 0
    try:
        return workdays_between(last + timedelta(days=1), today)
    except DomainError:
        return 0
