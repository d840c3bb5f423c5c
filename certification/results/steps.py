"""How far the results of a plan are, and who may do the next step: what the desk's page says of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from certification.plans.models import Plan
from certification.results import independence
from certification.results.models import PreparedList, Recording, RecordingCheck
from certification.results.selectors import ResultRow, open_stops, open_voidings
from lms.accounts.models import User
from lms.organisations.rules import Role


@dataclass(frozen=True)
class State:
    recording: Recording | None
    check: RecordingCheck | None
    undecided: int
    mine: bool
    """Everything that waits for confirmation was decided by the reader."""
    tied: int
    """Candidates that wait for the next step, about whom the reader may not decide (I44)."""
    free: Sequence[User]
    """Who may decide or confirm about those; empty where nobody has a tie."""
    prepared: PreparedList | None
    obstacles: int
    """Stopped exams and voidings without an answer."""

    @property
    def checked(self) -> bool:
        return self.check is not None


def state_of(plan: Plan, user: User, rows: Sequence[ResultRow]) -> State:
    """Return how far the plan is; a constant number of queries."""
    recording = Recording.objects.filter(plan=plan).select_related("recorded_by", "check_row__checked_by").order_by("-pk").first()
    undecided = [row for row in rows if row.decision is None]
    waiting = [row for row in rows if row.decision is not None and row.decision.confirmed_at is None]
    due = {row.seat.candidate_id for row in (undecided or waiting)}
    ties = independence.tied_candidates(user, plan) & due
    roles = [Role.EXAM_OFFICER] if undecided else [Role.EXAM_OFFICER, Role.HEAD]
    others = [row.decision for row in waiting if row.decision is not None and row.decision.decided_by_id != user.pk]
    return State(
        recording=recording,
        check=getattr(recording, "check_row", None),
        undecided=len(undecided),
        mine=bool(waiting) and not others,
        tied=len(ties),
        free=independence.free_to_decide(plan, ties, roles=roles) if ties else (),
        prepared=PreparedList.objects.filter(plan=plan).select_related("prepared_by").order_by("-pk").first(),
        obstacles=len(open_stops(plan)) + open_voidings(plan).count() if plan.status == "scored" else 0,
    )
