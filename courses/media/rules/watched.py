"""How much of a recording somebody has really watched.

A player reports ranges: "from 12.0 s to 21.5 s, played at 1.25, from this to that moment of my
clock". Reports come late, twice, in any order, from two tabs, with a wrong clock, or from a
browser that was asked to lie. What is credited never exceeds what can have been played:

- one report is worth at most its own stretch of the player's clock, times its speed;
- all reports together are worth at most the server's time since the first of them, times the
  greatest speed, and a little for rounding.

Merging is a union: a report that comes twice changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MAX_SPEED = 2.0
EVENT_TOLERANCE_MS = 1500
"""Clocks of player and media are read one after the other, and a frame is not cut."""
TOTAL_TOLERANCE_MS = 3000
DONE_SHARE = 0.9
RESUME_BEFORE_MS = 3000
MAX_RANGES = 500
Range = tuple[int, int]


@dataclass(frozen=True)
class Report:
    """One range that a player says it has played. All times are milliseconds.

    `start`, `end`: places in the recording. `began`, `ended`: the player's own clock. `speed`:
    as shown on the player.
    """

    start: int
    end: int
    began: int
    ended: int
    speed: float = 1.0


@dataclass(frozen=True)
class Watched:
    """What is credited so far; `ranges` are sorted, apart from each other and never empty."""

    duration: int
    ranges: tuple[Range, ...] = field(default=())

    @property
    def seen(self) -> int:
        """Milliseconds of the recording that were watched at least once."""
        return sum(end - start for start, end in self.ranges)

    @property
    def share(self) -> float:
        return min(1.0, self.seen / self.duration) if self.duration else 0.0

    @property
    def is_done(self) -> bool:
        return self.share >= DONE_SHARE


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the union: sorted, without overlaps, neighbours joined."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def allowance(elapsed_ms: int) -> int:
    """Return the most that can have been watched when the first report is `elapsed_ms` old."""
    return int(max(0, elapsed_ms) * MAX_SPEED) + TOTAL_TOLERANCE_MS


def credible(report: Report, duration: int) -> Range | None:
    """Return the part of one report that its own clock allows, or None for nothing."""
    speed = min(max(report.speed, 0.0), MAX_SPEED)
    most = int(max(0, report.ended - report.began) * speed) + EVENT_TOLERANCE_MS
    start, end = max(0, report.start), min(duration, report.end)
    if report.ended < report.began or end <= start:
        return None
    return start, min(end, start + most)


def credit(watched: Watched, reports: Iterable[Report], *, elapsed_ms: int) -> Watched:
    """Return what is watched after these reports; never less than before, never more than was possible."""
    ranges = watched.ranges
    left = allowance(elapsed_ms) - watched.seen
    for report in reports:
        part = credible(report, watched.duration)
        if part is None:
            continue
        taken, left = _within(ranges, part, left)
        ranges = merge([*ranges, *taken])
    return Watched(watched.duration, ranges[:MAX_RANGES]) if len(ranges) <= MAX_RANGES else watched


def _within(ranges: Sequence[Range], part: Range, left: int) -> tuple[list[Range], int]:
    """Return what of `part` is new and still allowed, and what is left of the allowance."""
    taken: list[Range] = []
    for start, end in gaps(ranges, part):
        if left <= 0:
            break
        end = min(end, start + left)
        taken.append((start, end))
        left -= end - start
    return taken, left


def gaps(ranges: Sequence[Range], part: Range) -> list[Range]:
    """Return the pieces of `part` that the ranges do not hold yet."""
    place, end = part
    found: list[Range] = []
    for begin, stop in ranges:
        if stop <= place or begin >= end:
            continue
        if begin > place:
            found.append((place, begin))
        place = max(place, stop)
    if place < end:
        found.append((place, end))
    return found


def server_moment(*, happened: int, sent: int, now: int, earliest: int) -> int:
    """Return when something happened by the server's clock, from two readings of the player's.

    The player's clock may be wrong by years, but the time between its two readings is right. What
    it says never lies in the future, nor before the first report.
    """
    return min(now, max(earliest, now - max(0, sent - happened)))


def resume_at(position: int, duration: int) -> int:
    """Return where to go on: a little before where it stopped; from the beginning after the end."""
    if duration <= 0 or position >= duration - RESUME_BEFORE_MS:
        return 0
    return max(0, position - RESUME_BEFORE_MS)
