"""I23: each member's sheet is her own, unchanged after signing, and the mark is computed from all of them."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from certification.panels.marks import review_marks
from certification.panels.models import DefenceSheet, JointLook, PanelMember
from certification.panels.services import (
    annotate_sheet,
    begin_defence,
    call_additional_member,
    declare_no_conflict,
    give_points,
    rule_on_difference,
    sign_sheet,
)
from lms.core import ledger
from lms.core.errors import DomainError
from tests.review_day import BEGINS, LATE, heard, points, reviewed, scored


def code_of(call, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def sheet_of(defence: Any, person: Any) -> DefenceSheet:
    return DefenceSheet.objects.get(defence=defence, member__user=person)


def raw(sql: str, *values: object) -> None:
    """Write past the services and past the guard, as whoever owns the database can."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS panels_defencesheet_frozen_update")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE panels_defencesheet DISABLE TRIGGER panels_defencesheet_frozen")
        cursor.execute(sql, values)


def test_points_go_in_halves_up_to_the_most_of_the_line(hour: SimpleNamespace) -> None:
    me = hour.seniors[0]
    sheet = sheet_of(heard(hour), me)
    assert give_points(sheet, criterion="1", value="29.5", actor=me, now=LATE).total == Decimal("29.5")
    assert code_of(give_points, sheet, criterion="1", value="30.5", actor=me, now=LATE) == "assessment.points_range"
    assert code_of(give_points, sheet, criterion="1", value="29.7", actor=me, now=LATE) == "assessment.points_step"
    assert code_of(give_points, sheet, criterion="9", value="1", actor=me, now=LATE) == "panels.criterion_unknown"
    assert give_points(sheet, criterion="1", value="", actor=me, now=LATE).total == 0


def test_i23_nobody_writes_on_or_signs_another_s_sheet(hour: SimpleNamespace) -> None:
    sheet = sheet_of(heard(hour), hour.seniors[0])
    for who in (hour.seniors[1], hour.officer, hour.head):
        assert code_of(give_points, sheet, criterion="1", value="1", actor=who, now=LATE) == "panels.not_your_sheet"
        assert code_of(annotate_sheet, sheet, note="好", actor=who, now=LATE) == "panels.not_your_sheet"
        assert code_of(sign_sheet, sheet, actor=who, now=LATE) == "panels.not_your_sheet"


def test_a_sheet_is_signed_whole_and_after_the_defence(hour: SimpleNamespace) -> None:
    me = hour.seniors[0]
    defence = begin_defence(hour.slots[hour.seats[0].pk], actor=me, now=BEGINS)
    sheet = give_points(sheet_of(defence, me), criterion="1", value="30", actor=me, now=BEGINS)
    assert code_of(sign_sheet, sheet, actor=me, now=LATE) == "panels.defence_running"
    heard(hour)
    assert code_of(sign_sheet, sheet, actor=me, now=LATE) == "panels.points_missing"


def test_i23_a_signed_sheet_is_changed_by_nobody(hour: SimpleNamespace) -> None:
    me = hour.seniors[0]
    sheet = scored(heard(hour), me, points("80"), now=LATE)
    assert code_of(give_points, sheet, criterion="1", value="0", actor=me, now=LATE) == "panels.sheet_signed"
    assert code_of(sign_sheet, sheet, actor=me, now=LATE) == "panels.sheet_signed"
    with pytest.raises(DatabaseError), transaction.atomic():
        DefenceSheet.objects.filter(pk=sheet.pk).update(total=100)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE panels_defencesheet SET total = 99 WHERE id = %s",
        "UPDATE panels_defencesheet SET note = 'x' WHERE id = %s",
        "UPDATE panels_defencesheet SET signed_at = NULL, content_sha256 = '', status = 'open' WHERE id = %s",
        "DELETE FROM panels_defencesheet WHERE id = %s",
    ],
)
def test_i23_verify_ledger_names_a_sheet_that_raw_sql_changed(hour: SimpleNamespace, sql: str) -> None:
    sheet = scored(heard(hour), hour.seniors[0], points("80"), now=LATE)
    assert ledger.verify().ok
    raw(sql, sheet.pk)
    report = ledger.verify()
    assert not report.ok
    assert f"defence sheet {sheet.pk}" in report.reason


