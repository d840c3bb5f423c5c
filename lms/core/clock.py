"""What time it is. Views ask here; services are told.

Only the demonstration may move this clock (`manage.py demo_clock`), so that a visitor sees a whole
batch without waiting for its publication period. Production never sets `DEMO_CLOCK_FILE`, and a
system check (`core.E002`) refuses it there.
"""

import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def offset() -> datetime.timedelta:
    """Return how far the demonstration clock is away from the real one; zero outside a demonstration."""
    path: Path | None = settings.DEMO_CLOCK_FILE
    if path is None:
        return datetime.timedelta()
    try:
        return datetime.timedelta(seconds=float(path.read_text(encoding="ascii")))
    except FileNotFoundError:
        return datetime.timedelta()


def now() -> datetime.datetime:
    """Return the current moment, aware, in UTC."""
    return timezone.now() + offset()


def today() -> datetime.date:
    """Return the current date in the project's time zone (Asia/Shanghai)."""
    return timezone.localdate(now())


def clock_time(moment: datetime.datetime) -> str:
    """Return the time of day at that moment in the project's time zone, as clocks on a wall say it: "14:03"."""
    return f"{timezone.localtime(moment):%H:%M}"


def set_demo_now(moment: datetime.datetime) -> None:
    """Move the demonstration clock to `moment` (aware). Raises `RuntimeError` outside a demonstration."""
    path: Path | None = settings.DEMO_CLOCK_FILE
    if path is None:
        raise RuntimeError("Only the demonstration has a movable clock.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str((moment - timezone.now()).total_seconds()), encoding="ascii")
