"""What stands on the printed sheets."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certification.examday.presentation import needs_in_words
from certification.examday.selectors.rooms import RoomDay, rooms_on_the_day
from certification.plans.models import Plan, Seat
from lms.core.crypto import mask_name

SHEETS: dict[str, str | Promise] = {
    "rooms": _("List of rooms"),
    "door": _("Door signs"),
    "sign-in": _("Sign-in sheets"),
    "invigilators": _("Invigilators' sheets"),
}


@dataclass(frozen=True)
class SheetLine:
    seat: Seat
    masked_name: str
    masked_id: str
    needs: list[str]


@dataclass(frozen=True)
class SheetRoom:
    room: RoomDay
    lines: list[SheetLine]
    first: str
    last: str

    @property
    def granted(self) -> list[SheetLine]:
        """Who needs something."""
        return [line for line in self.lines if line.needs]


def sheet_rows(plan: Plan, *, now: datetime) -> list[SheetRoom]:
    """Return the rooms with their lines. The queries of `rooms_on_the_day`."""
    found = []
    for room in rooms_on_the_day(plan, now=now):
        lines = [
            SheetLine(
                row.seat,
                mask_name(row.seat.candidate.name),
                identity.masked if (identity := getattr(row.seat.candidate, "identity", None)) else "",
                needs_in_words(row.needs),
            )
            for row in room.rows
        ]
        numbers = sorted(line.seat.ticket_number for line in lines)
        found.append(SheetRoom(room, lines, numbers[0], numbers[-1]))
    return found
