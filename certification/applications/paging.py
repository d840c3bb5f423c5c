"""Places in long lists, as addresses name them: a list goes on after a row, so its cost does not grow with the page."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from lms.core.forms import whole_number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_of(rows: QuerySet[Any], count: int) -> QuerySet[Any]:
    """Return the first rows in their order: keys alone are sorted, and only those rows are read with all they bring along."""
    keys = rows.values("pk")[:count]
    return rows.filter(pk__in=keys)


def moment_key(moment: datetime, pk: int) -> str:
    """Return the place of a row in a list by moment: microseconds and key."""
    since = moment - EPOCH
    return f"{(since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds}-{pk}"


def read_moment_key(text: str) -> tuple[datetime, int] | None:
    """Return what `moment_key` was given, to the microsecond; None for anything else."""
    first, _dash, second = text.partition("-")
    micros, pk = whole_number(first), whole_number(second)
    if not micros or not pk or micros > 4_000_000_000_000_000:
        return None
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest), pk


def day_key(closes: date, exam: date, pk: int) -> str:
    return f"{closes:%Y%m%d}-{exam:%Y%m%d}-{pk}"


def read_day_key(text: str) -> tuple[date, date, int] | None:
    parts = text.split("-")
    if len(parts) != 3 or not whole_number(parts[2]):
        return None
    try:
        closes, exam = (datetime.strptime(part, "%Y%m%d").date() for part in parts[:2])
    except ValueError:
        return None
    return closes, exam, whole_number(parts[2])
