"""Score sheets: opened, scored and signed by one assessor alone (I23)."""

from datetime import datetime

from django.db import transaction

from certification.assessment import rules, selectors
from certification.assessment.models import Absence, OptionDraw, ScorePoint, ScoreSheet, Station
from certification.assessment.rules import Part, SheetEvent, SheetStatus
from certification.assessment.sealing import sheet_fingerprint
from certification.assessment.services.arbitrating import reconsider_place
from certification.assessment.services.lines import write_line
from certification.assessment.services.running import begin_if_first, require_running
from certification.plans.kept import keeps
from certification.plans.models import Seat, StaffAssignment
from certification.plans.rules import StaffRole
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.states import next_status

NOTE_LIMIT = 2000


@transaction.atomic
def open_sheet(station: Station, seat: Seat, *, assessor: User, now: datetime) -> ScoreSheet:
    """Return the assessor's own sheet for this candidate and station, made on first use.

    Raises `DomainError` "assessment.not_assigned" (403), "assessment.declaration_missing",
    "assessment.skill_not_begun", "assessment.recorded_absent", "assessment.part_kept", "assessment.options_not_drawn" or
    "assessment.not_running".
    """
    plan = station.plan
    assignment = StaffAssignment.objects.filter(plan=plan, user=assessor, role=StaffRole.ASSESSOR.value).first()
    if assignment is None or seat.plan_id != plan.pk or seat.candidate_id == assessor.pk:
        raise DomainError("assessment.not_assigned", status=403)
    if assignment.declared_at is None:
        raise DomainError("assessment.declaration_missing")
    if sheet := ScoreSheet.objects.filter(station=station, seat=seat, assessor=assessor).first():
        return sheet
    if now < plan.skill_starts_at:
        raise DomainError("assessment.skill_not_begun", starts_at=plan.skill_starts_at)
    if Absence.objects.filter(seat=seat, part=Part.SKILL.value).exists():
        raise DomainError("assessment.recorded_absent")
    if keeps(seat, Part.SKILL.value):
        raise DomainError("assessment.part_kept", ticket=seat.ticket_number)
    if station.choose and not OptionDraw.objects.filter(station=station, seat=seat).exists():
        raise DomainError("assessment.options_not_drawn")
    begin_if_first(plan, now=now)
    sheet, _created = ScoreSheet.objects.get_or_create(station=station, seat=seat, assessor=assessor, defaults={"opened_at": now})
    return sheet


@transaction.atomic
def score_point(sheet: ScoreSheet, *, point: ScorePoint | int, value: object, actor: User, now: datetime) -> ScoreSheet:
    """Write one line of an own, unsigned sheet; the total follows.

    `value` is points (0 to the line's maximum, in its steps) or None to clear the line. Where the line has deduction
    rules it may be `{number: times}`: the points follow from what was counted, and points that are written instead take
    the deductions back. For a fatal act it is true or false. The same value again changes nothing.
    Raises `DomainError` "assessment.not_your_sheet" (403), "assessment.sheet_signed",
    "assessment.point_unknown" (422) or what `rules.read_points` and `rules.read_deductions` find.
    """
    sheet = _own_open_sheet(sheet, actor=actor)
    key = point.pk if isinstance(point, ScorePoint) else point
    line = selectors.points_of(sheet).filter(pk=key).first()
    if line is None:
        raise DomainError("assessment.point_unknown", status=422)
    if line.fatal:
        sheet.fatal = sorted({*sheet.fatal, str(line.pk)} if value else {*sheet.fatal} - {str(line.pk)})
    else:
        write_line(sheet.scores, sheet.deductions, line, value)
    sheet.total = rules.sheet_total(sheet.scores)
    sheet.save(update_fields=["scores", "deductions", "fatal", "total"])
    return sheet


@transaction.atomic
def annotate_sheet(sheet: ScoreSheet, *, note: str, actor: User, now: datetime) -> ScoreSheet:
    """Write the assessor's note on an own, unsigned sheet. Raises like `score_point`."""
    sheet = _own_open_sheet(sheet, actor=actor)
    sheet.note = note.replace("\0", "").strip()[:NOTE_LIMIT]
    sheet.save(update_fields=["note"])
    return sheet


@transaction.atomic
def sign_sheet(sheet: ScoreSheet, *, actor: User, now: datetime) -> ScoreSheet:
    """Sign an own sheet; from then on nobody can change it.

    Raises `DomainError` "assessment.not_your_sheet" (403), "assessment.sheet_signed",
    "assessment.points_missing" naming how many lines have no value, or
    "assessment.fatal_needs_note" when a fatal act is ticked without saying what was seen (I24).
    """
    sheet = _own_open_sheet(sheet, actor=actor)
    points = list(selectors.points_of(sheet))
    if missing := rules.unscored([str(p.pk) for p in points if not p.fatal], sheet.scores):
        raise DomainError("assessment.points_missing", count=len(missing), status=422)
    if sheet.fatal and not sheet.note:
        raise DomainError("assessment.fatal_needs_note", status=422)
    new = next_status(rules.SHEET_TRANSITIONS, SheetStatus(sheet.status), SheetEvent.SIGN)
    sealed = sheet_fingerprint(sheet, points, signed_at=now)
    # The WHERE clause is the lock: of two signatures only one is written.
    won = ScoreSheet.objects.filter(pk=sheet.pk, status=SheetStatus.OPEN.value).update(
        status=new.value, signed_at=now, total=rules.sheet_total(sheet.scores), content_sha256=sealed
    )
    if not won:
        raise DomainError("assessment.sheet_signed")
    ledger.append("assessment.sheet_signed", subject=sheet, actor=actor, now=now, content_sha256=sealed)
    # After the ledger's lock: of two last signatures in one second the later sees the earlier.
    reconsider_place(sheet.station.plan, (sheet.seat_id, sheet.station_id), now=now)
    sheet.refresh_from_db()
    return sheet


def _own_open_sheet(sheet: ScoreSheet, *, actor: User) -> ScoreSheet:
    if sheet.assessor_id != actor.pk:
        raise DomainError("assessment.not_your_sheet", status=403)
    locked = ScoreSheet.objects.select_for_update(of=("self",)).select_related("station__plan__scheme").get(pk=sheet.pk)
    if locked.is_signed:
        raise DomainError("assessment.sheet_signed")
    require_running(locked.station.plan)
    return locked
