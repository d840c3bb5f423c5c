"""Which sessions a season holds: three occupations at two levels each, two of them with a comprehensive review."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

FIRST_EXAM = datetime.date(2026, 3, 21)
"""A Saturday; the calendar of working days is known for the whole year."""
BEGIN = datetime.date(2026, 2, 2)
RESIT_ON = datetime.date(2026, 6, 27)
REVIEW_SHARE, SHARE = 3, 11
"""A session with a review is smaller: a panel hears three people in an hour."""


@dataclass(frozen=True)
class Session:
    """One plan of the season."""

    key: str
    scheme: str
    level: int
    condition: str
    review: bool = False
    resit: bool = False

    @property
    def share(self) -> int:
        return REVIEW_SHARE if self.review else SHARE


SESSIONS: Sequence[Session] = (
    Session("at-4", "at-consultant-sample", 4, "4-1"),
    Session("at-2", "at-consultant-sample", 2, "2-1", review=True),
    Session("elderly-4", "elderly-care-worker-2019", 4, "4-2"),
    Session("elderly-2", "elderly-care-worker-2019", 2, "2-1", review=True),
    Session("health-4", "health-carer-2024", 4, "4-1"),
    Session("health-3", "health-carer-2024", 3, "3-1"),
)
RESIT = Session("at-4-resit", "at-consultant-sample", 4, "4-1", resit=True)
"""Some who failed one part of the first session sit it again."""
SCHEMES = tuple(dict.fromkeys(session.scheme for session in SESSIONS))


def sizes(sessions: Sequence[Session], candidates: int) -> list[int]:
    """Return how many candidates apply for each session; they add up to `candidates`."""
    whole = sum(session.share for session in sessions)
    counts = [candidates * session.share // whole for session in sessions]
    counts[0] += candidates - sum(counts)
    return counts


def exam_day(place: int) -> datetime.date:
    """Return the Saturday of the session at this place of the season."""
    return FIRST_EXAM + datetime.timedelta(weeks=place)
