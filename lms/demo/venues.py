"""The demonstration's two venues, and some visitors."""

import datetime
from typing import Any

from courses.venues.models import OpeningHours, SpecialDay, VenuePage
from courses.venues.selectors import days_to_come
from courses.venues.services import book, let_authors_edit, open_venues
from lms.accounts.models import User
from lms.demo.organisations import DATA, read_yaml
from lms.organisations.models import Organisation

GUESTS = (
    ("+8613800000051", 2, "一位坐轮椅，需要借一辆轮椅。"),
    ("+8613800000052", 4, ""),
    ("+8613800000053", 1, "听力不好，请用写字板。"),
)


def load_venues(organisations: dict[str, Organisation]) -> list[VenuePage]:
    """Make the venues that are missing, published, and return all; what somebody has changed stays."""
    rows = read_yaml(DATA / "venues" / "venues.yaml")
    return [_venue(row, organisations[row["organisation"]]) for row in rows]


def _venue(row: dict[str, Any], organisation: Organisation) -> VenuePage:
    present: VenuePage | None = VenuePage.objects.filter(slug=row["slug"]).first()
    if present is not None:
        return present
    plain = ("slug", "title", "summary", "address", "getting_there", "phone", "on_holidays", "access", "access_note")
    venue = VenuePage(
        organisation=organisation,
        visit_minutes=row["visit_minutes"],
        capacity=row["capacity"],
        **{name: row[name] for name in plain},
    )
    venue.hours = [
        OpeningHours(weekday=weekday, opens=_clock(opens), closes=_clock(closes))
        for weekday, stretches in row["hours"].items()
        for opens, closes in stretches
    ]
    venue.special_days = [SpecialDay(**day) for day in row.get("special_days", [])]
    index = open_venues()
    index.refresh_from_db()
    index.add_child(instance=venue)
    venue.save_revision().publish()
    let_authors_edit(venue)
    return venue


def _clock(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


def load_visitors(venues: list[VenuePage], person: User, *, now: datetime.datetime) -> None:
    """Let some people book the next days' visits, once."""
    for venue in venues:
        if venue.visits.exists():
            continue
        slots = [slot for day in days_to_come(venue, now=now) for slot in day.slots]
        for slot, (phone, size, needs) in zip(slots, GUESTS, strict=False):
            book(venue, at=slot.key, phone=phone, size=size, needs=needs, language="zh-hans", user=None, now=now)
        if slots:
            book(venue, at=slots[0].key, phone=str(person.phone), size=1, needs="", language="zh-hans", user=person, now=now)
