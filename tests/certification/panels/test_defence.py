from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from certification.panels.models import Defence, Dossier, PanelMember, Question, ReviewAbsence
from certification.panels.services import (
    ask_question,
    begin_defence,
    confirm_absence,
    end_defence,
    record_absence,
    withdraw_absence,
)
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.conftest import NOW
from tests.review_day import BEGINS, LATE, MINUTE, heard


def code_of(call, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        call(*args, **kwargs)
    return refusal.value.code


def begun(hour: SimpleNamespace) -> Defence:
    return begin_defence(hour.slots[hour.seats[0].pk], actor=hour.seniors[0], now=BEGINS)


def test_the_chair_begins_and_each_member_gets_a_sheet(hour: SimpleNamespace) -> None:
    defence = begun(hour)
    assert defence.sheets.count() == 3
    assert begun(hour) == defence
    assert LedgerEntry.objects.filter(kind="panels.defence_begun").count() == 1


@pytest.mark.parametrize(
    ("who", "code"),
    [("member", "panels.not_the_chair"), ("officer", "panels.not_a_member"), ("assessor", "panels.not_a_member")],
)
def test_nobody_else_begins(hour: SimpleNamespace, who: str, code: str) -> None:
    actor = {"member": hour.seniors[1], "officer": hour.officer, "assessor": hour.assessors[0]}[who]
    assert code_of(begin_defence, hour.slots[hour.seats[0].pk], actor=actor, now=BEGINS) == code


def test_i15_an_undeclared_chair_does_not_begin(hour: SimpleNamespace) -> None:
    member = PanelMember.objects.get(user=hour.seniors[0])
    PanelMember.objects.filter(pk=member.pk).delete()
    PanelMember.objects.create(panel=hour.panel, user=hour.seniors[0], is_chair=True, named_at=NOW)
    assert code_of(begun, hour) == "plans.declare_first"


def test_no_defence_before_the_panel_sits(hour: SimpleNamespace) -> None:
    early = {"actor": hour.seniors[0], "now": BEGINS - MINUTE}
    assert code_of(begin_defence, hour.slots[hour.seats[0].pk], **early) == "panels.not_yet"


def test_no_defence_without_a_dossier_that_the_officer_gave_to_the_panel(hour: SimpleNamespace) -> None:
    files = Dossier.objects.get(candidate=hour.candidates[0])
    files.files.all().delete()
    files.delete()
    assert code_of(begun, hour) == "panels.dossier_not_released"


def test_a_panel_hears_one_candidate_at_a_time(hour: SimpleNamespace) -> None:
    begun(hour)
    second = hour.slots[hour.seats[1].pk]
    assert code_of(begin_defence, second, actor=hour.seniors[0], now=BEGINS + MINUTE) == "panels.still_running"


def test_a_defence_lasts_fifteen_minutes_or_the_reason_is_written(hour: SimpleNamespace) -> None:
    defence, chair = begun(hour), hour.seniors[0]
    ask_question(defence, text="为什么？", actor=chair, now=BEGINS)
    early = BEGINS + 15 * MINUTE - timedelta(seconds=1)
    assert code_of(end_defence, defence, actor=chair, now=early) == "panels.too_short"
    assert end_defence(defence, actor=chair, now=early, short_reason="考生身体不适").short_reason == "考生身体不适"


def test_fifteen_minutes_are_enough_and_need_no_reason(hour: SimpleNamespace) -> None:
    defence, chair = begun(hour), hour.seniors[0]
    ask_question(defence, text="为什么？", actor=chair, now=BEGINS)
    ended = end_defence(defence, actor=chair, now=BEGINS + 15 * MINUTE, short_reason="无")
    assert (ended.ended_at, ended.short_reason) == (BEGINS + 15 * MINUTE, "")


def test_a_defence_without_a_question_is_none(hour: SimpleNamespace) -> None:
    defence = begun(hour)
    assert code_of(end_defence, defence, actor=hour.seniors[0], now=LATE) == "panels.no_question"


def test_questions_are_written_by_members_while_it_lasts_and_stay(hour: SimpleNamespace) -> None:
    defence = heard(hour)
    assert code_of(ask_question, defence, text="还有", actor=hour.seniors[0], now=LATE) == "panels.defence_over"
    assert code_of(ask_question, defence, text="还有", actor=hour.officer, now=LATE) == "panels.not_a_member"
    with pytest.raises(DatabaseError), transaction.atomic():
        Question.objects.filter(defence=defence).update(text="改过的问题")


def test_the_database_keeps_how_long_it_lasted(hour: SimpleNamespace) -> None:
    defence = heard(hour)
    with pytest.raises(DatabaseError), transaction.atomic():
        Defence.objects.filter(pk=defence.pk).update(ended_at=LATE)


# --- absence ------------------------------------------------------------------------------------


def absent(hour: SimpleNamespace, **changes: Any) -> ReviewAbsence:
    facts: dict[str, Any] = {"reason": "not_there", "actor": hour.seniors[0], "now": LATE}
    return record_absence(hour.seats[0], **(facts | changes))


def test_an_absence_counts_with_the_second_signature(hour: SimpleNamespace) -> None:
    absence = absent(hour)
    assert not absence.counts
    assert code_of(confirm_absence, absence, actor=hour.seniors[0], now=LATE) == "panels.same_person"
    assert confirm_absence(absence, actor=hour.officer, now=LATE).counts
    assert code_of(confirm_absence, absence, actor=hour.seniors[1], now=LATE) == "panels.absence_signed"


def test_the_database_wants_two_people_as_well(hour: SimpleNamespace) -> None:
    absence = absent(hour)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewAbsence.objects.filter(pk=absence.pk).update(confirmed_by=hour.seniors[0], confirmed_at=LATE)


def test_a_signed_absence_stays_and_an_unsigned_one_may_be_taken_back(hour: SimpleNamespace) -> None:
    withdraw_absence(absent(hour), actor=hour.seniors[1], now=LATE)
    absence = confirm_absence(absent(hour), actor=hour.officer, now=LATE)
    assert code_of(withdraw_absence, absence, actor=hour.officer, now=LATE) == "panels.absence_signed"
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewAbsence.objects.filter(pk=absence.pk).update(reason="no_dossier")


def test_nobody_outside_records_or_signs(hour: SimpleNamespace) -> None:
    for who in (hour.head, hour.assessors[0], hour.candidates[0]):
        with pytest.raises(PermissionDenied):
            absent(hour, actor=who)


def test_who_was_heard_is_not_absent_and_who_may_still_come_neither(hour: SimpleNamespace) -> None:
    slot = hour.slots[hour.seats[0].pk]
    assert code_of(absent, hour, now=slot.ends_at - MINUTE) == "panels.absence_too_early"
    assert code_of(absent, hour, reason="no_dossier") == "panels.has_dossier"
    heard(hour)
    assert code_of(absent, hour) == "panels.was_heard"


def test_who_is_recorded_absent_is_not_heard(hour: SimpleNamespace) -> None:
    absent(hour)
    assert code_of(begin_defence, hour.slots[hour.seats[0].pk], actor=hour.seniors[0], now=LATE) == "panels.recorded_absent"
