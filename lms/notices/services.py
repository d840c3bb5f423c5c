"""Telling people things: the row is the truth, SMS and mail follow after the commit."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from lms.accounts.models import User
from lms.core.errors import DomainError
from lms.notices import tasks
from lms.notices.facts import packed, unpacked
from lms.notices.kinds import Kind, kind_of
from lms.notices.models import Delivery, Notice, NoticeChoice, NoticeSettings
from lms.notices.planning import plan_deliveries
from lms.notices.rules import DEFAULT_QUIET, Channel, DeliveryStatus, Digest, next_digest
from lms.notices.wording import in_language_of
from lms.organisations.models import Organisation

SUBJECT_LIMIT = 120


@transaction.atomic
def tell(user: User, *, subject: str, text: str, url: str = "", now: datetime.datetime) -> Notice:
    """Tell the person something in words of one's own; sending is queued when the surrounding transaction commits.

    What is told again and again has a kind of its own instead (`news`): it follows the reader's language and choice.
    """
    return tell_many([Notice(user=user, subject=str(subject), text=str(text), url=url, created_at=now)])[0]


def news(
    kind: Kind,
    user: User,
    *,
    facts: Mapping[str, Any],
    now: datetime.datetime,
    url: str = "",
    organisation: Organisation | int | None = None,
    once: str = "",
) -> Notice:
    """Return an unsaved notice of this kind for `tell_many`.

    `facts` fill the sentences of the kind: text, numbers, days, moments, lists of them. `organisation` is who tells.
    With `once`, a second notice of the same name to the same person is not made.
    """
    kept = packed(facts)
    with in_language_of(user):
        words = kind.write(unpacked(kept))
    return Notice(
        user=user,
        kind=kind.key,
        facts=kept,
        subject=words.subject[:SUBJECT_LIMIT],
        text=words.text,
        url=url,
        organisation_id=organisation.pk if isinstance(organisation, Organisation) else organisation,
        once=once,
        created_at=now,
    )


@transaction.atomic
def tell_many(notices: Sequence[Notice]) -> list[Notice]:
    """Tell many people at once, and return what was told.

    Six queries however many people, and one task that sends when the surrounding transaction commits.
    """
    fresh = _not_told_yet(notices)
    kept = Notice.objects.bulk_create(fresh)
    if kept:
        Delivery.objects.bulk_create(plan_deliveries(kept))
        transaction.on_commit(partial(tasks.send_notices.enqueue, [notice.pk for notice in kept]))
    return kept


def _not_told_yet(notices: Sequence[Notice]) -> list[Notice]:
    names = {notice.once for notice in notices if notice.once}
    if not names:
        return list(notices)
    told = set(Notice.objects.filter(once__in=names).values_list("user_id", "once"))
    fresh: list[Notice] = []
    for notice in notices:
        if not notice.once or (notice.user_id, notice.once) not in told:
            fresh.append(notice)
            told.add((notice.user_id, notice.once))
    return fresh


@transaction.atomic
def tell_guest(
    kind: Kind,
    phone: str,
    *,
    facts: Mapping[str, Any],
    url: str,
    language: str,
    organisation: Organisation | int,
    once: str,
    now: datetime.datetime,
) -> bool:
    """Tell somebody without an account by SMS, after the commit and never at night; return False if told before.

    `phone` is E.164; `once` names what she is told, and is told once.
    """
    if Delivery.objects.filter(once=once).exists():
        return False
    message = Delivery.objects.create(
        guest={"phone": phone, "language": language, "kind": kind.key, "facts": packed(facts), "url": url},
        channel=Channel.SMS.value,
        once=once,
        told_by_id=organisation.pk if isinstance(organisation, Organisation) else organisation,
        due_at=DEFAULT_QUIET.after(now),
    )
    if message.due_at <= now:
        transaction.on_commit(partial(tasks.send_messages.enqueue, [message.pk]))
    return True


@dataclass(frozen=True)
class Guest:
    """Somebody without an account. `phone` is E.164; `once` names what she is told, and is told once."""

    phone: str
    facts: Mapping[str, Any]
    url: str
    once: str


@transaction.atomic
def tell_guests(
    kind: Kind, guests: Sequence[Guest], *, language: str, organisation: Organisation | int, now: datetime.datetime
) -> int:
    """Tell many people without an account, as `tell_guest` does one; return how many were not told before.

    Two queries however many people, and one task that sends when the surrounding transaction commits.
    """
    told = set(Delivery.objects.filter(once__in={guest.once for guest in guests}).values_list("once", flat=True))
    fresh: dict[str, Guest] = {}
    for guest in guests:
        if guest.once not in told:
            fresh.setdefault(guest.once, guest)
    body = organisation.pk if isinstance(organisation, Organisation) else organisation
    shared = {"language": language, "kind": kind.key}
    due = DEFAULT_QUIET.after(now)
    messages = Delivery.objects.bulk_create(
        Delivery(
            guest={"phone": guest.phone, "facts": packed(guest.facts), "url": guest.url, **shared},
            channel=Channel.SMS.value,
            once=guest.once,
            told_by_id=body,
            due_at=due,
        )
        for guest in fresh.values()
    )
    if messages and due <= now:
        transaction.on_commit(partial(tasks.send_messages.enqueue, [message.pk for message in messages]))
    return len(messages)


# Reading


@transaction.atomic
def mark_read(notice: Notice, *, now: datetime.datetime) -> None:
    """Mark a notice as read; the first moment stays."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)


