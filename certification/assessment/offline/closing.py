"""An assessment does not end while a tablet may still hold something."""

from datetime import datetime

from certification.assessment.offline.rules import TabletState
from certification.assessment.offline.selectors import TabletRow, tablet_rows
from certification.plans.models import Plan
from lms.core.clock import clock_time
from lms.core.errors import DomainError


def check_tablets(plan: Plan, now: datetime) -> None:
    """Raise `DomainError` "assessment.entries_unsynced" naming each assessor and how many entries are missing."""
    if blocking := [row for row in tablet_rows(plan, now=now) if row.blocks]:
        raise DomainError("assessment.entries_unsynced", tablets="、".join(_told(row) for row in blocking))


def _told(row: TabletRow) -> str:
    """Return "孙丽萍 12", or "孙丽萍 ? (10:32)" for one that has not said that it has finished."""
    if row.state is TabletState.WAITING:
        return f"{row.name} {row.tablet.waiting}"
    seen = row.tablet.last_seen_at
    return f"{row.name} ? ({clock_time(seen)})" if seen else f"{row.name} ?"
