"""The comprehensive review: dossiers without names, panels of three, defences one after the other, sheets each alone."""

import datetime
from decimal import Decimal
from math import ceil

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from certification.panels.models import DefenceSheet, JointLook, Slot
from certification.panels.rules import AbsenceReason
from certification.panels.services import (
    ask_question,
    attach_file,
    begin_defence,
    confirm_absence,
    declare_no_conflict,
    end_defence,
    give_points,
    hand_in_dossier,
    name_panel,
    open_dossier,
    record_absence,
    release_dossier,
    rule_on_difference,
    schedule_review,
    sign_sheet,
)
from lms.accounts.models import User
from lms.core.workdays import add_workdays
from lms.demo.batch.exam import Entrant, Exam
from lms.demo.batch.fates import Lot
from lms.demo.batch.planning import SLOT_MINUTES
from lms.demo.story import at

HEARD_IN_A_DAY = 30
PANEL = 3
CRITERIA = (("1", 30), ("2", 20), ("3", 20), ("4", 20), ("5", 10))
AWAY = (Lot.ABSENT, Lot.CHEATED, Lot.ABSENT_FROM_REVIEW)


def prepare_review(exam: Exam) -> None:
    """Have dossiers handed in and given out, panels named and declared, slots dealt out."""
    handed_in = at(add_workdays(exam.plan.exam_date, -5), 10)
    for entrant in exam.sitting:
        with transaction.atomic():
            _dossier(exam, entrant, now=handed_in)
    seniors = [person for person in exam.bench.seniors if person not in exam.team]
    free = [person for person in seniors if not person.ties.exists()]
    benches = [free[place : place + PANEL] for place in range(0, len(free) - PANEL + 1, PANEL)]
    for number in range(ceil(len(exam.sitting) / HEARD_IN_A_DAY)):
        people = benches[number % len(benches)]
        begins = exam.moment(8, 30, days=1 + number // len(benches))
        place, now = f"答辩室 {number + 1}", handed_in
        panel = name_panel(
            exam.plan, users=people, chair=people[0], place=place, starts_at=begins, actor=exam.crew.officer, now=now
        )
        for member in panel.members.all():
            declare_no_conflict(member, actor=member.user, now=now)
    schedule_review(exam.plan, actor=exam.crew.officer, now=handed_in)


def _dossier(exam: Exam, entrant: Entrant, *, now: datetime.datetime) -> None:
    assert entrant.case is not None
    entrant.case.refresh_from_db()
    dossier = open_dossier(entrant.case, actor=entrant.user, now=now)
    for kind in ("summary", "performance"):
        data = f"%PDF-1.7\n{kind} {entrant.number}\n%%EOF".encode()
        upload = SimpleUploadedFile(f"{kind}.pdf", data, content_type="application/pdf")
        attach_file(dossier, kind=kind, upload=upload, actor=entrant.user, now=now)
    handed_in = hand_in_dossier(dossier, anonymous=True, actor=entrant.user, now=now)
    release_dossier(handed_in, actor=exam.crew.officer, now=now)


def hold_review(exam: Exam) -> datetime.datetime:
    """Hear everybody who comes; return when the last panel was done."""
    slots = {slot.seat_id: slot for slot in Slot.objects.filter(seat__plan=exam.plan).select_related("seat__plan", "panel__plan")}
    people = {panel: _members(slots, panel) for panel in {slot.panel_id for slot in slots.values()}}
    order = {entrant.seated.pk: entrant for entrant in exam.sitting}
    # What each gives is drawn in the season's order, whichever slot the house dealt out.
    given = {entrant.seated.pk: _given(exam, entrant) for entrant in exam.sitting}
    for slot in sorted(slots.values(), key=lambda slot: (slot.starts_at, slot.panel_id)):
        with transaction.atomic():
            if order[slot.seat_id].fate.lot in AWAY:
                _miss(exam, slot, people[slot.panel_id][0])
            else:
                _hear(exam, slot, people[slot.panel_id], given[slot.seat_id])
    return max(slot.ends_at for slot in slots.values())


def _members(slots: dict[int, Slot], panel: int) -> list[User]:
    committee = next(slot.panel for slot in slots.values() if slot.panel_id == panel)
    return [member.user for member in committee.members.filter(left_at=None).select_related("user").order_by("-is_chair", "pk")]


def _given(exam: Exam, entrant: Entrant) -> list[dict[str, str]]:
    """Return each member's points; one candidate in forty divides the panel."""
    divided = exam.chance.randrange(40) == 0
    sheets = []
    for place in range(PANEL):
        share = entrant.fate.review - (0.25 if divided and place == 0 else 0.0) + exam.chance.uniform(-0.03, 0.03)
        sheets.append({key: f"{Decimal(round(most * max(0.0, min(1.0, share)) * 2)) / 2:.1f}" for key, most in CRITERIA})
    return sheets


def _miss(exam: Exam, slot: Slot, chair: User) -> None:
    now = slot.ends_at
    absence = record_absence(slot.seat, reason=AbsenceReason.NOT_THERE, actor=exam.crew.officer, now=now)
    confirm_absence(absence, actor=chair, now=now)
    exam.told["absent_from_review"] += 1


def _hear(exam: Exam, slot: Slot, people: list[User], given: list[dict[str, str]]) -> None:
    begins, ends = slot.starts_at, slot.starts_at + datetime.timedelta(minutes=SLOT_MINUTES)
    defence = begin_defence(slot, actor=people[0], now=begins)
    ask_question(defence, text="方案的依据是什么？", actor=people[1], now=begins + datetime.timedelta(minutes=5))
    end_defence(defence, actor=people[0], now=ends)
    for person, points in zip(people, given, strict=True):
        sheet = DefenceSheet.objects.get(defence=defence, member__user=person)
        for key, value in points.items():
            sheet = give_points(sheet, criterion=key, value=value, actor=person, now=ends)
        sign_sheet(sheet, actor=person, now=ends)
    if look := JointLook.objects.filter(defence=defence, closed_at=None).first():
        rule_on_difference(look, reasons="三人共同复看材料与记录后，各自评分依据成立。", actor=people[0], now=ends)
        exam.told["review_differences"] += 1
