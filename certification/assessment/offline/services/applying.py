"""Entries in order become points, notes and signatures, through the same services as those of the online sheet."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from certification.assessment.models import ScoreSheet, Station
from certification.assessment.offline import rules
from certification.assessment.offline.models import EntryOutcome, Tablet, TabletEntry, TabletRelease
from certification.assessment.offline.rules import Kind, Result
from certification.assessment.services.sheets import annotate_sheet, open_sheet, score_point, sign_sheet
from certification.plans.models import Seat
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError

RUN = 100
"""How many entries one transaction applies at most."""
HOLDING = frozenset({"assessment.room_not_ready", "assessment.options_not_drawn"})
"""Not the entry's fault, and the officer can put it right: entries wait for it instead of being refused."""


class _Hold(Exception):
    pass


def apply_next(tablet: Tablet, *, now: datetime) -> bool:
    """Apply the next run of entries that has no gap before it; return whether there was one.

    Each entry gets exactly one outcome. Of several for one line the last good one is written, the earlier ones are
    superseded; what a service refuses is refused with its code and stays as evidence.
    """
    try:
        return _apply_run(tablet, now=now)
    except _Hold:
        return False


@transaction.atomic
def _apply_run(tablet: Tablet, *, now: datetime) -> bool:
    locked = Tablet.objects.select_for_update(of=("self",)).select_related("plan", "assessor").get(pk=tablet.pk)
    rows = TabletEntry.objects.filter(tablet=locked, sequence__gt=locked.arrived).order_by("sequence")[:RUN]
    run = rules.next_run(rows, after=locked.arrived)
    if not run:
        return False
    outcomes = _outcomes(_Desk(locked, now=now), run)
    EntryOutcome.objects.bulk_create([outcomes[row.sequence] for row in run])
    Tablet.objects.filter(pk=locked.pk).update(arrived=run[-1].sequence, head=run[-1].hash)
    return True


