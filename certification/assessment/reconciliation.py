"""Does every signed sheet still say what was signed? Its fingerprint is computed anew and laid beside the ledger's."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model, QuerySet

from certification.assessment import rules
from certification.assessment.models import ArbitrationSheet, ScorePoint, ScoreSheet, SecondSignature
from certification.assessment.rules import SheetStatus
from certification.assessment.sealing import answer_fingerprint, arbitration_fingerprint, sheet_fingerprint
from lms.core.ledger import subject_of
from lms.core.models import LedgerEntry
from lms.core.reconciliation import Disagreement

READ_AT_ONCE = 500
Lines = Mapping[int, Sequence[ScorePoint]]
Check = Callable[[Any, Lines], str]


def disagreements() -> Iterator[Disagreement]:
    """Yield each signed sheet, arbitration or answer that was changed or is gone, in constant memory."""
    sheets = ScoreSheet.objects.select_related("station")
    yield from _compare(sheets, "assessment.sheet_signed", _sheet)
    arbitrated = ArbitrationSheet.objects.select_related("arbitration__station")
    yield from _compare(arbitrated, "assessment.arbitration_signed", _arbitration)
    yield from _compare(SecondSignature.objects.all(), "assessment.second_signature_answered", _answer)


def _compare(rows: QuerySet[Any], kind: str, fingerprint: Check) -> Iterator[Disagreement]:
    """Yield the rows that differ from their entry, then the entries of which no row is left."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:READ_AT_ONCE]):
        last = batch[-1].pk
        suspects = [row.pk for row, _reason in _wrong(batch, kind, fingerprint)]
        # Looked at twice: who signs between the two reads is no forger.
        for row, reason in _wrong(list(rows.filter(pk__in=suspects).order_by("pk")), kind, fingerprint):
            yield Disagreement(subject_of(row), reason)
    after = 0
    acts = LedgerEntry.objects.filter(kind=kind).order_by("sequence")
    while entries_left := list(acts.filter(sequence__gt=after).values_list("sequence", "subject")[:READ_AT_ONCE]):
        after = entries_left[-1][0]
        keys = {int(subject.rpartition(":")[2]): subject for _sequence, subject in entries_left}
        there = set(rows.model._default_manager.filter(pk__in=keys).values_list("pk", flat=True))
        for key in sorted(keys.keys() - there):
            yield Disagreement(keys[key], "it was signed and the row is gone")


def _wrong(batch: Sequence[Any], kind: str, fingerprint: Check) -> list[tuple[Any, str]]:
    entries = LedgerEntry.objects.filter(kind=kind, subject__in=[subject_of(row) for row in batch])
    sealed = {entry.subject: entry.facts.get("content_sha256", "") for entry in entries.order_by("sequence")}
    lines = _lines_of(batch)
    found = [(row, _difference(row, sealed.get(subject_of(row)), fingerprint, lines)) for row in batch]
    return [(row, reason) for row, reason in found if reason]


def _lines_of(batch: Sequence[Model]) -> Lines:
    """Return the lines of the stations that the sheets are about, in order."""
    stations = {station for row in batch if (station := _station_of(row)) is not None}
    lines: dict[int, list[ScorePoint]] = defaultdict(list)
    for point in ScorePoint.objects.filter(station__in=stations).order_by("order"):
        lines[point.station_id].append(point)
    return lines


def _station_of(row: Model) -> int | None:
    if isinstance(row, ScoreSheet):
        return row.station_id
    return row.arbitration.station_id if isinstance(row, ArbitrationSheet) else None


def _difference(row: Any, recorded: str | None, fingerprint: Check, lines: Lines) -> str:
    """Return in what the row differs from what the ledger recorded, "" when in nothing."""
    signed = _is_signed(row)
    if recorded is None:
        return "it is signed and the ledger records no signature" if signed else ""
    if not signed:
        return "the ledger records a signature, and the row has none"
    if row.content_sha256 != recorded:
        return "another fingerprint than the ledger recorded"
    try:
        if fingerprint(row, lines) != recorded:
            return "its content was changed after it was signed"
        if hasattr(row, "total") and row.total != rules.sheet_total(row.scores):
            return "its total is not the sum of its points"
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return "its content was changed after it was signed and cannot be read any more"
    return ""


def _is_signed(row: Any) -> bool:
    if isinstance(row, ScoreSheet):
        return row.status == SheetStatus.SIGNED
    return not isinstance(row, SecondSignature) or row.answered_at is not None


def _done(row: ScoreSheet | ArbitrationSheet, lines: Sequence[ScorePoint]) -> list[ScorePoint]:
    """Return the lines the sheet was about: those with points, and the fatal acts of the items it holds points for."""
    items = {line.item_id for line in lines if str(line.pk) in row.scores}
    return [line for line in lines if line.item_id in items]


def _sheet(row: ScoreSheet, lines: Lines) -> str:
    if row.signed_at is None:
        return ""
    return sheet_fingerprint(row, _done(row, lines[row.station_id]), signed_at=row.signed_at)


def _arbitration(row: ArbitrationSheet, lines: Lines) -> str:
    return arbitration_fingerprint(row, _done(row, lines[row.arbitration.station_id]))


def _answer(row: SecondSignature, _lines: Lines) -> str:
    if row.answered_at is None:
        return ""
    return answer_fingerprint(row, seen=bool(row.seen), note=row.note, answered_at=row.answered_at)
