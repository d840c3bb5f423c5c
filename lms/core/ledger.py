"""The hash-chained ledger: each act with legal effect, in order, so that none can be altered unseen.

An entry's hash covers its sequence number, moment, kind, subject, actor, facts and the hash before it,
as canonical JSON (sorted keys, no spaces, UTF-8). Facts never hold names or personal numbers.

The chain alone cannot tell when its end was cut off together with the head row, or when somebody sealed
everything anew from one entry on. Rooms that publish what an entry's hash was register that as anchors,
and `verify` compares them (decision 13).
"""

import datetime
import hashlib
import heapq
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.dispatch import Signal

from lms.core.models import LedgerEntry, LedgerHead

GENESIS = "0" * 64
READ_AT_ONCE = 2000
"""How many entries lie in memory while the chain is read."""

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

entries_appended = Signal()
"""Sent inside the act's transaction, after its entries are written, with `entries`: a list of `LedgerEntry`."""


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
    return hashlib.sha256(_canonical(sealed).encode()).hexdigest()


def subject_of(thing: models.Model | str) -> str:
    """Return the name under which a row stands in the ledger: `"certificates.certificate:12"`."""
    if isinstance(thing, str):
        return thing
    return f"{thing._meta.label_lower}:{thing.pk}"


@dataclass(frozen=True)
class NewEntry:
    """One act to be written by `append_many`. `facts` must be JSON."""

    kind: str
    subject: models.Model | str
    actor: models.Model | None
    facts: dict[str, Any] = field(default_factory=dict)


def append(
    kind: str, *, subject: models.Model | str, actor: models.Model | None, now: datetime.datetime, **facts: Any
) -> LedgerEntry:
    """Add an entry to the chain, inside the caller's transaction.

    The head row is locked until that transaction ends, so entries are strictly ordered and a
    rolled-back act leaves none. `facts` must be JSON. Raises `RuntimeError` outside a transaction and
    `ValueError` for a number that a database would not give back as it was.
    """
    return append_many([NewEntry(kind, subject, actor, facts)], now=now)[0]


def append_many(entries: Iterable[NewEntry], *, now: datetime.datetime) -> list[LedgerEntry]:
    """Add entries to the chain in this order, with the same hashes as one `append` after the other.

    One lock and one bulk insert, inside the caller's transaction; an empty list does nothing. Raises as `append` does.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A ledger entry belongs into the transaction of the act that it records.")
    # All that can go wrong with the values goes wrong before anybody has to wait for the head.
    prepared = [
        (entry.kind, subject_of(entry.subject), entry.actor.pk if entry.actor is not None else None, _kept(entry.facts))
        for entry in entries
    ]
    if not prepared:
        return []
    head = _locked_head()
    sequence, previous = head.sequence, head.hash
    written = []
    for kind, name, actor_id, facts in prepared:
        sequence += 1
        sealed = entry_hash(
            sequence=sequence, at=now, kind=kind, subject=name, actor_id=actor_id, facts=facts, previous_hash=previous
        )
        written.append(
            LedgerEntry(
                sequence=sequence,
                at=now,
                kind=kind,
                subject=name,
                actor_id=actor_id,
                facts=facts,
                previous_hash=previous,
                hash=sealed,
            )
        )
        previous = sealed
    LedgerEntry.objects.bulk_create(written, batch_size=1000)
    LedgerHead.objects.filter(pk=1).update(sequence=sequence, hash=previous)
    entries_appended.send(sender=LedgerEntry, entries=written)
    return written


def _locked_head() -> LedgerHead:
    head = LedgerHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        LedgerHead.objects.get_or_create(pk=1)
        head = LedgerHead.objects.select_for_update().get(pk=1)
    return head


def _kept(facts: dict[str, Any]) -> Any:
    """Return the facts as the database will give them back: tuples become lists.

    PostgreSQL keeps numbers in decimal, so 1e16 comes back whole and -0.0 as 0.0, and the hash would not fit any more.
    """
    return json.loads(_canonical(facts), parse_float=_checked_float)


def _checked_float(text: str) -> float:
    number = float(text)
    if "e" in text or (number == 0 and math.copysign(1, number) < 0):
        raise ValueError(f"The ledger cannot keep the number {text}; write it as text.")
    return number


def entries_about(thing: models.Model | str) -> models.QuerySet[LedgerEntry]:
    """Return what happened to a row, in order."""
    return LedgerEntry.objects.filter(subject=subject_of(thing)).order_by("sequence")


@dataclass(frozen=True)
class Anchor:
    """What somebody else has on record about the hash of the entry `sequence`. `flaw`: why that record counts for nothing."""

    sequence: int
    hash: str
    source: str
    flaw: str = ""


AnchorSource = Callable[[], Iterator[Anchor]]
_anchor_sources: list[AnchorSource] = []


def register_anchors(source: AnchorSource) -> None:
    """Have `verify` ask `source` as well: it yields anchors by rising sequence, and may read while the chain is read."""
    if source not in _anchor_sources:
        _anchor_sources.append(source)


@dataclass(frozen=True)
class LedgerReport:
    """What a check of the chain found. `first_wrong` is the sequence number of the first bad entry."""

    ok: bool
    entries: int
    head: str
    first_wrong: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class _Row:
    sequence: int
    at: datetime.datetime
    kind: str
    subject: str
    actor_id: int | None
    facts: Any
    previous_hash: str
    hash: str

    def sealed_as(self, sequence: int) -> bool:
        """Tell whether the row's own hash fits its values at this place in the chain."""
        return (
            entry_hash(
                sequence=sequence,
                at=self.at,
                kind=self.kind,
                subject=self.subject,
                actor_id=self.actor_id,
                facts=self.facts,
                previous_hash=self.previous_hash,
            )
            == self.hash
        )


