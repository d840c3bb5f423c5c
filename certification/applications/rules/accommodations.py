"""合理便利: what a candidate may ask for on the exam day, and the life of a request."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from lms.core.errors import DomainError


class NeedsStatus(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"
    """Taken back by the person herself: a request before it was decided, or what was granted."""


class NeedsEvent(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    END = "end"


NEEDS_TRANSITIONS: Mapping[tuple[NeedsStatus, NeedsEvent], NeedsStatus] = {
    (NeedsStatus.ASKED, NeedsEvent.GRANT): NeedsStatus.GRANTED,
    (NeedsStatus.ASKED, NeedsEvent.REFUSE): NeedsStatus.REFUSED,
    (NeedsStatus.ASKED, NeedsEvent.END): NeedsStatus.ENDED,
    (NeedsStatus.GRANTED, NeedsEvent.END): NeedsStatus.ENDED,
}
EXTRA_TIME = (0, 25, 50, 75, 100)
"""Per cent of the theory exam's minutes. House rule: a few steps that everybody can count."""
KINDS = ("large_print", "screen_reader", "reader", "sign_interpreter", "wheelchair_seat")


@dataclass(frozen=True)
class Needs:
    """Accommodations granted to one person. All false: an ordinary place."""

    extra_time_percent: int = 0
    """Added to the minutes of the theory exam, 0 to 100."""
    large_print: bool = False
    screen_reader: bool = False
    reader: bool = False
    """Somebody reads the paper aloud: needs a room of her own."""
    sign_interpreter: bool = False
    wheelchair_seat: bool = False

    @property
    def own_room(self) -> bool:
        """Whether others would be disturbed."""
        return self.reader

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def read_needs(values: Mapping[str, Any]) -> Needs:
    """Return what is asked for; unknown keys are dropped.

    Raises `DomainError` 422: `applications.extra_time_unknown` for another share than those of `EXTRA_TIME`,
    `applications.needs_empty` when nothing is asked for.
    """
    share = values.get("extra_time_percent") or 0
    try:
        percent = int(share)
    except (TypeError, ValueError):
        percent = -1
    if percent not in EXTRA_TIME:
        raise DomainError("applications.extra_time_unknown", status=422, shares=[f"{step}%" for step in EXTRA_TIME])
    needs = Needs(extra_time_percent=percent, **{kind: bool(values.get(kind)) for kind in KINDS})
    if needs == Needs():
        raise DomainError("applications.needs_empty", status=422)
    return needs


def check_granted(granted: Needs, asked: Needs) -> None:
    """Raise `DomainError` 422 `applications.more_than_asked` when a reviewer grants what nobody asked for.

    Nobody gets a helper she did not ask for; who needs more asks for more.
    """
    more = any(getattr(granted, kind) and not getattr(asked, kind) for kind in KINDS)
    if more or granted.extra_time_percent > asked.extra_time_percent:
        raise DomainError("applications.more_than_asked", status=422)


def minutes_with_extra(minutes: int, percent: int) -> int:
    """Return the minutes of the theory exam with extra time; a begun minute counts in full: 90 and 25 % are 113."""
    return -(-minutes * (100 + percent) // 100)
