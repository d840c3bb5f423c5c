"""The hash-chained ledger: each act with legal effect, in order, so that none can be altered unseen.

An entry's hash covers its sequence number, moment, kind, subject, actor, facts and the hash before it,
as canonical JSON (sorted keys, no spaces, UTF-8). Facts never hold names or personal numbers.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from lms.core.models import LedgerEntry, LedgerHead

GENESIS = "0" * 64


def entry_hash(
    *, sequence: int, at: datetime.datetime, kind: str, subject: str, actor_id: int | None, facts: Any, previous_hash: str
) -> str:
    """Return the SHA-256 (64 hex) that seals these values."""
    sealed = {
        "sequence": sequence,
        "at": at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "kind": kind,
        "subject": subject,
        "actor": actor_id,
        "facts": facts,
        "previous": previous_hash,
    }
    text = json.dumps(sealed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def subject_of(thing: models.Model | str) -> str:
    """Return the name under which a row stands in the ledger: `"certificates.certificate:12"`."""
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.label_lower}:{thing.pk}"


def append(
    kind: str, *, subject: models.Model | str, actor: models.Model | None, now: datetime.datetime, **facts: Any
) -> LedgerEntry:
    """Add an entry to the chain, inside the caller's transaction.

    The head row is locked until that transaction ends, so entries are strictly ordered and a
    rolled-back act leaves none. `facts` must be JSON. Raises `RuntimeError` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A ledger entry belongs into the transaction of the act that it records.")
    LedgerHead.objects.get_or_create(pk=1)
    head = LedgerHead.objects.select_for_update().get(pk=1)
    # Round-trip once, so that the hash is over what the database gives back (tuples become lists).
    facts = json.loads(json.dumps(facts, ensure_ascii=False))
    sequence = head.sequence + 1
    actor_id = actor.pk if actor is not None else None
    name = subject_of(subject)
    sealed = entry_hash(
        sequence=sequence, at=now, kind=kind, subject=name, actor_id=actor_id, facts=facts, previous_hash=head.hash
    )
    entry = LedgerEntry(
        sequence=sequence, at=now, kind=kind, subject=name, actor_id=actor_id, facts=facts, previous_hash=head.hash, hash=sealed
    )
    entry.save(force_insert=True)
    LedgerHead.objects.filter(pk=1).update(sequence=sequence, hash=sealed)
    return entry


def entries_about(thing: models.Model | str) -> models.QuerySet[LedgerEntry]:
    """Return what happened to a row, in order."""
    return LedgerEntry.objects.filter(subject=subject_of(thing)).order_by("sequence")


@dataclass(frozen=True)
class LedgerReport:
    """What a check of the chain found. `first_wrong` is the sequence number of the first bad entry."""

    ok: bool
    entries: int
    head: str
    first_wrong: int | None = None
    reason: str = ""


def verify() -> LedgerReport:
    """Read the whole chain and tell the first entry that was altered, removed or put in. Constant memory."""
    previous, expected, count = GENESIS, 1, 0
    for entry in LedgerEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            return LedgerReport(False, count, previous, expected, "missing")
        if entry.previous_hash != previous:
            return LedgerReport(False, count, previous, entry.sequence, "chain broken")
        sealed = entry_hash(
            sequence=entry.sequence,
            at=entry.at,
            kind=entry.kind,
            subject=entry.subject,
            actor_id=entry.actor_id,
            facts=entry.facts,
            previous_hash=entry.previous_hash,
        )
        if sealed != entry.hash:
            return LedgerReport(False, count, previous, entry.sequence, "altered")
        previous, expected, count = entry.hash, expected + 1, count + 1
    head = LedgerHead.objects.filter(pk=1).first()
    if head is not None and (head.sequence, head.hash) != (count, previous):
        return LedgerReport(False, count, previous, expected, "entries missing at the end")
    if head is None and count:
        return LedgerReport(False, count, previous, expected, "head missing")
    return LedgerReport(True, count, previous)
