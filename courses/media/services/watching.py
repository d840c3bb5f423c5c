"""What players report, credited to a person; the rules decide how much of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from courses.catalogue.models import LessonPage
from courses.media.models import Recording, Viewing
from courses.media.rules.watched import Report, Watched, credit, merge, server_moment
from lms.accounts.models import User


@dataclass(frozen=True)
class Subject:
    """What is watched: a recording, or a block of slides in a lesson."""

    duration_ms: int
    recording: Recording | None = None
    lesson: LessonPage | None = None
    block: str = ""


@dataclass(frozen=True)
class Sending:
    """What one message of a player says: ranges played, where it stands, and the player's clock (ms)."""

    reports: tuple[Report, ...]
    position: int
    happened: int
    sent: int


@transaction.atomic
def begin_viewing(subject: Subject, *, user: User, now: datetime) -> Viewing:
    """Start the server's clock for this person and thing; a second time returns what is there."""
    viewing, _created = Viewing.objects.get_or_create(
        user=user,
        recording=subject.recording,
        lesson=subject.lesson,
        block=subject.block,
        defaults={"duration_ms": subject.duration_ms, "begun_at": now, "position_at": now},
    )
    if viewing.duration_ms != subject.duration_ms:
        # The slides were written anew; what lies beyond the new end counts no more.
        viewing.duration_ms = subject.duration_ms
        viewing.take(_within(viewing))
        viewing.save(update_fields=["duration_ms", "ranges", "seen_ms"])
    return viewing


def _within(viewing: Viewing) -> Watched:
    end = viewing.duration_ms
    return Watched(end, merge((min(start, end), min(stop, end)) for start, stop in viewing.ranges))


@transaction.atomic
def save_viewing(user: User, *, pk: int, sending: Sending, now: datetime) -> Viewing | None:
    """Credit what was played and keep the latest position; None when the row is not this person's. Two queries."""
    viewing = Viewing.objects.select_for_update().filter(user=user, pk=pk).first()
    if viewing is None:
        return None
    elapsed = int((now - viewing.begun_at).total_seconds() * 1000)
    viewing.take(credit(viewing.watched, sending.reports, elapsed_ms=elapsed))
    moment = server_moment(happened=sending.happened, sent=sending.sent, now=_ms(now), earliest=_ms(viewing.begun_at))
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=moment)
    # An old position that arrives late must not move a newer one on another device.
    if at >= viewing.position_at:
        viewing.position_ms, viewing.position_at = max(0, min(sending.position, viewing.duration_ms)), at
    viewing.save(update_fields=["ranges", "seen_ms", "position_ms", "position_at"])
    return viewing


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def read_reports(rows: Sequence[object]) -> tuple[Report, ...]:
    """Return the reports in the rows [start, end, began, ended, speed]; raises `ValueError` for anything else."""
    found = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 5:
            raise ValueError("a report has five numbers")
        numbers = [whole(value) for value in row[:4]]
        speed = row[4]
        if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 <= speed <= 16:
            raise ValueError("no such speed")
        found.append(Report(numbers[0], numbers[1], numbers[2], numbers[3], float(speed)))
    return tuple(found)


def whole(value: object) -> int:
    """Return a number of milliseconds; raises `ValueError` for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15:
        raise ValueError("not a number of milliseconds")
    return int(value)
