from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.urls import reverse

from certification.assessment.models import Absence, TheorySitting
from certification.assessment.services import start_sitting, submit_sitting
from certification.plans.models import StaffAssignment
from courses.questionbank.models import Paper
from courses.questionbank.services import save_answer
from lms.core.errors import DomainError
from lms.core.models import LedgerEntry
from tests.exam_day import THEORY, right_answers, write_theory


def refused(code: str, seat: object, **given: object) -> None:
    with pytest.raises(DomainError) as refusal:
        start_sitting(seat, **given)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert not TheorySitting.objects.exists()
    assert not Paper.objects.exists()


def test_starting_draws_the_seat_s_own_paper_and_opens_the_exam(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    sitting = start_sitting(seat, candidate=seat.candidate, now=THEORY)
    assert sitting.attempt.paper.seed == f"{exam_day.plan.number}:{seat.ticket_number}"
    assert sitting.attempt.paper.items.count() == 10
    assert sitting.attempt.deadline_at == THEORY + timedelta(minutes=90)
    exam_day.plan.refresh_from_db()
    assert exam_day.plan.status == "in_exam"


def test_who_comes_late_ends_with_the_others(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    sitting = start_sitting(seat, candidate=seat.candidate, now=THEORY + timedelta(minutes=20))
    assert sitting.attempt.deadline_at == THEORY + timedelta(minutes=90)


def test_starting_twice_is_one_sitting(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    first = start_sitting(seat, candidate=seat.candidate, now=THEORY)
    again = start_sitting(seat, candidate=seat.candidate, now=THEORY + timedelta(minutes=50))
    assert again == first
    assert Paper.objects.count() == 1


@pytest.mark.parametrize(("minutes", "code"), [(-1, "assessment.too_early"), (30, "assessment.too_late")])
def test_the_door_is_closed_before_and_long_after_the_start(exam_day: SimpleNamespace, minutes: int, code: str) -> None:
    seat = exam_day.seats[0]
    refused(code, seat, candidate=seat.candidate, now=THEORY + timedelta(minutes=minutes))


def test_somebody_else_cannot_take_the_seat(exam_day: SimpleNamespace) -> None:
    refused("assessment.not_your_seat", exam_day.seats[0], candidate=exam_day.candidates[1], now=THEORY)


def test_a_candidate_recorded_as_absent_cannot_begin(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    Absence.objects.create(seat=seat, part="theory", recorded_by=exam_day.officer, recorded_at=THEORY)
    refused("assessment.recorded_absent", seat, candidate=seat.candidate, now=THEORY)


def test_an_undeclared_team_stops_the_exam(exam_day: SimpleNamespace) -> None:
    StaffAssignment.objects.filter(user=exam_day.assessors[0]).update(declared_at=None)
    refused("assessment.room_not_ready", exam_day.seats[0], candidate=exam_day.candidates[0], now=THEORY)


def test_a_plan_in_another_state_cannot_be_sat(exam_day: SimpleNamespace) -> None:
    exam_day.plan.status = "scored"
    exam_day.plan.save()
    refused("assessment.not_running", exam_day.seats[0], candidate=exam_day.candidates[0], now=THEORY)


def test_a_later_candidate_with_a_stale_plan_still_begins(exam_day: SimpleNamespace) -> None:
    """Two start in the same second: both read "arranged", only one moves the plan."""
    first, second = exam_day.seats[:2]
    assert second.plan.status == "arranged"
    start_sitting(first, candidate=first.candidate, now=THEORY)
    assert start_sitting(second, candidate=second.candidate, now=THEORY).status == "open"


def test_handing_in_marks_the_paper_once(exam_day: SimpleNamespace) -> None:
    sitting = write_theory(exam_day.seats[0], right=6)
    assert (sitting.is_submitted, sitting.attempt.mark) == (True, 60)
    again = submit_sitting(sitting, actor=exam_day.candidates[0], now=THEORY + timedelta(minutes=80))
    assert again.submitted_at == THEORY + timedelta(minutes=60)
    assert LedgerEntry.objects.filter(kind="assessment.sitting_submitted").count() == 1


def test_nobody_begins_again_after_handing_in(exam_day: SimpleNamespace) -> None:
    write_theory(exam_day.seats[0], right=1)
    with pytest.raises(DomainError) as refusal:
        start_sitting(exam_day.seats[0], candidate=exam_day.candidates[0], now=THEORY + timedelta(minutes=20))
    assert refusal.value.code == "assessment.already_submitted"


def test_an_answer_after_the_deadline_changes_nothing(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    sitting = start_sitting(seat, candidate=seat.candidate, now=THEORY)
    right_answers(sitting.attempt, 3)
    item = sitting.attempt.paper.items.get(position=4)
    with pytest.raises(DomainError, match="time_is_up"):
        save_answer(sitting.attempt, position=4, answer=item.frozen["answer"], seq=9, now=THEORY + timedelta(minutes=90))
    submit_sitting(sitting, actor=None, now=THEORY + timedelta(minutes=95))
    assert sitting.attempt.mark == 30


def test_a_candidate_before_an_unready_room_reads_a_sentence_that_names_nobody(client, exam_day: SimpleNamespace) -> None:
    StaffAssignment.objects.update(declared_at=None)
    client.force_login(exam_day.candidates[0])
    with time_machine.travel(THEORY, tick=False):
        reply = client.post(reverse("assessment:start", args=[exam_day.seats[0].pk]))
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "考场还没有准备好" in page
    assert "监考" in page
    assert not any(person.name in page for person in exam_day.assessors)
