"""Does every sealed archive still say what was sealed, and are its files still the ones? Read only, in constant memory."""

import hashlib
from collections.abc import Iterator
from typing import Any

from certification.archives.models import Archive
from certification.archives.rules import Kept, Status
from lms.core import store
from lms.core.errors import DomainError
from lms.core.ledger import subject_of
from lms.core.models import LedgerEntry
from lms.core.reconciliation import Disagreement

READ_AT_ONCE = 200
SEALED, PACKED = "archives.sealed", "archives.packed"


def disagreements() -> Iterator[Disagreement]:
    """Yield each sealed archive that was changed, whose file is gone or another, or of which the ledger knows nothing."""
    last = 0
    while batch := list(Archive.objects.filter(pk__gt=last).order_by("pk")[:READ_AT_ONCE]):
        last = batch[-1].pk
        recorded = _recorded([subject_of(row) for row in batch])
        for row in batch:
            if reason := _difference(row, recorded.get(subject_of(row), {})):
                yield Disagreement(subject_of(row), reason)
    after = 0
    acts = LedgerEntry.objects.filter(kind=SEALED).order_by("sequence")
    while entries := list(acts.filter(sequence__gt=after).values_list("sequence", "subject")[:READ_AT_ONCE]):
        after = entries[-1][0]
        keys = {int(subject.rpartition(":")[2]): subject for _sequence, subject in entries}
        there = set(Archive.objects.filter(pk__in=keys).values_list("pk", flat=True))
        for key in sorted(keys.keys() - there):
            yield Disagreement(keys[key], "it was sealed and the row is gone")


def _recorded(subjects: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    entries = LedgerEntry.objects.filter(kind__in=[SEALED, PACKED], subject__in=subjects).order_by("sequence")
    for entry in entries:
        found.setdefault(entry.subject, {}).setdefault(entry.kind, entry)
    return found


def _difference(row: Archive, entries: dict[str, Any]) -> str:
    """Return in what the row or a file of it differs from what the ledger recorded, "" when in nothing."""
    sealed, packed = entries.get(SEALED), entries.get(PACKED)
    if row.state is not Status.SEALED:
        return "the ledger records a seal, and the row has none" if sealed else ""
    if sealed is None or packed is None:
        return "it is sealed and the ledger records no seal"
    facts = sealed.facts
    if row.seal_sha256 != facts["seal_sha256"] or row.index_sha256 != facts["index_sha256"]:
        return "another seal than the ledger recorded"
    if row.package_sha256 != packed.facts["package_sha256"]:
        return "another package than the ledger recorded"
    if row.sealed_by_id != sealed.actor_id or row.sealed_at != sealed.at:
        return "another person or moment of sealing than the ledger recorded"
    days = {kept.value: getattr(row, f"{kept.value}_until").isoformat() for kept in Kept}
    if days != facts["kept_until"]:
        return "another end of the retention than the ledger recorded"
    volumes = {str(volume.number): volume.sha256 for volume in row.volumes.filter(turn=row.turn)}
    if volumes != facts["volumes"]:
        return "other volumes than the ledger recorded"
    files = {**{f"volume {number}": sha256 for number, sha256 in volumes.items()}, "the package": row.package_sha256}
    for name, sha256 in files.items():
        if flaw := _flaw_of_file(sha256):
            return f"{name} {flaw}"
    return ""


def _flaw_of_file(sha256: str) -> str:
    whole = hashlib.sha256()
    try:
        with store.open_file(sha256) as file:
            while piece := file.read(1 << 20):
                whole.update(piece)
    except DomainError:
        return "is gone from the store"
    return "" if whole.hexdigest() == sha256 else "was changed in the store"
