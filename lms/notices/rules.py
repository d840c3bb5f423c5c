"""How a notice reaches a person: by which ways, at which hour, and when again after a failure. Knows no Django."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DIGEST_HOUR = datetime.time(8)
MONDAY = 0
LEASE = datetime.timedelta(minutes=10)
"""How long a worker may hold a message. After that it is taken to be dead, and another takes over."""
WAITS = tuple(datetime.timedelta(minutes=minutes) for minutes in (2, 10, 60, 360, 1440))
"""How long to wait after the first, second, … failure; after one more the staff is told."""


class Channel(StrEnum):
    """The ways out of the house. The page of notices is no choice: everything stands there."""

    SMS = "sms"
    MAIL = "mail"


class Digest(StrEnum):
    """When mails come that are not urgent."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class DeliveryStatus(StrEnum):
    """Where one message on one way stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GATHERED = "gathered"
    """Part of a mail that gathers several."""
    NEEDLESS = "needless"
    """She had read it before its mail was due, or has no address any more."""
    FAILED = "failed"


@dataclass(frozen=True)
class Sort:
    """What a kind of notice says about its ways: its default ones, and what a person may change."""

    channels: frozenset[Channel]
    urgent: bool
    binding: bool


@dataclass(frozen=True)
class Quiet:
    """The hours without SMS, in the person's time zone (Asia/Shanghai); equal ends mean no such hours."""

    begin: datetime.time = datetime.time(21)
    end: datetime.time = datetime.time(7)

    def holds_at(self, moment: datetime.datetime) -> bool:
        """Tell whether it is quiet then; the end itself is not quiet any more."""
        hour = moment.astimezone(SHANGHAI).time()
        if self.begin <= self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end

    def after(self, moment: datetime.datetime) -> datetime.datetime:
        """Return the first moment from `moment` on that is not quiet."""
        if not self.holds_at(moment):
            return moment
        local = moment.astimezone(SHANGHAI)
        day = local.date() if local.time() < self.end else local.date() + datetime.timedelta(days=1)
        return datetime.datetime.combine(day, self.end, tzinfo=SHANGHAI)


DEFAULT_QUIET = Quiet()


def channels_for(sort: Sort, *, reachable: Iterable[Channel], chosen: Mapping[Channel, bool]) -> frozenset[Channel]:
    """Return the ways on which this person gets a notice of this sort.

    `chosen` holds what she has set for the kind. What has legal force goes the default ways whatever she set. A kind
    that is urgent, or has legal force, and about which she has decided nothing takes any way there is rather than
    none: who has only an e-mail gets a mail instead of the SMS.
    """
    ways = frozenset(reachable)
    if sort.binding:
        return (sort.channels & ways) or ways
    wanted = frozenset(channel for channel in Channel if chosen.get(channel, channel in sort.channels))
    if not wanted & ways and sort.urgent and not chosen:
        return ways
    return wanted & ways


def next_digest(digest: Digest, moment: datetime.datetime) -> datetime.datetime:
    """Return when the next gathered mail is due: at eight in the morning, each day or each Monday."""
    local = moment.astimezone(SHANGHAI)
    due = datetime.datetime.combine(local.date(), DIGEST_HOUR, tzinfo=SHANGHAI)
    while due <= moment or (digest is Digest.WEEKLY and due.weekday() != MONDAY):
        due += datetime.timedelta(days=1)
    return due


def due_at(channel: Channel, sort: Sort, *, digest: Digest, quiet: Quiet, now: datetime.datetime) -> datetime.datetime | None:
    """Return when a message is to go out: `now`, after the quiet hours, or with the next gathered mail; None for never."""
    if channel is Channel.SMS:
        return quiet.after(now)
    if sort.urgent or sort.binding or digest is Digest.AT_ONCE:
        return now
    return None if digest is Digest.NEVER else next_digest(digest, now)


def retry_at(tries: int, *, now: datetime.datetime) -> datetime.datetime | None:
    """Return when to try again after `tries` failures, or None when it is given up."""
    return now + WAITS[tries - 1] if tries <= len(WAITS) else None
