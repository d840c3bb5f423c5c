from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from certification.assessment.models import ScoreSheet
from certification.assessment.services import (
    annotate_sheet,
    close_assessment,
    open_sheet,
    record_absence,
    score_point,
    sign_sheet,
)
from certification.plans.models import StaffAssignment
from certification.results.models import Decision, PartResult
from certification.results.services import confirm_decisions, decide_plan, record_part_results
from certification.standards.models import Scheme, SchemeLevel
from lms.core import ledger
from lms.core.errors import DomainError
from lms.organisations.rules import Role
from tests.decided import check, decide
from tests.exam_day import EVENING, MONDAY, SKILL, assess, lay_out, rewritten, sign_all, write_theory
from tests.past_guards import take_off


def test_marks_are_computed_from_papers_and_signed_sheets(exam_day: SimpleNamespace) -> None:
    assess(exam_day, right=(8, 6, 5))
    record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    theory = PartResult.objects.filter(part="theory").order_by("seat__ticket_number")
    assert [r.value for r in theory] == [80, 60, 50]
    skill = PartResult.objects.get(part="skill", seat=exam_day.seats[0])
    assert skill.value == 80
    assert skill.basis["stations"][0]["totals"] == ["32.0", "32.0", "32.0"]


def test_each_part_must_be_passed_and_fifty_is_not_saved_by_the_average(exam_day: SimpleNamespace) -> None:
    assess(exam_day, right=(10, 6, 5), share=Decimal("0.9"))
    assert list(decide(exam_day).values()) == [True, True, False]


def test_a_skill_mark_of_59_and_a_half_fails(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=10)
        for assessor in exam_day.assessors:
            for station, values in zip(stations, (("12", "12"), ("18", "17.5")), strict=True):
                sheet = open_sheet(station, seat, assessor=assessor, now=SKILL)
                for point, value in zip(station.points.filter(fatal=False).order_by("order"), values, strict=True):
                    sheet = score_point(sheet, point=point, value=value, actor=assessor, now=SKILL)
                sign_sheet(sheet, actor=assessor, now=SKILL)
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    assert set(decide(exam_day).values()) == {False}
    assert set(PartResult.objects.filter(part="skill").values_list("value", flat=True)) == {Decimal("59.50")}


def test_two_signatures_on_a_fatal_act_make_the_station_nothing(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats:
        write_theory(seat, right=10)
        witnesses = {exam_day.seats[0].pk: 2, exam_day.seats[1].pk: 1}.get(seat.pk, 0)
        fatal = stations[1].points.get(fatal=True)
        for assessor in exam_day.assessors[:witnesses]:
            sheet = open_sheet(stations[1], seat, assessor=assessor, now=SKILL)
            score_point(sheet, point=fatal, value=True, actor=assessor, now=SKILL)
            annotate_sheet(sheet, note="未拉手刹", actor=assessor, now=SKILL)
        sign_all(seat, stations, exam_day.assessors)
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    assert list(decide(exam_day).values()) == [False, True, True]
    assert PartResult.objects.get(part="skill", seat=exam_day.seats[0]).value == 32


def test_absence_is_not_nought_and_does_not_pass(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    for seat in exam_day.seats[:2]:
        write_theory(seat, right=8)
        sign_all(seat, stations, exam_day.assessors)
    for part in ("theory", "skill"):
        record_absence(exam_day.seats[2], part=part, actor=exam_day.officer, now=EVENING)
    close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING)
    assert list(decide(exam_day).values()) == [True, True, False]
    absent = PartResult.objects.get(part="theory", seat=exam_day.seats[2])
    assert (absent.outcome, absent.value) == ("absent", None)


def test_marks_wait_for_the_end_of_the_assessment(exam_day: SimpleNamespace) -> None:
    write_theory(exam_day.seats[0], right=8)
    with pytest.raises(DomainError) as refusal:
        record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "results.not_scored"
    assert not PartResult.objects.exists()


def test_a_sheet_that_vanished_after_closing_is_noticed(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    take_off("assessment_scoresheet")
    ScoreSheet.objects.filter(seat=exam_day.seats[0], assessor=exam_day.assessors[0]).delete()
    with pytest.raises(DomainError) as refusal:
        record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "results.sheet_missing"
    assert not PartResult.objects.exists()


def test_a_level_with_a_review_is_not_decided_without_it(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    level = SchemeLevel.objects.select_related("scheme").get()
    with_review = Scheme.objects.create(
        **{field.attname: getattr(level.scheme, field.attname) for field in Scheme._meta.fields[1:]}
        | {"version": 2, "status": "draft"}
    )
    parts = [*level.parts, {"kind": "review", "pass_mark": "60"}]
    SchemeLevel.objects.create(scheme=with_review, level=level.level, parts=parts, functions=level.functions)
    exam_day.plan.refresh_from_db()
    rewritten(exam_day.plan, scheme=with_review)
    with pytest.raises(DomainError) as refusal:
        record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "panels.review_incomplete"


def test_deciding_without_marks_names_what_is_missing(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    with pytest.raises(DomainError) as refusal:
        decide_plan(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "results.part_missing"


def test_a_second_person_confirms(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day)
    with pytest.raises(DomainError) as refusal:
        confirm_decisions(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "results.same_person"
    assert confirm_decisions(exam_day.plan, actor=exam_day.head, now=MONDAY) == 3
    with pytest.raises(DomainError) as again:
        confirm_decisions(exam_day.plan, actor=exam_day.head, now=MONDAY)
    assert again.value.code == "results.confirmed_already"
    assert ledger.verify().ok


def test_confirmed_decisions_cannot_be_made_or_computed_again(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    decide(exam_day)
    confirm_decisions(exam_day.plan, actor=exam_day.head, now=MONDAY)
    with pytest.raises(DomainError) as refusal:
        decide_plan(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "results.confirmed_already"
    with pytest.raises(DomainError) as marks:
        record_part_results(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert marks.value.code == "results.decided_already"


def test_nobody_confirms_what_was_not_decided(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    with pytest.raises(DomainError) as refusal:
        confirm_decisions(exam_day.plan, actor=exam_day.head, now=MONDAY)
    assert refusal.value.code == "results.not_decided"


def test_who_assessed_does_not_decide_or_confirm(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    check(exam_day)
    StaffAssignment.objects.create(plan=exam_day.plan, user=exam_day.officer, role="assessor", assigned_at=MONDAY)
    with pytest.raises(DomainError) as refusal:
        decide_plan(exam_day.plan, actor=exam_day.officer, now=MONDAY)
    assert refusal.value.code == "results.examined_here"
    assert not Decision.objects.exists()


def test_only_staff_of_the_body_may_act(exam_day: SimpleNamespace, make_user, member, employer) -> None:
    assess(exam_day)
    stranger = member(make_user("吕安"), employer, Role.EXAM_OFFICER)
    for actor in (exam_day.assessors[0], exam_day.candidates[0], stranger, exam_day.supervisor):
        for act in (record_part_results, decide_plan, confirm_decisions):
            with pytest.raises(PermissionDenied):
                act(exam_day.plan, actor=actor, now=MONDAY + timedelta(hours=1))
