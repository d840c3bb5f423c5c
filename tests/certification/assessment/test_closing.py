from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from certification.assessment.models import Absence
from certification.assessment.services import (
    close_assessment,
    open_assessment,
    open_sheet,
    record_absence,
    start_sitting,
    withdraw_absence,
)
from certification.plans.models import StaffAssignment
from lms.core import ledger
from lms.core.errors import DomainError
from tests.exam_day import EVENING, SKILL, THEORY, assess, lay_out, sign_all, write_theory


def refused(day: SimpleNamespace, code: str) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        close_assessment(day.plan, actor=day.officer, now=EVENING)
    assert refusal.value.code == code
    day.plan.refresh_from_db()
    assert day.plan.status == "in_exam"
    return refusal.value


def test_a_complete_assessment_closes(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    assert exam_day.plan.status == "scored"
    assert ledger.verify().ok


def test_a_missing_sheet_is_named(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=5)
    for seat in exam_day.seats[1:]:
        sign_all(seat, stations, exam_day.assessors)
    sign_all(exam_day.seats[0], stations, exam_day.assessors[:2])
    error = refused(exam_day, "assessment.sheets_missing")
    assert error.context["count"] == 2
    ticket = exam_day.seats[0].ticket_number
    assert error.context["sheets"] == f"{ticket} · 接诊 · 吴志明、{ticket} · 轮椅适配 · 吴志明"


def test_an_unsigned_sheet_is_missing_too(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=5)
        sign_all(seat, stations[:1], exam_day.assessors)
        sign_all(seat, stations[1:], exam_day.assessors[1:])
        open_sheet(stations[1], seat, assessor=exam_day.assessors[0], now=SKILL)
    assert refused(exam_day, "assessment.sheets_missing").context["count"] == 3


@pytest.mark.parametrize(("gone", "code"), [(1, "plans.team_too_small"), (-1, "plans.team_even")])
def test_a_team_of_two_or_four_cannot_close(exam_day: SimpleNamespace, make_user, gone: int, code: str) -> None:
    """One of three stays away: her assignment is taken back and the team is even."""
    stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=5)
        sign_all(seat, stations, exam_day.assessors)
    if gone > 0:
        StaffAssignment.objects.filter(user=exam_day.assessors[2]).delete()
    else:
        StaffAssignment.objects.create(plan=exam_day.plan, user=make_user("褚立新"), role="assessor", assigned_at=THEORY)
    refused(exam_day, code)


def test_somebody_who_neither_wrote_nor_is_absent_is_named(exam_day: SimpleNamespace) -> None:
    lay_out(exam_day)
    write_theory(exam_day.seats[0], right=5)
    error = refused(exam_day, "assessment.sittings_missing")
    assert error.context["tickets"] == "、".join(seat.ticket_number for seat in exam_day.seats[1:])


def test_a_paper_whose_time_is_over_is_handed_in(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    sitting = start_sitting(exam_day.seats[0], candidate=exam_day.candidates[0], now=THEORY)
    for seat in exam_day.seats[1:]:
        write_theory(seat, right=5)
    for seat in exam_day.seats:
        sign_all(seat, stations, exam_day.assessors)
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    sitting.refresh_from_db()
    assert sitting.is_submitted


def test_nobody_closes_while_somebody_is_writing(exam_day: SimpleNamespace) -> None:
    start_sitting(exam_day.seats[0], candidate=exam_day.candidates[0], now=THEORY)
    with pytest.raises(DomainError) as refusal:
        close_assessment(exam_day.plan, actor=exam_day.officer, now=THEORY + timedelta(minutes=89))
    assert refusal.value.code == "assessment.sittings_open"


def test_without_stations_there_is_no_skill_test_to_close(exam_day: SimpleNamespace) -> None:
    for seat in exam_day.seats:
        write_theory(seat, right=5)
    refused(exam_day, "assessment.stations_missing")


def test_absent_candidates_need_no_paper_and_no_sheets(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats[:2]:
        write_theory(seat, right=5)
        sign_all(seat, stations, exam_day.assessors)
    for part in ("theory", "skill"):
        record_absence(exam_day.seats[2], part=part, actor=exam_day.officer, now=EVENING)
    assert close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING).status == "scored"


def test_absence_waits_until_the_door_is_closed(exam_day: SimpleNamespace) -> None:
    for part, moment in (("theory", THEORY + timedelta(minutes=29)), ("skill", SKILL - timedelta(minutes=1))):
        with pytest.raises(DomainError) as refusal:
            record_absence(exam_day.seats[0], part=part, actor=exam_day.officer, now=moment)
        assert refusal.value.code == "assessment.absence_too_early"


def test_who_came_cannot_be_absent(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    write_theory(exam_day.seats[0], right=1)
    sign_all(exam_day.seats[0], stations, exam_day.assessors[:1])
    for part in ("theory", "skill"):
        with pytest.raises(DomainError) as refusal:
            record_absence(exam_day.seats[0], part=part, actor=exam_day.officer, now=EVENING)
        assert refusal.value.code == "assessment.was_present"


def test_a_mistaken_absence_is_taken_back_and_both_acts_stay_in_the_ledger(exam_day: SimpleNamespace) -> None:
    absence = record_absence(exam_day.seats[0], part="skill", actor=exam_day.officer, now=EVENING)
    withdraw_absence(absence, actor=exam_day.officer, now=EVENING)
    assert not Absence.objects.exists()
    assert ledger.verify().entries >= 2


def test_only_an_officer_records_withdraws_opens_and_closes(exam_day: SimpleNamespace) -> None:
    absence = record_absence(exam_day.seats[0], part="skill", actor=exam_day.officer, now=EVENING)
    for act in (
        lambda: open_assessment(exam_day.plan, actor=exam_day.head, now=THEORY),
        lambda: record_absence(exam_day.seats[1], part="skill", actor=exam_day.assessors[0], now=EVENING),
        lambda: withdraw_absence(absence, actor=exam_day.head, now=EVENING),
        lambda: close_assessment(exam_day.plan, actor=exam_day.head, now=EVENING),
    ):
        with pytest.raises(PermissionDenied):
            act()
