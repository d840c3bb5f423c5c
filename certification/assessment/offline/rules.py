"""How a tablet's entries are signed, chained and ordered. Pure: knows no framework and never asks for the time.

An entry is sealed twice. Its hash (SHA-256 over canonical JSON, the hash before it included) makes a chain that anybody
can check; its signature (HMAC-SHA256 over the same text under the tablet's own key) says which tablet wrote it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Protocol, TypeVar

from certification.assessment.rules import plain
from lms.core.errors import DomainError
from lms.core.texts import UNWRITABLE

GENESIS = "0" * 64
MOST_SEQUENCE = 1_000_000
MOST_KEY = 2**62
MOST_MOMENT = 2**53
VALUE_LIMIT = 12_000
"""A signature holds the whole sheet: its points, its fatal acts and a note of 2,000 characters."""
ASKED_EVERY = timedelta(seconds=20)
PRESENT_LIMIT = timedelta(minutes=3)
"""A page that reports every 20 seconds counts as present for this long: browsers let hidden pages report once a minute."""


class Kind(StrEnum):
    """What an entry does to the sheet of one candidate at one station."""

    POINT = "point"
    DEDUCTION = "deduction"
    """How often each deduction of a line was counted, as JSON; its points follow."""
    FATAL = "fatal"
    NOTE = "note"
    SIGN = "sign"


class Result(StrEnum):
    """What became of an entry. One without a result waits for an earlier one that has not arrived."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    REFUSED = "refused"