@transaction.atomic
def mark_all_read(user: User, *, newest: int, now: datetime.datetime) -> int:
    """Mark all notices up to the one with the key `newest` as read: what came after she saw the list stays unread."""
    return Notice.objects.filter(user=user, pk__lte=newest, read_at=None).update(read_at=now)


# Choosing


@transaction.atomic
def save_settings(
    user: User, *, language: str, quiet_from: datetime.time, quiet_until: datetime.time, digest: Digest, now: datetime.datetime
) -> NoticeSettings:
    """Store how the person wants to be told; mails that wait to be gathered follow the new choice."""
    kept, _created = NoticeSettings.objects.update_or_create(
        user=user, defaults={"quiet_from": quiet_from, "quiet_until": quiet_until, "digest": digest.value}
    )
    if language != user.language:
        user.language = language
        user.save(update_fields=["language"])
    waiting = Delivery.objects.filter(user=user, in_digest=True, status=DeliveryStatus.WAITING.value)
    if digest is Digest.NEVER:
        waiting.update(status=DeliveryStatus.NEEDLESS.value)
    elif digest is Digest.AT_ONCE:
        waiting.update(in_digest=False, due_at=now)
    else:
        waiting.update(due_at=next_digest(digest, now))
    return kept


@transaction.atomic
def save_choices(user: User, *, choices: Iterable[tuple[Kind, Channel, bool]], now: datetime.datetime) -> None:
    """Store which kinds come on which way. Raises `DomainError` `notices.binding` (422) for a kind nobody may change."""
    rows = list(choices)
    if any(kind.binding for kind, _channel, _wanted in rows):
        raise DomainError("notices.binding", status=422)
    NoticeChoice.objects.bulk_create(
        [NoticeChoice(user=user, kind=kind.key, channel=channel.value, wanted=wanted) for kind, channel, wanted in rows],
        update_conflicts=True,
        update_fields=["wanted"],
        unique_fields=["user", "kind", "channel"],
    )
    for channel in Channel:
        off = [kind.key for kind, way, wanted in rows if way is channel and not wanted]
        _drop_waiting(user, off, channel)


@transaction.atomic
def stop_mails(user: User, *, kind: str, now: datetime.datetime) -> None:
    """Send no more mails of this kind, or, for an empty `kind`, no more gathered mails.

    Raises `DomainError` `notices.binding` (422) like `save_choices`.
    """
    if kind:
        save_choices(user, choices=[(kind_of(kind), Channel.MAIL, False)], now=now)
        return
    present = NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)
    save_settings(
        user,
        language=user.language,
        quiet_from=present.quiet_from,
        quiet_until=present.quiet_until,
        digest=Digest.NEVER,
        now=now,
    )


def _drop_waiting(user: User, kinds: Sequence[str], channel: Channel) -> None:
    if kinds:
        waiting = Delivery.objects.filter(user=user, channel=channel.value, status=DeliveryStatus.WAITING.value)
        waiting.filter(notice__kind__in=kinds).update(status=DeliveryStatus.NEEDLESS.value)


# Staff


@transaction.atomic
def try_again(delivery: Delivery, *, now: datetime.datetime) -> None:
    """Let the next sweep send again what was given up. Raises `DomainError` `notices.not_failed` when it was not."""
    changed = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.FAILED.value).update(
        status=DeliveryStatus.WAITING.value, tries=0, due_at=now, error=""
    )
    if not changed:
        raise DomainError("notices.not_failed")


__all__ = [
    "in_language_of",
    "mark_all_read",
    "mark_read",
    "news",
    "save_choices",
    "save_settings",
    "stop_mails",
    "tell",
    "tell_guest",
    "tell_many",
    "try_again",
]
