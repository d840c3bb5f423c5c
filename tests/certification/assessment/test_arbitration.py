"""Where a team differs too much, closing waits for one more signed sheet."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from certification.assessment.marks import skill_marks
from certification.assessment.models import Arbitration, ArbitrationSheet
from certification.assessment.services import (
    answer_second_signature,
    ask_second_signatures,
    close_assessment,
    name_arbitrator,
    name_leader,
    reconsider,
    sign_arbitration,
)
from certification.assessment.services.arbitrating import DECLARATION
from certification.plans.models import StaffAssignment
from certification.standards.models import Scheme
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.exam_day import EVENING, assess, lay_out, rewritten
from tests.jury import LATER, agreeing, differing, score, senior, values


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    exam_day.case = differing(exam_day)
    return exam_day


def close(day: SimpleNamespace) -> None:
    close_assessment(day.plan, actor=day.officer, now=EVENING)


def settle(
    day: SimpleNamespace, person, *points: str, reason: str = "看录像：座宽量法正确。", declared: bool = True
) -> ArbitrationSheet:
    given = values(day.stations[1], *points)
    return sign_arbitration(day.case, values=given, reason=reason, declared=declared, actor=person, now=LATER)


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_a_spread_above_the_limit_opens_a_case_and_the_ledger_tells(day: SimpleNamespace) -> None:
    assert (day.case.seat, day.case.station, day.case.spread) == (day.seats[0], day.stations[1], 34)
    assert LedgerEntry.objects.filter(kind="assessment.arbitration_opened").count() == 1


def test_a_team_that_agrees_has_no_case(exam_day: SimpleNamespace) -> None:
    assess(exam_day)
    assert not Arbitration.objects.exists()


def test_closing_is_refused_while_a_case_is_open_and_names_it(day: SimpleNamespace) -> None:
    with pytest.raises(DomainError) as refused:
        close(day)
    assert refused.value.code == "assessment.arbitration_open"
    assert refused.value.context == {"count": 1, "places": f"{day.seats[0].ticket_number} · 轮椅适配"}
    assert refusal(skill_marks, day.plan) == "assessment.arbitration_open"


def test_the_arbitrator_s_sheet_replaces_the_farthest_and_closing_goes_on(day: SimpleNamespace, make_user) -> None:
    person = senior(day, make_user)
    name_arbitrator(day.case, user=person, actor=day.head, now=LATER)
    sheet = settle(day, person, "24", "25")
    close(day)
    mark = skill_marks(day.plan)[day.seats[0].pk]
    # Station one 32 of 40 from all; station two (49 + 50 + 54) / 3 = 51, the 20 replaced.
    assert str(mark.value) == "83.00"
    told = mark.basis["stations"][1]
    assert told["arbitration"] == {"row": day.case.pk, "sheet": sheet.pk, "replaced": day.assessors[0].pk}
    assert (told["totals"], told["counted"]) == (["20.0", "50.0", "54.0"], ["49.0", "50.0", "54.0"])


def test_only_the_head_or_the_leader_names_an_arbitrator(day: SimpleNamespace, make_user) -> None:
    person = senior(day, make_user)
    for actor in (day.officer, day.supervisor, day.assessors[0], person):
        with pytest.raises(PermissionDenied):
            name_arbitrator(day.case, user=person, actor=actor, now=LATER)
    name_leader(day.plan, user=day.assessors[0], actor=day.officer, now=LATER)
    assert name_arbitrator(day.case, user=person, actor=day.assessors[0], now=LATER).arbitrator == person


def test_nobody_of_the_first_team_and_no_junior_assessor_arbitrates(day: SimpleNamespace, make_user) -> None:
    junior = senior(day, make_user, "考评员乙")
    junior.staff_cards.update(kind="assessor")
    for person in (day.assessors[0], junior, day.officer):
        assert refusal(name_arbitrator, day.case, user=person, actor=day.head, now=LATER) == "assessment.arbitrator_unfit"


def test_i15_an_arbitrator_confirms_that_she_has_no_tie(day: SimpleNamespace, make_user) -> None:
    person = senior(day, make_user)
    name_arbitrator(day.case, user=person, actor=day.head, now=LATER)
    assert refusal(settle, day, person, "24", "25", declared=False) == "assessment.arbitration_undeclared"
    assert settle(day, person, "24", "25").declaration == str(DECLARATION)


@pytest.mark.parametrize(
    ("points", "reason", "code"),
    [
        (("24", "25"), " ", "assessment.reason_missing"),
        (("24", ""), "看录像", "assessment.points_missing"),
        (("24", "30.5"), "看录像", "assessment.points_range"),
    ],
)
def test_a_sheet_that_is_not_whole_settles_nothing(
    day: SimpleNamespace, make_user, points: tuple[str, str], reason: str, code: str
) -> None:
    person = senior(day, make_user)
    name_arbitrator(day.case, user=person, actor=day.head, now=LATER)
    assert refusal(settle, day, person, *points, reason=reason) == code
    day.case.refresh_from_db()
    assert day.case.is_open
    assert not ArbitrationSheet.objects.exists()


def test_only_who_was_named_signs_and_only_once(day: SimpleNamespace, make_user) -> None:
    person, other = senior(day, make_user), senior(day, make_user, "高级考评员丙")
    name_arbitrator(day.case, user=person, actor=day.head, now=LATER)
    for stranger in (other, day.head, day.assessors[0]):
        assert refusal(settle, day, stranger, "1", "1") == "assessment.not_your_arbitration"
    settle(day, person, "24", "25")
    assert refusal(settle, day, person, "1", "1") == "assessment.arbitration_over"
    assert refusal(name_arbitrator, day.case, user=other, actor=day.head, now=LATER) == "assessment.arbitration_over"
    assert ArbitrationSheet.objects.get().total == 49


def test_where_the_scheme_says_so_the_leader_decides_after_a_joint_review(
    day: SimpleNamespace, make_user, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Scheme.parameter
    monkeypatch.setattr(Scheme, "parameter", lambda scheme, name: "joint" if name == "arbitration" else told(scheme, name))
    person = senior(day, make_user)
    assert refusal(name_arbitrator, day.case, user=person, actor=day.head, now=LATER) == "assessment.arbitration_joint"
    assert refusal(settle, day, day.assessors[1], "25", "25") == "assessment.not_your_arbitration"
    name_leader(day.plan, user=day.assessors[1], actor=day.officer, now=LATER)
    settle(day, day.assessors[1], "25", "25", reason="全组复核：三人同意。")
    assert str(skill_marks(day.plan)[day.seats[0].pk].value) == "83.33"


def test_i23_a_signed_arbitration_is_never_changed_not_even_by_the_database(day: SimpleNamespace, make_user) -> None:
    person = senior(day, make_user)
    name_arbitrator(day.case, user=person, actor=day.head, now=LATER)
    sheet = settle(day, person, "24", "25")
    with pytest.raises(TypeError):
        sheet.save()
    for rows, change in (
        (ArbitrationSheet.objects.filter(pk=sheet.pk), {"total": 60}),
        (Arbitration.objects.filter(pk=day.case.pk), {"status": "open", "ended_at": None}),
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            rows.update(**change)


def test_i16_closing_waits_for_a_case_that_a_change_of_the_team_made(day: SimpleNamespace) -> None:
    """Without the one whose total is far off nobody differs; but a team of two cannot close (I16)."""
    StaffAssignment.objects.filter(plan=day.plan, user=day.assessors[0]).delete()
    assert refusal(close, day) == "plans.team_too_small"


def test_the_plan_s_rule_is_the_scheme_s_default_where_an_older_version_says_nothing(day: SimpleNamespace) -> None:
    from certification.assessment.signed import rule_of

    assert (rule_of(day.plan).aggregation, rule_of(day.plan).divergence) == ("mean", 10)
    assert rewritten(day.plan).scheme.parameter("arbitration") == "additional"


def test_a_case_that_lapsed_opens_again_when_the_totals_differ_again(day: SimpleNamespace) -> None:
    """As it is after a change of the team."""
    Arbitration.objects.filter(pk=day.case.pk).update(status="lapsed", ended_at=LATER)
    assert refusal(close, day) == "assessment.arbitration_open"
    assert reconsider(day.plan, now=LATER) == 1
    day.case.refresh_from_db()
    assert (day.case.is_open, day.case.ended_at) == (True, None)


def test_a_second_signature_that_makes_the_totals_agree_ends_the_case(exam_day: SimpleNamespace) -> None:
    exam_day.stations = lay_out(exam_day)
    seat, station = place = (exam_day.seats[0], exam_day.stations[1])
    agreeing(exam_day, but=[place])
    score(station, seat, exam_day.assessors[0], "0", "0", note="未拉手刹")
    for assessor in exam_day.assessors[1:]:
        score(station, seat, assessor, "25", "25")
    name_leader(exam_day.plan, user=exam_day.assessors[1], actor=exam_day.officer, now=LATER)
    exam_day.plan.refresh_from_db()
    assert Arbitration.objects.get().is_open
    act = station.points.get(fatal=True)
    rows = ask_second_signatures(seat, point=act, actor=exam_day.assessors[1], now=LATER)
    answer_second_signature(rows[0], seen=True, note="看到了", actor=rows[0].assessor, now=LATER)
    assert Arbitration.objects.get().status == "lapsed"
    assert str(skill_marks(exam_day.plan)[seat.pk].value) == "32.00"