@dataclass(frozen=True)
class Entry:
    """One tap, as the tablet wrote and signed it. `told_ms` is the tablet's own clock."""

    device: str
    sequence: int
    told_ms: int
    kind: Kind
    station: int
    seat: int
    line: int
    value: str
    previous: str
    signature: str

    @property
    def text(self) -> str:
        return canonical(self)

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def canonical(entry: Entry) -> str:
    """Return what is hashed and signed: sorted keys, no spaces, nothing escaped that need not be."""
    content = {
        "at": entry.told_ms,
        "device": entry.device,
        "kind": entry.kind.value,
        "line": entry.line,
        "previous": entry.previous,
        "seat": entry.seat,
        "sequence": entry.sequence,
        "station": entry.station,
        "value": entry.value,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signature_of(entry: Entry, key: bytes) -> str:
    """Return the HMAC-SHA256 (64 hex) of the entry under a tablet's key."""
    return hmac.new(key, entry.text.encode(), hashlib.sha256).hexdigest()


def signature_fits(entry: Entry, key: bytes) -> bool:
    return hmac.compare_digest(signature_of(entry, key), entry.signature)


def read_entry(raw: object) -> Entry:
    """Return an entry read from JSON. Raises `DomainError` "assessment.entry_unreadable" (422)."""
    if not isinstance(raw, Mapping):
        raise DomainError("assessment.entry_unreadable", status=422)
    try:
        entry = Entry(
            device=_text(raw["device"], most=36),
            sequence=_whole(raw["sequence"], least=1, most=MOST_SEQUENCE),
            told_ms=_whole(raw["at"], least=0, most=MOST_MOMENT),
            kind=Kind(_text(raw["kind"], most=12)),
            station=_whole(raw["station"], least=1, most=MOST_KEY),
            seat=_whole(raw["seat"], least=1, most=MOST_KEY),
            line=_whole(raw["line"], least=0, most=MOST_KEY),
            value=_text(raw["value"], most=VALUE_LIMIT),
            previous=_hex(raw["previous"]),
            signature=_hex(raw["signature"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise DomainError("assessment.entry_unreadable", status=422) from error
    return entry


def _whole(value: object, *, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(value)
    return value


def _text(value: object, *, most: int) -> str:
    if not isinstance(value, str) or len(value) > most or UNWRITABLE.search(value):
        raise ValueError(value)
    return value


def _hex(value: object) -> str:
    if not isinstance(value, str) or len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise ValueError(value)
    return value


# --- order --------------------------------------------------------------------------------------


class InOrder(Protocol):
    @property
    def sequence(self) -> int: ...

    @property
    def kind(self) -> str: ...

    @property
    def station(self) -> int: ...

    @property
    def seat(self) -> int: ...


Row = TypeVar("Row", bound=InOrder)


def next_run(rows: Iterable[Row], *, after: int) -> list[Row]:
    """Return the rows that may be applied together now: without a gap from `after` on.

    A run ends where something follows on a sheet that is signed within it, so that the signatures of a run may be
    written last, in their order, whatever else was written between them.
    """
    run: list[Row] = []
    signed: set[tuple[int, int]] = set()
    for row in sorted(rows, key=lambda row: row.sequence):
        place = (row.station, row.seat)
        if row.sequence != after + 1 + len(run) or place in signed:
            break
        run.append(row)
        if row.kind == Kind.SIGN:
            signed.add(place)
    return run


def slot(*, kind: str, station: int, seat: int, line: int) -> tuple[str, int, int, int]:
    """Return what an entry writes on; of several entries for one slot the last good one counts.

    Points and deductions of a line take each other's place.
    """
    place = Kind.POINT.value if kind == Kind.DEDUCTION else kind
    return (place, station, seat, 0 if kind == Kind.NOTE else line)


def gaps(stored: Iterable[int], *, after: int) -> list[int]:
    """Return the sequences above `after` that are stored and wait for an earlier one."""
    return sorted(sequence for sequence in stored if sequence > after)


# --- what was signed ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Content:
    """A sheet as it is signed: points and counted deductions by line, fatal acts, note."""

    scores: Mapping[str, str]
    deductions: Mapping[str, Mapping[str, int]]
    fatal: Sequence[str]
    note: str

    @property
    def text(self) -> str:
        """Points without superfluous zeros, deductions that were not counted left out; canonical JSON."""
        counted = {line: {n: times for n, times in faults.items() if times} for line, faults in self.deductions.items()}
        content = {
            "deductions": {line: faults for line, faults in counted.items() if faults},
            "fatal": sorted(self.fatal),
            "note": self.note.strip(),
            "scores": {line: plain(Decimal(points)) for line, points in self.scores.items()},
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def saw_the_same(seen: str, here: Content) -> bool:
    """Tell whether the content that was on the tablet when it was signed is what the server has."""
    try:
        told = json.loads(seen)
        theirs = Content(
            scores=_texts(told["scores"]),
            deductions=told.get("deductions", {}),
            fatal=[str(act) for act in told["fatal"]],
            note=str(told["note"]),
        )
        return theirs.text == here.text
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation, RecursionError):
        return False


def read_counts(value: str) -> dict[str, object] | None:
    """Return which deductions were counted how often; None for anything that is not such a table."""
    try:
        counted = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return counted if isinstance(counted, dict) else None


def _texts(scores: Mapping[str, object]) -> dict[str, str]:
    return {str(line): str(points) for line, points in scores.items()}


# --- tablets ------------------------------------------------------------------------------------


class TabletState(StrEnum):
    """What the server knows of a tablet's entries."""

    NEW = "new"
    """The key was handed out, but the page has never reported: nothing can have been written on it."""
    WAITING = "waiting"
    """It has announced entries that have not arrived, or that wait for an earlier one."""
    PRESENT = "present"
    """All that it announced has arrived, and it reported a moment ago; it may write more."""
    UNKNOWN = "unknown"
    """It has gone silent without saying that it has finished: what it holds nobody knows."""
    FINISHED = "finished"
    """All has arrived and the page has locked itself."""
    RELEASED = "released"
    """Two people have given it up; the paper record counts."""


BLOCKING = frozenset({TabletState.WAITING, TabletState.PRESENT, TabletState.UNKNOWN})
"""A page that could still write must say that it has finished before the assessment is closed."""


def tablet_state(
    *, arrived: int, announced: int, finished: bool, released: bool, last_seen: datetime | None, now: datetime
) -> TabletState:
    """Return the state of a tablet. `arrived` is the last entry up to which nothing is missing."""
    if released:
        return TabletState.RELEASED
    if last_seen is None:
        return TabletState.NEW
    if announced > arrived:
        return TabletState.WAITING
    if finished:
        return TabletState.FINISHED
    return TabletState.PRESENT if now - last_seen <= PRESENT_LIMIT else TabletState.UNKNOWN
