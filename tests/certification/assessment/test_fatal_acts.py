"""I24: a fatal act counts with two signatures of different assessors; one alone waits, is asked about, or lapses."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from certification.assessment.jury import leader_of, waiting_acts
from certification.assessment.marks import skill_marks
from certification.assessment.models import SecondSignature
from certification.assessment.services import (
    answer_second_signature,
    ask_second_signatures,
    close_assessment,
    name_leader,
    set_up_stations,
)
from certification.plans.models import StaffAssignment
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.exam_day import EVENING, STATIONS, THEORY, lay_out
from tests.jury import LATER, agreeing, score


@pytest.fixture
def day(exam_day: SimpleNamespace) -> SimpleNamespace:
    """One of three ticked the fatal act at the second station of the first candidate; the second one leads the team."""
    exam_day.stations = lay_out(exam_day)
    seat, station = place = (exam_day.seats[0], exam_day.stations[1])
    agreeing(exam_day, but=[place])
    score(station, seat, exam_day.assessors[0], "24", "24", note="未拉手刹，轮椅后滑。")
    for assessor in exam_day.assessors[1:]:
        score(station, seat, assessor, "24", "24")
    exam_day.act = station.points.get(fatal=True)
    exam_day.leader = exam_day.assessors[1]
    name_leader(exam_day.plan, user=exam_day.leader, actor=exam_day.officer, now=THEORY)
    exam_day.plan.refresh_from_db()
    return exam_day


def ask(day: SimpleNamespace) -> dict[int, SecondSignature]:
    rows = ask_second_signatures(day.seats[0], point=day.act, actor=day.leader, now=LATER)
    return {row.assessor_id: row for row in rows}


def value(day: SimpleNamespace) -> str:
    return str(skill_marks(day.plan)[day.seats[0].pk].value)


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(DomainError) as refused:
        act(*args, **kwargs)
    return refused.value.code


def test_i24_one_signature_waits_for_the_leader_and_changes_nothing(day: SimpleNamespace) -> None:
    (waiting,) = waiting_acts(day.plan)
    assert (waiting.seat, waiting.point, waiting.can_ask) == (day.seats[0], day.act, True)
    assert value(day) == "80.00"


def test_i24_the_leader_asks_all_who_have_not_signed_and_asking_twice_is_once(day: SimpleNamespace) -> None:
    assert set(ask(day)) == {day.assessors[1].pk, day.assessors[2].pk}
    assert len(ask(day)) == 2
    assert LedgerEntry.objects.filter(kind="assessment.second_signature_asked").count() == 1


def test_i24_a_second_assessor_s_signature_sets_the_item_to_nothing(day: SimpleNamespace) -> None:
    row = ask(day)[day.assessors[2].pk]
    answer_second_signature(row, seen=True, note="我也看到轮椅后滑。", actor=day.assessors[2], now=LATER)
    assert (value(day), waiting_acts(day.plan)) == ("32.00", [])


def test_i24_who_did_not_see_it_leaves_it_waiting(day: SimpleNamespace) -> None:
    for assessor, row in ((a, ask(day)[a.pk]) for a in day.assessors[1:]):
        answer_second_signature(row, seen=False, note="", actor=assessor, now=LATER)
    (waiting,) = waiting_acts(day.plan)
    assert (waiting.asked, waiting.answered, value(day)) == (2, 2, "80.00")


def test_i24_a_single_signature_lapses_on_closing_and_the_ledger_says_so(day: SimpleNamespace) -> None:
    close_assessment(day.plan, actor=day.officer, now=EVENING)
    entry = LedgerEntry.objects.get(kind="assessment.fatal_act_lapsed")
    assert entry.facts == {"point": day.act.pk, "station": day.stations[1].pk}
    assert skill_marks(day.plan)[day.seats[0].pk].basis["stations"][1]["fatal_signed_once"] == [str(day.act.pk)]


def test_i24_two_signatures_do_not_lapse(day: SimpleNamespace) -> None:
    row = ask(day)[day.assessors[2].pk]
    answer_second_signature(row, seen=True, note="看到了。", actor=day.assessors[2], now=LATER)
    close_assessment(day.plan, actor=day.officer, now=EVENING)
    assert not LedgerEntry.objects.filter(kind="assessment.fatal_act_lapsed").exists()


def test_i24_nobody_signs_for_another_nor_without_a_word_nor_twice(day: SimpleNamespace) -> None:
    row = ask(day)[day.assessors[2].pk]
    for stranger in (day.assessors[0], day.leader, day.officer, day.head):
        with pytest.raises(DomainError) as refused:
            answer_second_signature(row, seen=True, note="x", actor=stranger, now=LATER)
        assert (refused.value.code, refused.value.status) == ("assessment.not_your_signature", 403)
    own = {"actor": day.assessors[2], "now": LATER}
    assert refusal(answer_second_signature, row, seen=True, note=" ", **own) == "assessment.fatal_needs_note"
    answer_second_signature(row, seen=False, note="", **own)
    assert refusal(answer_second_signature, row, seen=True, note="看到了", **own) == "assessment.answered_already"


def test_i23_an_answer_is_never_changed_not_even_by_the_database(day: SimpleNamespace) -> None:
    row = ask(day)[day.assessors[2].pk]
    answer_second_signature(row, seen=False, note="", actor=day.assessors[2], now=LATER)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        SecondSignature.objects.filter(pk=row.pk).update(seen=True, note="看到了")


def test_only_the_leader_asks_and_only_about_an_act_that_waits(day: SimpleNamespace) -> None:
    for stranger in (day.assessors[0], day.officer, day.head):
        with pytest.raises(PermissionDenied):
            ask_second_signatures(day.seats[0], point=day.act, actor=stranger, now=LATER)
    args = {"point": day.act, "actor": day.leader, "now": LATER}
    assert refusal(ask_second_signatures, day.seats[1], **args) == "assessment.act_not_waiting"


def test_the_leader_is_one_of_the_team_and_named_by_the_office(day: SimpleNamespace) -> None:
    assert leader_of(day.plan) == day.leader
    assert refusal(name_leader, day.plan, user=day.head, actor=day.officer, now=THEORY) == "assessment.leader_not_of_team"
    for stranger in (day.assessors[0], day.supervisor):
        with pytest.raises(PermissionDenied):
            name_leader(day.plan, user=day.assessors[0], actor=stranger, now=THEORY)
    StaffAssignment.objects.filter(plan=day.plan, user=day.leader).delete()
    assert leader_of(day.plan) is None


def test_i24_an_act_about_the_part_makes_the_whole_skill_test_nothing(exam_day: SimpleNamespace) -> None:
    worst = {"text": "辱骂老人（否定项）", "fatal": True, "scope": "part"}
    rows = [STATIONS[0], STATIONS[1] | {"points": [*STATIONS[1]["points"], worst]}]
    exam_day.stations = set_up_stations(exam_day.plan, rows, actor=exam_day.officer, now=THEORY)
    seat, station = place = (exam_day.seats[0], exam_day.stations[1])
    agreeing(exam_day, but=[place])
    for n, assessor in enumerate(exam_day.assessors):
        score(station, seat, assessor, "30", "30", note="当众辱骂" if n < 2 else "", fatal="辱骂")
    mark = skill_marks(exam_day.plan)[seat.pk]
    assert (str(mark.value), mark.fatal) == ("0.00", True)
    assert not skill_marks(exam_day.plan)[exam_day.seats[1].pk].fatal
