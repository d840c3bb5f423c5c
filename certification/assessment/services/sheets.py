"""Score sheets: opened, scored and signed by one assessor alone (I23)."""

import hashlib
import json
from datetime import datetime

from django.db import transaction

from certification.assessment import rules
from certification.assessment.models import Absence, ScorePoint, ScoreSheet, Station
from certification.assessment.rules import Part, SheetEvent, SheetStatus
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
    "assessment.skill_not_begun", "assessment.recorded_absent", "assessment.part_kept" or "assessment.not_running".
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
    begin_if_first(plan, now=now)
    sheet, _created = ScoreSheet.objects.get_or_create(station=station, seat=seat, assessor=assessor, defaults={"opened_at": now})
    return sheet


@transaction.atomic
def score_point(sheet: ScoreSheet, *, point: ScorePoint | int, value: object, actor: User, now: datetime) -> ScoreSheet:
    """Write one line of an own, unsigned sheet; the total follows.

    `value` is points (0 to the line's maximum, in halves) or None to clear the line; for a fatal
    act it is true or false. The same value again changes nothing.
    Raises `DomainError` "assessment.not_your_sheet" (403), "assessment.sheet_signed",
    "assessment.point_unknown" (422) or what `rules.read_points` finds.
    """
    sheet = _own_open_sheet(sheet, actor=actor)
    key = point.pk if isinstance(point, ScorePoint) else point
    line = ScorePoint.objects.filter(pk=key, station_id=sheet.station_id).first()
    if line is None:
        raise DomainError("assessment.point_unknown", status=422)
    if line.fatal:
        sheet.fatal = sorted({*sheet.fatal, str(line.pk)} if value else {*sheet.fatal} - {str(line.pk)})
    elif value is None or value == "":
        sheet.scores.pop(str(line.pk), None)
    else:
        sheet.scores[str(line.pk)] = str(rules.read_points(value, maximum=line.max))
    sheet.total = rules.sheet_total(sheet.scores)
    sheet.save(update_fields=["scores", "fatal", "total"])
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
    points = list(ScorePoint.objects.filter(station_id=sheet.station_id).order_by("order"))
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
    sheet.refresh_from_db()
    return sheet


def sheet_fingerprint(sheet: ScoreSheet, points: list[ScorePoint], *, signed_at: datetime) -> str:
    """Return the SHA-256 over all that the assessor signs: lines, points, fatal acts, note, moment."""
    content = {
        "sheet": sheet.pk,
        "station": sheet.station_id,
        "seat": sheet.seat_id,
        "assessor": sheet.assessor_id,
        "lines": [[p.pk, p.text, str(p.max), sheet.scores.get(str(p.pk)), str(p.pk) in sheet.fatal] for p in points],
        "note": sheet.note,
        "signed_at": signed_at.isoformat(),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _own_open_sheet(sheet: ScoreSheet, *, actor: User) -> ScoreSheet:
    if sheet.assessor_id != actor.pk:
        raise DomainError("assessment.not_your_sheet", status=403)
    locked = ScoreSheet.objects.select_for_update().select_related("station__plan").get(pk=sheet.pk)
    if locked.is_signed:
        raise DomainError("assessment.sheet_signed")
    require_running(locked.station.plan)
    return locked
