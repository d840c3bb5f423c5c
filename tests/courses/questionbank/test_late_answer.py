"""An answer that the network held up until after the end: kept as evidence, never counted."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from courses.questionbank.models import LateAnswer, Response
from courses.questionbank.rules import is_kept_late
from courses.questionbank.selectors import late_answers
from courses.questionbank.services import keep_late_answer, save_answer, start_attempt, submit_attempt
from courses.questionbank.services.attempts import LATE_KEPT_PER_QUESTION
from lms.core.errors import DomainError
from lms.core.messages import text_of
from lms.core.models import LedgerEntry

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


def keep(attempt, now, *, position=1, answer=("A",), seq=7, user=None, told_at=None):
    return keep_late_answer(
        attempt, user=user or attempt.user, position=position, answer=list(answer), seq=seq, told_at=told_at, now=now
    )


def refused(code, status, *args, **given):
    with pytest.raises(DomainError) as refusal:
        keep(*args, **given)
    assert (refusal.value.code, refusal.value.status) == (code, status)
    assert text_of(refusal.value)
    assert not LateAnswer.objects.exists()


def test_late_is_kept_from_the_end_until_a_day_after_it(now):
    day = datetime.timedelta(hours=24)
    tick = datetime.timedelta(microseconds=1)
    for moment, submitted, kept in (
        (now - tick, False, False),
        (now - tick, True, True),
        (now, False, True),
        (now + day, False, True),
        (now + day + tick, False, False),
        (now + day + tick, True, False),
    ):
        assert is_kept_late(deadline=now, submitted=submitted, now=moment) is kept
    assert not is_kept_late(deadline=None, submitted=True, now=now)


def test_it_is_kept_with_both_times_and_leaves_the_mark_alone(attempt, now):
    right = attempt.paper.items.get(position=1).frozen["answer"]
    submit_attempt(attempt, now=now + 91 * MINUTE)
    told = now + 89 * MINUTE
    row = keep(attempt, now + 95 * MINUTE, answer=right, told_at=told)
    assert (row.answer, row.told_at, row.received_at) == (right, told, now + 95 * MINUTE)
    attempt.refresh_from_db()
    assert (attempt.mark, Response.objects.count()) == (0, 0)
    assert late_answers(attempt) == {1: tuple(right)}
    entry = LedgerEntry.objects.get(kind="questionbank.late_answer_kept")
    assert (entry.actor_id, entry.facts["position"]) == (attempt.user_id, 1)


def test_handing_in_after_it_does_not_count_it_either(attempt, now):
    right = attempt.paper.items.get(position=1).frozen["answer"]
    keep(attempt, now + 90 * MINUTE, answer=right)
    assert submit_attempt(attempt, now=now + 91 * MINUTE).mark == 0


def test_the_page_s_own_time_decides_nothing(attempt, now):
    refused("questionbank.not_late", 409, attempt, now + 10 * MINUTE, told_at=now + 95 * MINUTE)
    refused("questionbank.late_over", 410, attempt, now + 26 * HOUR, told_at=now + MINUTE)
    assert keep(attempt, now + 91 * MINUTE, told_at=now + 1000 * HOUR).received_at == now + 91 * MINUTE


def test_the_same_answer_again_is_one_row_and_a_newer_one_is_another(attempt, now):
    late = now + 91 * MINUTE
    first = keep(attempt, late, seq=7)
    assert keep(attempt, late + MINUTE, seq=7, answer=("B",)) == first
    keep(attempt, late, seq=8, answer=("B",))
    assert list(LateAnswer.objects.values_list("seq", "answer")) == [(7, ["A"]), (8, ["B"])]
    assert LedgerEntry.objects.filter(kind="questionbank.late_answer_kept").count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        LateAnswer.objects.create(attempt=attempt, paper_item=first.paper_item, seq=7, received_at=late)


def test_a_repeat_of_what_was_saved_in_time_is_not_late(attempt, now):
    """Only the server's reply was lost, not the answer."""
    save_answer(attempt, position=1, answer=["B"], seq=5, now=now)
    again = save_answer(attempt, position=1, answer=["B"], seq=5, now=now + 91 * MINUTE)
    assert (again.answer, again.saved_at) == (["B"], now)
    submit_attempt(attempt, now=now + 92 * MINUTE)
    assert save_answer(attempt, position=1, answer=["A"], seq=4, now=now + 93 * MINUTE).answer == ["B"]
    with pytest.raises(DomainError, match="already_submitted"):
        save_answer(attempt, position=1, answer=["A"], seq=6, now=now + 93 * MINUTE)


def test_it_is_never_changed_nor_removed(attempt, now):
    row = keep(attempt, now + 91 * MINUTE)
    row.answer = ["B"]
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()
    assert LateAnswer.objects.get().answer == ["A"]


def test_nobody_sends_for_another(attempt, make_user, now):
    refused("questionbank.not_your_attempt", 403, attempt, now + 91 * MINUTE, user=make_user("李明"))


@pytest.mark.parametrize(
    ("given", "code", "status"),
    [
        ({"position": 99}, "questionbank.no_such_question", 404),
        ({"answer": ("Z",)}, "questionbank.answer_unknown", 422),
        ({"answer": ("A", "B")}, "questionbank.answer_one_only", 422),
    ],
)
def test_what_makes_no_sense_is_not_kept(attempt, now, given, code, status):
    refused(code, status, attempt, now + 91 * MINUTE, **given)


def test_practice_keeps_nothing_late(paper, learner, now):
    attempt = start_attempt(paper, user=learner, now=now, minutes=None)
    submit_attempt(attempt, now=now)
    refused("questionbank.late_over", 410, attempt, now + MINUTE)


def test_nobody_fills_the_store_with_versions(attempt, now):
    late = now + 91 * MINUTE
    for seq in range(1, LATE_KEPT_PER_QUESTION + 1):
        keep(attempt, late, seq=seq)
    with pytest.raises(DomainError, match="late_too_many"):
        keep(attempt, late, seq=99)
    assert keep(attempt, late, position=2, seq=99)
    assert LateAnswer.objects.filter(paper_item__position=1).count() == LATE_KEPT_PER_QUESTION
