"""Starting, saving and handing in."""

import datetime
from decimal import Decimal

import pytest
from django.http import Http404

from courses.questionbank.access import quiz_attempt_for
from courses.questionbank.models import Attempt, Response
from courses.questionbank.rules import is_pass
from courses.questionbank.selectors import best_marks, questions_of, unanswered_positions
from courses.questionbank.services import draw_paper, save_answer, set_blueprint, start_attempt, submit_attempt
from lms.core.errors import DomainError

from .conftest import QUIZ_ROWS

MINUTE = datetime.timedelta(minutes=1)


def answer_all(attempt, now, *, wrong=()):
    for item in attempt.paper.items.all():
        keys = [option["key"] for option in item.frozen["options"]]
        right = item.frozen["answer"]
        given = [next(key for key in keys if key not in right)] if item.position in wrong else right
        save_answer(attempt, position=item.position, answer=given, seq=1, now=now)


def test_a_paper_belongs_to_one_attempt(paper, learner, make_user, now):
    start_attempt(paper, user=learner, now=now, minutes=None)
    with pytest.raises(DomainError, match="paper_taken"):
        start_attempt(paper, user=make_user("李明"), now=now, minutes=None)


def test_a_saved_answer_can_be_changed_and_cleared(attempt, now):
    save_answer(attempt, position=1, answer=["A"], seq=1, now=now)
    assert save_answer(attempt, position=1, answer=["B"], seq=2, now=now + MINUTE).answer == ["B"]
    assert save_answer(attempt, position=1, answer=[], seq=3, now=now + MINUTE).answer == []
    assert 1 in unanswered_positions(attempt)


def test_a_late_repeat_of_an_older_answer_is_ignored(attempt, now):
    save_answer(attempt, position=1, answer=["B"], seq=5, now=now)
    stored = save_answer(attempt, position=1, answer=["A"], seq=4, now=now + MINUTE)
    assert (stored.answer, stored.seq) == (["B"], 5)
    assert Response.objects.get().answer == ["B"]


def test_the_same_save_twice_is_one_row(attempt, now):
    for _ in range(2):
        save_answer(attempt, position=1, answer=["B"], seq=1, now=now)
    assert Response.objects.count() == 1


def test_a_save_costs_at_most_five_queries(attempt, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        save_answer(attempt, position=1, answer=["B"], seq=1, now=now)
    with django_assert_max_num_queries(5):
        save_answer(attempt, position=1, answer=["C"], seq=2, now=now)


@pytest.mark.parametrize(("position", "answer", "code"), [(99, ["A"], "no_such_question"), (1, ["Z"], "answer_unknown")])
def test_an_answer_that_does_not_fit_changes_nothing(attempt, now, position, answer, code):
    with pytest.raises(DomainError, match=code):
        save_answer(attempt, position=position, answer=answer, seq=1, now=now)
    assert not Response.objects.exists()


def test_the_last_moment_counts_and_the_deadline_does_not(attempt, now):
    end = now + 90 * MINUTE
    save_answer(attempt, position=1, answer=["A"], seq=1, now=end - datetime.timedelta(microseconds=1))
    with pytest.raises(DomainError) as caught:
        save_answer(attempt, position=1, answer=["B"], seq=2, now=end)
    assert caught.value.code == "questionbank.time_is_up"
    assert Response.objects.get().answer == ["A"]


def test_all_right_is_a_hundred(attempt, now):
    answer_all(attempt, now)
    assert submit_attempt(attempt, now=now).mark == 100


def test_a_mark_of_exactly_sixty_is_a_pass_and_one_item_less_is_none(paper, learner, blueprint, now):
    attempt = start_attempt(paper, user=learner, now=now, minutes=None)
    answer_all(attempt, now, wrong=(1, 2, 9, 10))  # 100 - 8 - 8 - 12 - 12
    assert submit_attempt(attempt, now=now).mark == Decimal(60)
    assert is_pass(attempt.mark, blueprint.pass_mark)
    other = start_attempt(draw_paper(blueprint, seed="P:2", now=now), user=learner, now=now, minutes=None)
    answer_all(other, now, wrong=(1, 2, 9, 10, 12))
    assert submit_attempt(other, now=now).mark == Decimal(54)
    assert not is_pass(other.mark, blueprint.pass_mark)
    assert best_marks(learner, [blueprint.pk]) == {blueprint.pk: Decimal(60)}


def test_handing_in_twice_keeps_the_first_mark_and_moment(attempt, now):
    answer_all(attempt, now)
    first = submit_attempt(attempt, now=now + MINUTE).submitted_at
    again = submit_attempt(Attempt.objects.get(pk=attempt.pk), now=now + 2 * MINUTE)
    assert (again.mark, again.submitted_at) == (100, first)


def test_handing_in_late_counts_what_was_saved_in_time(attempt, now):
    answer_all(attempt, now, wrong=(1,))
    # A row that slipped in after the end, by whatever way, does not count.
    Response.objects.filter(paper_item__position=9).update(saved_at=now + 91 * MINUTE)
    submit_attempt(attempt, now=now + 200 * MINUTE)
    assert attempt.mark == 100 - 8 - 12
    assert attempt.submitted_at == attempt.deadline_at


def test_nothing_can_be_saved_after_handing_in(attempt, now):
    submit_attempt(attempt, now=now)
    with pytest.raises(DomainError, match="already_submitted"):
        save_answer(attempt, position=1, answer=["A"], seq=1, now=now)
    assert attempt.mark == 0


def test_questions_tell_right_and_wrong_only_after_handing_in(attempt, now):
    answer_all(attempt, now, wrong=(3,))
    assert {question.right for question in questions_of(attempt)} == {None}
    submit_attempt(attempt, now=now)
    assert [q.position for q in questions_of(attempt) if not q.right] == [3]


def test_another_person_never_reaches_the_attempt(attempt, learner, make_user):
    assert quiz_attempt_for(learner, attempt.pk) == attempt
    with pytest.raises(Http404):
        quiz_attempt_for(make_user("李明"), attempt.pk)


def test_a_theory_paper_cannot_be_opened_as_a_quiz(exam_bank, learner, now):
    theory = set_blueprint(organisation=exam_bank, name="四级理论", purpose="theory", rows=QUIZ_ROWS, actor=None, now=now)
    sitting = start_attempt(draw_paper(theory, seed="P:1", now=now), user=learner, now=now, minutes=90)
    with pytest.raises(Http404):
        quiz_attempt_for(learner, sitting.pk)