@dataclass
class _Desk:
    """The sheets of one run, each looked up once."""

    tablet: Tablet
    now: datetime
    released: bool = False
    sheets: dict[tuple[int, int], ScoreSheet] = field(default_factory=dict)
    refusals: dict[tuple[int, int], DomainError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.released = TabletRelease.objects.filter(tablet=self.tablet, confirmed_at__isnull=False).exists()

    @property
    def assessor(self) -> User:
        return self.tablet.assessor

    def sheet(self, row: TabletEntry) -> ScoreSheet:
        """Return the assessor's own sheet for the entry's candidate and station, opened where it is the first."""
        place = (row.station, row.seat)
        if place in self.refusals:
            raise self.refusals[place]
        if place not in self.sheets:
            try:
                self.sheets[place] = self._opened(row)
            except DomainError as error:
                self.refusals[place] = error
                raise
        return self.sheets[place]

    def hold(self, signatures: list[TabletEntry]) -> None:
        """Lock all sheets that will be signed before the first signature locks the ledger: everybody locks in this order."""
        if self.released:
            return
        for row in signatures:
            with suppress(DomainError):
                self.sheet(row)
        sheets = [sheet.pk for sheet in self.sheets.values()]
        list(ScoreSheet.objects.select_for_update().filter(pk__in=sheets).order_by("pk"))

    def _opened(self, row: TabletEntry) -> ScoreSheet:
        station = Station.objects.filter(pk=row.station, plan=self.tablet.plan_id).select_related("plan__organisation").first()
        seat = Seat.objects.filter(pk=row.seat, plan=self.tablet.plan_id).first()
        if station is None or seat is None:
            raise DomainError("assessment.not_assigned", status=403)
        return open_sheet(station, seat, assessor=self.assessor, now=self.now)


def _outcomes(desk: _Desk, run: list[TabletEntry]) -> dict[int, EntryOutcome]:
    """Return one outcome for each entry: backwards, so that the last word of a line is tried first; the signature last."""
    follows, head = {}, desk.tablet.head
    for row in run:
        follows[row.sequence] = row.previous == head
        head = row.hash
    outcomes: dict[int, EntryOutcome] = {}
    written: set[tuple[str, int, int, int]] = set()
    for row in reversed([row for row in run if row.kind != Kind.SIGN]):
        slot = rules.slot(kind=row.kind, station=row.station, seat=row.seat, line=row.line)
        if slot in written and follows[row.sequence]:
            outcomes[row.sequence] = _outcome(desk, row, Result.SUPERSEDED)
            continue
        outcomes[row.sequence] = _tried(desk, row, follows=follows[row.sequence])
        if outcomes[row.sequence].result == Result.APPLIED:
            written.add(slot)
    signatures = [row for row in run if row.kind == Kind.SIGN]
    desk.hold([row for row in signatures if follows[row.sequence]])
    for row in signatures:
        outcomes[row.sequence] = _tried(desk, row, follows=follows[row.sequence])
    return outcomes


def _tried(desk: _Desk, row: TabletEntry, *, follows: bool) -> EntryOutcome:
    try:
        if not follows:
            raise DomainError("assessment.entry_chain")
        if desk.released:
            raise DomainError("assessment.tablet_released")
        sheet = desk.sheet(row)
        # Each act is one service, which takes back what it did when it refuses.
        ACTS[Kind(row.kind)](desk, row, sheet)
    except DomainError as error:
        if error.code in HOLDING:
            raise _Hold from error
        return _outcome(desk, row, Result.REFUSED, error=error)
    return _outcome(desk, row, Result.APPLIED, sheet=sheet)


def _score(desk: _Desk, row: TabletEntry, sheet: ScoreSheet) -> None:
    score_point(sheet, point=row.line, value=row.value or None, actor=desk.assessor, now=desk.now)


def _deduct(desk: _Desk, row: TabletEntry, sheet: ScoreSheet) -> None:
    counted = rules.read_counts(row.value)
    if counted is None:
        raise DomainError("assessment.deduction_unknown", status=422)
    score_point(sheet, point=row.line, value=counted, actor=desk.assessor, now=desk.now)


def _annotate(desk: _Desk, row: TabletEntry, sheet: ScoreSheet) -> None:
    annotate_sheet(sheet, note=row.value, actor=desk.assessor, now=desk.now)


def _sign(desk: _Desk, row: TabletEntry, sheet: ScoreSheet) -> None:
    """Sign only what she saw: another tablet, or a refused entry, may have left something else here."""
    sheet.refresh_from_db()
    here = rules.Content(scores=sheet.scores, deductions=sheet.deductions, fatal=sheet.fatal, note=sheet.note)
    if not sheet.is_signed and not rules.saw_the_same(row.value, here):
        raise DomainError("assessment.sheet_differs")
    sign_sheet(sheet, actor=desk.assessor, now=desk.now)
    ledger.append(
        "assessment.tablet_signature",
        subject=sheet,
        actor=desk.assessor,
        now=desk.now,
        tablet=str(desk.tablet.pk),
        sequence=row.sequence,
        hash=row.hash,
        told_ms=row.told_ms,
    )


Act = Callable[[_Desk, TabletEntry, ScoreSheet], None]
ACTS: dict[Kind, Act] = {
    Kind.POINT: _score,
    Kind.DEDUCTION: _deduct,
    Kind.FATAL: _score,
    Kind.NOTE: _annotate,
    Kind.SIGN: _sign,
}


def _outcome(
    desk: _Desk, row: TabletEntry, result: Result, *, sheet: ScoreSheet | None = None, error: DomainError | None = None
) -> EntryOutcome:
    facts: dict[str, Any] = {name: str(value) for name, value in error.context.items()} if error else {}
    return EntryOutcome(entry=row, result=result.value, code=error.code if error else "", facts=facts, sheet=sheet, at=desk.now)
