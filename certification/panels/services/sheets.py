"""Defence sheets: scored and signed by one member alone (I23)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from certification.assessment.rules import read_points
from certification.assessment.services.running import require_running
from certification.panels import notice_kinds, rules
from certification.panels.models import Defence, DefenceSheet, JointLook, ReviewSetup
from certification.panels.rules import Criterion, SheetStatus, Way
from certification.panels.services.shared import fingerprint, member_on, setup_for
from lms.accounts.models import User
from lms.core import ledger
from lms.core.errors import DomainError
from lms.notices.services import news, tell_many

NOTE_LIMIT = 2000


@transaction.atomic
def give_points(sheet: DefenceSheet, *, criterion: str, value: object, actor: User, now: datetime) -> DefenceSheet:
    """Write one line of an own, unsigned sheet, or clear it with None or ""; the total follows.

    Raises `DomainError` "panels.not_your_sheet" (403), "panels.sheet_signed", "panels.criterion_unknown" (422), or what
    `assessment.rules.read_points` finds.
    """
    sheet = _own_open_sheet(sheet, actor)
    line = next((line for line in setup_for(sheet.defence.panel.plan).lines if line.key == criterion), None)
    if line is None:
        raise DomainError("panels.criterion_unknown", status=422)
    if value is None or value == "":
        sheet.scores.pop(line.key, None)
    else:
        sheet.scores[line.key] = str(read_points(value, maximum=line.maximum))
    sheet.total = total_of(sheet.scores)
    sheet.save(update_fields=["scores", "total"])
    return sheet


@transaction.atomic
def annotate_sheet(sheet: DefenceSheet, *, note: str, actor: User, now: datetime) -> DefenceSheet:
    """Write the member's note on an own, unsigned sheet. Raises like `give_points`."""
    sheet = _own_open_sheet(sheet, actor)
    sheet.note = note.replace("\0", "").strip()[:NOTE_LIMIT]
    sheet.save(update_fields=["note"])
    return sheet


@transaction.atomic
def sign_sheet(sheet: DefenceSheet, *, actor: User, now: datetime) -> DefenceSheet:
    """Sign an own sheet; from then on nobody can change it. The last signature finds out whether the sheets diverge.

    Raises `DomainError` "panels.not_your_sheet" (403), "panels.sheet_signed", "panels.defence_running" while the candidate
    is still there, or "panels.points_missing" (422).
    """
    sheet = _own_open_sheet(sheet, actor)
    # Of two members who sign in the same second, the second one finds the first signature.
    defence = Defence.objects.select_for_update().get(pk=sheet.defence_id)
    if defence.ended_at is None:
        raise DomainError("panels.defence_running")
    setup = setup_for(sheet.defence.panel.plan)
    if missing := [line.key for line in setup.lines if line.key not in sheet.scores]:
        raise DomainError("panels.points_missing", status=422, count=len(missing))
    sealed = sheet_fingerprint(sheet, setup.lines, signed_at=now)
    # The WHERE clause is the lock: of two signatures only one is written.
    won = DefenceSheet.objects.filter(pk=sheet.pk, status=SheetStatus.OPEN.value).update(
        status=SheetStatus.SIGNED.value, signed_at=now, total=total_of(sheet.scores), content_sha256=sealed
    )
    if not won:
        raise DomainError("panels.sheet_signed")
    ledger.append("panels.sheet_signed", subject=sheet, actor=actor, now=now, content_sha256=sealed)
    sheet.refresh_from_db()
    _settle_or_open(sheet, setup, actor=actor, now=now)
    return sheet


def total_of(scores: dict[str, str]) -> Decimal:
    return sum((Decimal(points) for points in scores.values()), Decimal(0))


def sheet_fingerprint(sheet: DefenceSheet, lines: list[Criterion], *, signed_at: datetime) -> str:
    """Return the SHA-256 over all that the member signs: criteria, points, total, note, moment."""
    content: dict[str, Any] = {
        "sheet": sheet.pk,
        "defence": sheet.defence_id,
        "member": sheet.member_id,
        "lines": [[line.key, line.text, str(line.maximum), sheet.scores.get(line.key)] for line in lines],
        "total": str(total_of(sheet.scores).quantize(Decimal("0.1"))),
        "note": sheet.note,
        "signed_at": int(signed_at.timestamp() * 1_000_000),
    }
    return fingerprint(content)


def _settle_or_open(sheet: DefenceSheet, setup: ReviewSetup, *, actor: User, now: datetime) -> None:
    """After the additional member's signature the look is over; after the last of the panel's one may have to begin."""
    if look := JointLook.objects.filter(extra=sheet).first():
        JointLook.objects.filter(pk=look.pk, closed_at=None).update(way=Way.EXTRA.value, closed_by=actor, closed_at=now)
        ledger.append("panels.difference_settled", subject=look, actor=actor, now=now, way=Way.EXTRA.value)
        return
    sheets = list(DefenceSheet.objects.filter(defence=sheet.defence_id, look=None))
    if not all(one.is_signed for one in sheets):
        return
    totals = [one.total for one in sheets]
    if not rules.diverges(totals, threshold=setup.threshold):
        return
    look = JointLook.objects.create(defence_id=sheet.defence_id, spread=rules.spread(totals), opened_at=now)
    ledger.append("panels.difference_found", subject=look, actor=actor, now=now, spread=str(look.spread))
    panel = sheet.defence.panel
    notices = [
        news(
            notice_kinds.DIFFERENCE,
            member.user,
            facts={"plan": panel.plan.title, "ticket": sheet.defence.seat.ticket_number},
            url=f"/desk/panels/look/{look.pk}/",
            organisation=panel.plan.organisation_id,
            now=now,
        )
        for member in panel.members.filter(is_chair=True, left_at=None).select_related("user")
    ]
    tell_many(notices)


def _own_open_sheet(sheet: DefenceSheet, actor: User) -> DefenceSheet:
    if sheet.member.user_id != actor.pk:
        raise DomainError("panels.not_your_sheet", status=403)
    locked = (
        DefenceSheet.objects.select_for_update(of=("self",))
        .select_related("member", "defence__panel__plan", "defence__seat")
        .get(pk=sheet.pk)
    )
    if locked.is_signed:
        raise DomainError("panels.sheet_signed")
    member_on(locked.defence.panel_id, actor)
    require_running(locked.defence.panel.plan)
    return locked
