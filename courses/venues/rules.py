"""When a venue is open, which visits that gives, and what may be booked. Knows no Django."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from lms.core.errors import DomainError

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUNDAY = 6
LARGEST_PARTY = 10
OPEN_BOOKINGS_PER_PHONE = 3
REMIND_BEFORE = datetime.timedelta(hours=24)
KEPT_FOR = datetime.timedelta(days=30)
"""How long after a visit it is known who came."""
Hours = tuple[datetime.time, datetime.time]


class OnHolidays(StrEnum):
    """What a venue does on the public holidays of the State Council's calendar."""

    USUAL = "usual"
    CLOSED = "closed"
    SUNDAY = "sunday"


class BookingStatus(StrEnum):
    """Where a booking stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"


class Access(StrEnum):
    """Facts that decide whether somebody can come: looked at and measured, not promised."""

    STEP_FREE = "step_free"
    LIFT = "lift"
    TOILET = "toilet"
    PARKING = "parking"
    WHEELCHAIR_LOAN = "wheelchair_loan"
    TACTILE = "tactile"
    HEARING_LOOP = "hearing_loop"
    SIGN_LANGUAGE = "sign_language"
    GUIDE_DOG = "guide_dog"
    QUIET = "quiet"


@dataclass(frozen=True)
class SpecialDay:
    """One day that is not as usual: closed, or with hours of its own."""

    hours: tuple[Hours, ...]
    reason: str = ""


@dataclass(frozen=True)
class Opening:
    """All that says when a venue is open: by weekday (Monday is 0), on holidays, on single days."""

    weekly: Mapping[int, Sequence[Hours]]
    on_holidays: OnHolidays
    exceptions: Mapping[datetime.date, SpecialDay]


@dataclass(frozen=True)
class Day:
    """One day as it will be."""

    date: datetime.date
    hours: tuple[Hours, ...]
    reason: str = ""
    is_holiday: bool = False
    calendar_known: bool = True


def day_of(opening: Opening, day: datetime.date, *, is_holiday: Callable[[datetime.date], bool]) -> Day:
    """Return the hours of that day. What is said of the single day counts before holidays, and those before the week.

    Of a year whose holidays nobody has announced the week is all that is known; `calendar_known` is False then.
    """
    known = True
    try:
        holiday = is_holiday(day)
    except DomainError:
        holiday, known = False, False
    if (special := opening.exceptions.get(day)) is not None:
        return Day(day, special.hours, special.reason, holiday, known)
    if holiday and opening.on_holidays is OnHolidays.CLOSED:
        return Day(day, (), "", True, known)
    weekday = SUNDAY if holiday and opening.on_holidays is OnHolidays.SUNDAY else day.weekday()
    return Day(day, tuple(opening.weekly.get(weekday, ())), "", holiday, known)


def slots_of(day: Day, *, minutes: int) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """Return begin and end of the visits of a day, one after the other within the hours; a rest too short is none."""
    step, found = datetime.timedelta(minutes=minutes), []
    for opens, closes in day.hours:
        begin = datetime.datetime.combine(day.date, opens, tzinfo=SHANGHAI)
        end = datetime.datetime.combine(day.date, closes, tzinfo=SHANGHAI)
        while begin + step <= end:
            found.append((begin, begin + step))
            begin += step
    return found


def visit_key(begin: datetime.datetime) -> str:
    """Return how an address names a visit: its beginning in Shanghai, to the minute."""
    return f"{begin.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


def check_party(size: int) -> None:
    """Raise `DomainError` `venues.party_size` (422) unless 1 to 10 people come."""
    if not 1 <= size <= LARGEST_PARTY:
        raise DomainError("venues.party_size", status=422, most=LARGEST_PARTY)


def check_bookable(begin: datetime.datetime, *, now: datetime.datetime, days_ahead: int) -> None:
    """Raise `DomainError` `venues.too_late` or `venues.too_early`: a visit is booked before it begins, some days ahead."""
    if begin <= now:
        raise DomainError("venues.too_late")
    if (begin.astimezone(SHANGHAI).date() - now.astimezone(SHANGHAI).date()).days > days_ahead:
        raise DomainError("venues.too_early", days=days_ahead)