class _Wrong(Exception):
    def __init__(self, sequence: int, reason: str) -> None:
        super().__init__(reason)
        self.sequence = sequence
        self.reason = reason


def verify(*, anchors: Iterable[AnchorSource] | None = None) -> LedgerReport:
    """Read the whole chain and tell the first entry that was altered, removed or put in. Constant memory.

    Entries that are appended meanwhile are checked too. `anchors` are the registered ones if not given.
    """
    sources = _anchor_sources if anchors is None else anchors
    check = _Check(heapq.merge(*(source() for source in sources), key=lambda anchor: anchor.sequence))
    try:
        check.run()
    except _Wrong as wrong:
        return LedgerReport(False, check.count, check.previous, wrong.sequence, wrong.reason)
    return LedgerReport(True, check.count, check.previous)


class _Check:
    """One walk along the chain; `count` entries hold so far and `previous` is the hash of the last of them."""

    def __init__(self, anchors: Iterator[Anchor]) -> None:
        self.count = 0
        self.previous = GENESIS
        self._anchors = anchors
        self._anchor = next(anchors, None)

    def run(self) -> None:
        # The head is read first: whoever appends while we read moves it, and must not look like a forger.
        head = LedgerHead.objects.filter(pk=1).first()
        while True:
            self._walk(up_to=head.sequence if head else 0)
            if head is not None and head.hash != self.previous:
                raise _Wrong(self.count, "altered, or the head row was")
            surplus = LedgerEntry.objects.filter(sequence__gt=self.count).order_by("sequence").first()
            if surplus is None:
                break
            moved = LedgerHead.objects.filter(pk=1).first()
            if moved is None:
                raise _Wrong(surplus.sequence, "head missing")
            if head is not None and moved.sequence <= head.sequence:
                raise _Wrong(surplus.sequence, "put in after the last entry")
            head = moved
        if self._anchor is not None:
            self._compare_anchors_after_the_end()

    def _walk(self, *, up_to: int) -> None:
        rows = LedgerEntry.objects.filter(sequence__lte=up_to)
        if self.count:
            rows = rows.filter(sequence__gt=self.count)
        fields = ("sequence", "at", "kind", "subject", "actor_id", "facts", "previous_hash", "hash")
        for values in rows.order_by("sequence").values_list(*fields).iterator(chunk_size=READ_AT_ONCE):
            self._step(_Row(*values))
        if self.count < up_to:
            raise _Wrong(self.count + 1, "entries missing at the end")

    def _step(self, row: _Row) -> None:
        expected = self.count + 1
        if row.sequence < expected:
            raise _Wrong(row.sequence, "put in before the first entry")
        if row.sequence > expected:
            raise _Wrong(expected, "missing")
        if row.previous_hash != self.previous:
            raise self._broken_link(row)
        if not row.sealed_as(row.sequence):
            raise _Wrong(row.sequence, "altered")
        self.count, self.previous = row.sequence, row.hash
        while self._anchor is not None and self._anchor.sequence <= self.count:
            self._compare_anchor(self._anchor)
            self._anchor = next(self._anchors, None)

    def _broken_link(self, row: _Row) -> _Wrong:
        """Tell which entry is to blame when this one does not follow on the one before it."""
        last = LedgerEntry.objects.filter(hash=row.previous_hash, sequence__lt=self.count).order_by("sequence").first()
        if last is not None or (row.previous_hash == GENESIS and self.count):
            # It follows on an earlier one: what lies between was put in and the rest moved up.
            return _Wrong(last.sequence + 1 if last is not None else 1, "put in")
        if self.count and row.sealed_as(row.sequence):
            # It holds in itself and at its place, so the one before it had another hash once.
            return _Wrong(self.count, "altered")
        if any(row.sealed_as(row.sequence + moved) for moved in (1, 2, 3)):
            return _Wrong(row.sequence, "missing")
        return _Wrong(row.sequence, "chain broken")

    def _compare_anchor(self, anchor: Anchor) -> None:
        if anchor.flaw:
            raise _Wrong(anchor.sequence, f"{anchor.source} {anchor.flaw}")
        if anchor.sequence and (anchor.sequence, anchor.hash) != (self.count, self.previous):
            raise _Wrong(anchor.sequence, f"not the entry that {anchor.source} recorded")

    def _compare_anchors_after_the_end(self) -> None:
        anchor = self._anchor
        if anchor is None:
            return
        # An act that was written, and anchored, since the last look at the table is no loss.
        if LedgerEntry.objects.filter(sequence=anchor.sequence, hash=anchor.hash).exists() and not anchor.flaw:
            return
        if anchor.flaw:
            raise _Wrong(anchor.sequence, f"{anchor.source} {anchor.flaw}")
        raise _Wrong(self.count + 1, f"missing, though {anchor.source} recorded entries up to {anchor.sequence}")
