"""Extra time that was granted reaches the clock of her theory exam, and nobody else's."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from certification.assessment.services import close_assessment, start_sitting
from certification.assessment.services.sittings import theory_ends_at
from courses.questionbank.services import save_answer
from lms.core.errors import DomainError
from tests.exam_day import EVENING, THEORY, lay_out, sign_all

MINUTE = datetime.timedelta(minutes=1)


def grant(person: Any, body: Any, *, percent: int = 50, large_print: bool = False, until: datetime.date | None = None) -> None:
    from certification.applications.models import NeedsRequest

    granted = {"extra_time_percent": percent, "large_print": large_print}
    NeedsRequest.objects.create(
        user=person,
        organisation=body,
        asked=granted,
        granted=granted,
        status="granted",
        consent_at=THEORY,
        asked_at=THEORY,
        decided_at=THEORY,
        valid_until=until,
    )


def test_her_deadline_is_later_and_that_of_others_is_not(exam_day: SimpleNamespace) -> None:
    slow, quick = exam_day.seats[:2]
    grant(slow.candidate, exam_day.plan.organisation)
    assert start_sitting(slow, candidate=slow.candidate, now=THEORY).attempt.deadline_at == THEORY + 135 * MINUTE
    assert start_sitting(quick, candidate=quick.candidate, now=THEORY).attempt.deadline_at == THEORY + 90 * MINUTE


def test_an_answer_in_her_extra_time_counts_and_one_after_it_does_not(exam_day: SimpleNamespace) -> None:
    slow, quick = exam_day.seats[:2]
    grant(slow.candidate, exam_day.plan.organisation)
    hers = start_sitting(slow, candidate=slow.candidate, now=THEORY).attempt
    his = start_sitting(quick, candidate=quick.candidate, now=THEORY).attempt
    question = hers.paper.items.get(position=1)
    save_answer(hers, position=1, answer=question.frozen["answer"], seq=1, now=THEORY + 134 * MINUTE)
    with pytest.raises(DomainError, match="time_is_up"):
        save_answer(hers, position=1, answer=question.frozen["answer"], seq=2, now=THEORY + 135 * MINUTE)
    with pytest.raises(DomainError, match="time_is_up"):
        save_answer(his, position=1, answer=["A"], seq=1, now=THEORY + 90 * MINUTE)


def test_who_comes_late_has_less_of_her_extra_time_too(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    grant(seat.candidate, exam_day.plan.organisation)
    late = start_sitting(seat, candidate=seat.candidate, now=THEORY + 20 * MINUTE)
    assert late.attempt.deadline_at == THEORY + 135 * MINUTE


def test_a_grant_that_has_ended_by_the_exam_day_gives_nothing(exam_day: SimpleNamespace) -> None:
    seat = exam_day.seats[0]
    grant(seat.candidate, exam_day.plan.organisation, until=THEORY.date() - datetime.timedelta(days=1))
    assert theory_ends_at(seat) == THEORY + 90 * MINUTE


def test_nobody_closes_the_exam_while_her_extra_time_runs(exam_day: SimpleNamespace) -> None:
    stations = lay_out(exam_day)
    slow = exam_day.seats[0]
    grant(slow.candidate, exam_day.plan.organisation, percent=100)
    start_sitting(slow, candidate=slow.candidate, now=THEORY)
    for seat in exam_day.seats[1:]:
        start_sitting(seat, candidate=seat.candidate, now=THEORY)
    with pytest.raises(DomainError, match="sittings_open"):
        close_assessment(exam_day.plan, actor=exam_day.officer, now=THEORY + 179 * MINUTE)
    for seat in exam_day.seats:
        sign_all(seat, stations, exam_day.assessors)
    assert close_assessment(exam_day.plan, actor=exam_day.officer, now=EVENING).status == "scored"


def test_her_pages_say_her_own_end_and_are_set_in_large_type(client: Any, exam_day: SimpleNamespace) -> None:
    import time_machine

    slow, quick = exam_day.seats[:2]
    grant(slow.candidate, exam_day.plan.organisation, large_print=True)
    with time_machine.travel(THEORY, tick=False):
        for seat, end, care in ((slow, "11:15", 'data-care="1"'), (quick, "10:30", 'data-care="0"')):
            client.force_login(seat.candidate)
            page = client.get(f"/exam/{seat.pk}/").content.decode()
            assert end in page
            assert care in page
            start_sitting(seat, candidate=seat.candidate, now=THEORY)
            assert care in client.get(f"/exam/{seat.pk}/paper/").content.decode()
