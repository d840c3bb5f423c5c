"""Entries arrive: in any order, some twice, some late. Each is stored once; what is in order is applied."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from certification.assessment.offline import rules
from certification.assessment.offline.models import StrayEntry, Tablet, TabletEntry
from certification.assessment.offline.rules import Entry
from certification.assessment.offline.services.applying import apply_next
from lms.accounts.models import User
from lms.core.errors import DomainError

MOST_ENTRIES = 200
"""In one request; the page sends the rest in the next."""
MOST_RUNS = 2
"""Applied in one request: an answer comes within seconds even when ten tablets come back at once; the page asks again."""
STRAY_LIMIT = 4000
MOST_STRAYS = 500
"""Kept of one tablet: enough to see what happened, too few to fill a disk."""


@dataclass(frozen=True)
class Received:
    """The tablet as it is now, and what was not stored as its next word: `{"sequence", "code"}`."""

    tablet: Tablet
    strays: list[dict[str, Any]]


def take_in(tablet: Tablet, *, sent: Sequence[object], announced: int, actor: User, now: datetime) -> Received:
    """Store what a tablet sends, then apply all that has no gap before it; sending it again changes nothing.

    `announced` is the number of the last entry that the tablet holds. Storing is one transaction, each run of entries
    another, so that a batch of hundreds never holds a lock for long; whatever was not reached is applied by the next
    request. Raises `DomainError` "assessment.not_your_sheet" (403) for anybody but its assessor and
    "assessment.entries_unreadable" (422) for too many at once.
    """
    if tablet.assessor_id != actor.pk:
        raise DomainError("assessment.not_your_sheet", status=403)
    if len(sent) > MOST_ENTRIES or not 0 <= announced <= rules.MOST_SEQUENCE:
        raise DomainError("assessment.entries_unreadable", status=422)
    strays = _store(tablet, sent=sent, announced=announced, actor=actor, now=now)
    for _run in range(MOST_RUNS):
        if not apply_next(tablet, now=now):
            break
    tablet.refresh_from_db()
    return Received(tablet, strays)


@transaction.atomic
def _store(tablet: Tablet, *, sent: Sequence[object], announced: int, actor: User, now: datetime) -> list[dict[str, Any]]:
    """Store readable, rightly signed, new entries; keep the others as strays."""
    locked = Tablet.objects.select_for_update().get(pk=tablet.pk)
    good: dict[int, Entry] = {}
    strays: list[tuple[object, int, str]] = []
    for raw in sent:
        try:
            entry = _checked(raw, tablet=locked)
        except DomainError as error:
            strays.append((raw, _number_of(raw), error.code))
            continue
        if good.setdefault(entry.sequence, entry).signature != entry.signature:
            strays.append((raw, entry.sequence, "assessment.entry_conflict"))
    known = dict(TabletEntry.objects.filter(tablet=locked, sequence__in=good).values_list("sequence", "signature"))
    fresh = [entry for number, entry in good.items() if number not in known]
    for number, entry in good.items():
        if known.get(number, entry.signature) != entry.signature:
            strays.append(({**json.loads(entry.text), "signature": entry.signature}, number, "assessment.entry_conflict"))
    TabletEntry.objects.bulk_create([_row(locked, entry, now) for entry in fresh], batch_size=500)
    _keep_strays(locked, strays, actor=actor, now=now)
    changes: dict[str, Any] = {"last_seen_at": now}
    highest = max([announced, *(entry.sequence for entry in fresh)])
    if highest > locked.announced:
        # Something was written after the page had said that it has finished: it has not.
        changes |= {"announced": highest, "finished_at": None}
    Tablet.objects.filter(pk=locked.pk).update(**changes)
    return [{"sequence": number, "code": code} for _raw, number, code in strays]


def _checked(raw: object, *, tablet: Tablet) -> Entry:
    entry = rules.read_entry(raw)
    if entry.device != str(tablet.pk):
        raise DomainError("assessment.entry_device")
    if not rules.signature_fits(entry, tablet.key):
        raise DomainError("assessment.entry_signature")
    return entry


def _row(tablet: Tablet, entry: Entry, now: datetime) -> TabletEntry:
    return TabletEntry(
        tablet=tablet,
        sequence=entry.sequence,
        kind=entry.kind.value,
        station=entry.station,
        seat=entry.seat,
        line=entry.line,
        value=entry.value,
        told_ms=entry.told_ms,
        previous=entry.previous,
        hash=entry.hash,
        signature=entry.signature,
        received_at=now,
    )


def _keep_strays(tablet: Tablet, strays: Sequence[tuple[object, int, str]], *, actor: User, now: datetime) -> None:
    if not strays:
        return
    rows: dict[str, StrayEntry] = {}
    for raw, _number, code in strays:
        text = json.dumps(raw, sort_keys=True)
        digest = sha256(text.encode()).hexdigest()
        rows[digest] = StrayEntry(
            tablet=tablet, digest=digest, text=text[:STRAY_LIMIT], code=code, sent_by=actor, received_at=now
        )
    known = set(StrayEntry.objects.filter(tablet=tablet, digest__in=rows).values_list("digest", flat=True))
    room = max(0, MOST_STRAYS - StrayEntry.objects.filter(tablet=tablet).count())
    StrayEntry.objects.bulk_create([row for digest, row in rows.items() if digest not in known][:room])


def _number_of(raw: object) -> int:
    number = raw.get("sequence") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 < number <= rules.MOST_SEQUENCE else 0
