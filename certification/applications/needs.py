"""What a candidate needs on the exam day because of a disability; decided once for a person, used by paper, timer, seat and sheets."""

from collections.abc import Collection
from dataclasses import dataclass


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


def needs_of(candidates: Collection[int]) -> dict[int, Needs]:
    """Return what was granted to these people (keys: user ids); who needs nothing is left out. One query."""
    return {}