def test_i23_verify_ledger_names_a_signature_that_nobody_gave(hour: SimpleNamespace) -> None:
    sheet = sheet_of(heard(hour), hour.seniors[0])
    assert ledger.verify().ok
    DefenceSheet.objects.filter(pk=sheet.pk).update(status="signed", signed_at=LATE, content_sha256="0" * 64, total=100)
    assert f"defence sheet {sheet.pk}" in ledger.verify().reason


# --- what follows a difference ------------------------------------------------------------------


def differing(hour: SimpleNamespace, *totals: str) -> JointLook:
    """Let the first candidate get these totals; return the difference."""
    defence = heard(hour)
    for person, total in zip(hour.seniors, totals, strict=False):
        scored(defence, person, points(total), now=LATE)
    return JointLook.objects.get()


def test_within_the_threshold_nothing_has_to_be_looked_at(hour: SimpleNamespace) -> None:
    reviewed(hour, (("70", "85", "80"),) * 3)
    assert not JointLook.objects.exists()


def test_a_difference_opens_a_joint_look_and_tells_the_chair(hour: SimpleNamespace) -> None:
    look = differing(hour, "60", "75.5", "70")
    assert (look.spread, look.is_open) == (Decimal("15.5"), True)
    assert hour.seniors[0].notices.latest("pk").kind == "panels.difference"


def test_the_chair_explains_and_no_mark_changes(hour: SimpleNamespace) -> None:
    look = differing(hour, "50", "80", "74")
    assert code_of(rule_on_difference, look, reasons="可以", actor=hour.seniors[0], now=LATE) == "panels.reasons_too_short"
    why = "第一位委员对论文真实性要求更严，三人一起看过。"
    assert code_of(rule_on_difference, look, reasons=why, actor=hour.seniors[1], now=LATE) == "panels.not_the_chair"
    assert rule_on_difference(look, reasons=why, actor=hour.seniors[0], now=LATE).way == "ruling"
    totals = sorted(DefenceSheet.objects.values_list("total", flat=True))
    assert totals == [Decimal(50), Decimal(74), Decimal(80)]
    with pytest.raises(DatabaseError), transaction.atomic():
        JointLook.objects.filter(pk=look.pk).update(reasons="另一个理由")


def test_an_additional_member_scores_blind_and_settles_it(hour: SimpleNamespace) -> None:
    look, fourth = differing(hour, "50", "80", "74"), hour.seniors[3]
    again = {"user": hour.seniors[1], "actor": hour.officer, "now": LATE}
    assert code_of(call_additional_member, look, **again) == "panels.scored_already"
    sheet = call_additional_member(look, user=fourth, actor=hour.officer, now=LATE)
    assert code_of(give_points, sheet, criterion="1", value="1", actor=fourth, now=LATE) == "plans.declare_first"
    look.refresh_from_db()
    why = "三人一起看过，认为可以成立。"
    assert code_of(rule_on_difference, look, reasons=why, actor=hour.seniors[0], now=LATE) == "panels.extra_called"
    declare_no_conflict(PanelMember.objects.get(user=fourth), actor=fourth, now=LATE)
    scored(look.defence, fourth, points("76"), now=LATE)
    look.refresh_from_db()
    assert (look.way, look.is_open) == ("extra", False)


def test_an_additional_member_who_does_not_come_is_replaced(hour: SimpleNamespace) -> None:
    look, fourth = differing(hour, "50", "80", "74"), hour.seniors[3]
    first = call_additional_member(look, user=fourth, actor=hour.officer, now=LATE)
    assert code_of(call_additional_member, look, user=fourth, actor=hour.officer, now=LATE) == "panels.extra_called"
    second = call_additional_member(look, user=hour.assessors[0], actor=hour.officer, now=LATE)
    look.refresh_from_db()
    assert look.extra == second
    assert not DefenceSheet.objects.filter(pk=first.pk).exists()


def test_the_additional_sheet_counts_in_the_mark(hour: SimpleNamespace) -> None:
    reviewed(hour, (("50", "80", "74"), ("80", "80", "80"), ("60", "60", "60")))
    look, fourth = JointLook.objects.get(), hour.seniors[3]
    call_additional_member(look, user=fourth, actor=hour.officer, now=LATE)
    declare_no_conflict(PanelMember.objects.get(user=fourth), actor=fourth, now=LATE)
    scored(look.defence, fourth, points("76"), now=LATE)
    mark = review_marks(hour.plan)[hour.seats[0].pk]
    assert mark.value == Decimal("75.00")
    assert mark.basis["difference"] == {"points": "30.0", "settled_by": "extra"}
