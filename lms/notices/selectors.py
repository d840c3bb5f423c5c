"""Reads over notices: the page, the count in the header, and what the page of choices shows."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from lms.accounts.models import User
from lms.notices.kinds import Kind, all_kinds
from lms.notices.models import CHANNEL_LABELS, Delivery, Notice, NoticeChoice, NoticeSettings
from lms.notices.planning import reachable
from lms.notices.rules import Channel, channels_for
from lms.organisations.models import Membership

PAGE = 25


@dataclass(frozen=True)
class Standing:
    """What the frame of every page needs to know of who is there."""

    roles: frozenset[str] = frozenset()
    unread: int = 0


@dataclass(frozen=True)
class Way:
    """One box of the page of choices."""

    channel: Channel
    name: str
    wanted: bool
    reachable: bool

    @property
    def label(self) -> str:
        return str(CHANNEL_LABELS[self.channel])


@dataclass(frozen=True)
class Row:
    """One kind with its boxes."""

    kind: Kind
    ways: list[Way]


@dataclass(frozen=True)
class Room:
    """The kinds that stand under one heading."""

    title: str
    rows: list[Row]


# Asked by every page of everybody who has signed in; to build it from parts each time took ten times as long as the answer.
_STANDING = f"""
    SELECT post.role, (SELECT COUNT(*) FROM {Notice._meta.db_table} WHERE user_id = %s AND read_at IS NULL)
    FROM (SELECT 1) AS her LEFT JOIN {Membership._meta.db_table} post ON post.user_id = %s
"""  # noqa: S608 - the names of our own tables


def standing_of(user: Any) -> Standing:
    """Return the person's roles and how many notices she has not read; one query, none for who has not signed in."""
    if not getattr(user, "is_authenticated", False):
        return Standing()
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [user.pk, user.pk])
        rows = cursor.fetchall()
    return Standing(frozenset(role for role, _unread in rows if role), rows[0][1])


def notices_page(notices: QuerySet[Notice], *, before: int = 0) -> tuple[list[Notice], bool]:
    """Return a page of notices with their deliveries, newest first, and whether there are older ones; two queries."""
    sent = Prefetch("deliveries", Delivery.objects.only("notice", "channel", "status").order_by("pk"))
    found = list((notices.filter(pk__lt=before) if before else notices).order_by("-pk").prefetch_related(sent)[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def failures_page(failed: QuerySet[Delivery], *, before: int = 0) -> tuple[list[Delivery], bool]:
    """Return a page of messages that were given up, newest first, and whether there are older ones."""
    found = list((failed.filter(pk__lt=before) if before else failed).order_by("-pk")[: PAGE + 1])
    return found[:PAGE], len(found) > PAGE


def settings_of(user: User) -> NoticeSettings:
    """Return how the person wants to be told; unsaved defaults when she has chosen nothing."""
    return NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)


def kinds_for(user: User) -> Iterator[Kind]:
    """Yield the kinds that can concern this person: those of an office only for who has a post."""
    has_post = user.is_superuser or Membership.objects.filter(user=user).exists()
    yield from (kind for kind in all_kinds() if has_post or not kind.for_staff)


def rooms_of(user: User) -> list[Room]:
    """Return the boxes of the page of choices as they stand, by heading; three queries."""
    chosen: dict[str, dict[Channel, bool]] = defaultdict(dict)
    for row in NoticeChoice.objects.filter(user=user):
        chosen[row.kind][Channel(row.channel)] = row.wanted
    ways = reachable(user)
    rooms: dict[str, list[Row]] = defaultdict(list)
    for kind in kinds_for(user):
        taken = channels_for(kind.sort, reachable=ways, chosen=chosen.get(kind.key, {}))
        boxes = [Way(channel, box_name(kind, channel), channel in taken, channel in ways) for channel in Channel]
        rooms[str(kind.room)].append(Row(kind, boxes))
    return [Room(title, rows) for title, rows in rooms.items()]


def box_name(kind: Kind, channel: Channel) -> str:
    """Return the name of the box in the form."""
    return f"{kind.key}:{channel.value}"
