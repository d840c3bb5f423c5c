"""Do the sheets say what the ledger recorded? The chain proves its own entries; this lays each signed row beside its act.

`verify_ledger` asks it as an anchor: a sheet that was altered, signed or taken away past the services is named there.
Reads only; memory does not grow with the number of sheets.
"""

from collections.abc import Iterator

from certification.panels.models import DefenceSheet, ReviewAbsence, ReviewSetup
from certification.panels.services.sheets import sheet_fingerprint, total_of
from lms.core.ledger import Anchor, subject_of
from lms.core.models import LedgerEntry

READ_AT_ONCE = 500
SIGNED = "panels.sheet_signed"
ABSENT = "panels.absence_signed"


def anchors() -> Iterator[Anchor]:
    """Yield, by rising sequence, each act whose row says something else now; rows without an act come first, as entry 0."""
    yield from _rows_without_an_act()
    acts = LedgerEntry.objects.filter(kind__in=(SIGNED, ABSENT)).order_by("sequence")
    after = 0
    while entries := list(acts.filter(sequence__gt=after)[:READ_AT_ONCE]):
        after = entries[-1].sequence
        sheets = _sheets({_key(entry) for entry in entries if entry.kind == SIGNED})
        absences = ReviewAbsence.objects.filter(seat__in={_key(entry) for entry in entries if entry.kind == ABSENT})
        absent = {row.seat_id: row for row in absences}
        for entry in entries:
            if entry.kind == SIGNED:
                source, flaw = f"defence sheet {_key(entry)}", _flaw_of_sheet(sheets.get(_key(entry)), entry)
            else:
                source, flaw = f"absence from the review, seat {_key(entry)}", _flaw_of_absence(absent.get(_key(entry)), entry)
            if flaw:
                yield Anchor(entry.sequence, entry.hash, source, flaw)


def _key(entry: LedgerEntry) -> int:
    return int(entry.subject.rpartition(":")[2])


def _sheets(keys: set[int]) -> dict[int, DefenceSheet]:
    rows = DefenceSheet.objects.filter(pk__in=keys).select_related("defence__panel__plan__review")
    return {row.pk: row for row in rows}


def _flaw_of_sheet(sheet: DefenceSheet | None, entry: LedgerEntry) -> str:
    if sheet is None:
        return "is gone, though it was signed"
    setup: ReviewSetup = sheet.defence.panel.plan.review
    signed = sheet.is_signed and sheet.signed_at is not None and sheet.content_sha256 == entry.facts["content_sha256"]
    if not signed or sheet.total != total_of(sheet.scores):
        return "was changed after it was signed"
    assert sheet.signed_at is not None
    if sheet_fingerprint(sheet, setup.lines, signed_at=sheet.signed_at) != sheet.content_sha256:
        return "was changed after it was signed"
    return ""


def _flaw_of_absence(absence: ReviewAbsence | None, entry: LedgerEntry) -> str:
    if absence is None:
        return "is gone, though two people signed it"
    kept = absence.counts and absence.confirmed_by_id == entry.actor_id and absence.reason == entry.facts["reason"]
    return "" if kept else "was changed after two people signed it"


def _rows_without_an_act() -> Iterator[Anchor]:
    last = 0
    signed = DefenceSheet.objects.filter(signed_at__isnull=False).order_by("pk")
    while rows := list(signed.filter(pk__gt=last)[:READ_AT_ONCE]):
        last = rows[-1].pk
        subjects = {subject_of(row): row.pk for row in rows}
        known = LedgerEntry.objects.filter(kind=SIGNED, subject__in=subjects).values_list("subject", flat=True)
        for subject in sorted(subjects.keys() - set(known), key=lambda name: subjects[name]):
            yield Anchor(0, "", f"defence sheet {subjects[subject]}", "is signed, though nobody's act signed it")
