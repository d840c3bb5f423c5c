"""What a supervisor's record must say, and the draw of sessions."""

import pytest

from certification.supervision.rules import LONGEST, Answer, Conclusion, Question, draw, read_report, seed_of
from lms.core.errors import DomainError

YES = {question.value: "yes" for question in Question}


def test_a_session_in_order_needs_no_words():
    report = read_report(YES, {}, conclusion="orderly", finding="")
    assert (report.conclusion, report.finding, report.remarks) == (Conclusion.ORDERLY, "", {})


def test_every_question_is_answered():
    with pytest.raises(DomainError, match="unanswered") as refused:
        read_report({**YES, "door": "", "staff": "perhaps"}, {}, conclusion="orderly", finding="")
    assert refused.value.context["count"] == 2


def test_a_no_needs_words_and_ends_the_order():
    answers = {**YES, "papers": "no"}
    with pytest.raises(DomainError, match="no_needs_words"):
        read_report(answers, {"papers": "  \0 "}, conclusion="faults", finding="x")
    with pytest.raises(DomainError, match="not_orderly"):
        read_report(answers, {"papers": "封条已破"}, conclusion="orderly", finding="")
    report = read_report(answers, {"papers": "封条已破"}, conclusion="faults", finding="换了一袋")
    assert report.remarks == {Question.PAPERS: "封条已破"}
    assert report.answers[Question.PAPERS] is Answer.NO


@pytest.mark.parametrize("conclusion", ["faults", "grave"])
def test_what_was_found_is_told(conclusion):
    with pytest.raises(DomainError, match="finding_missing"):
        read_report(YES, {}, conclusion=conclusion, finding=" ")


def test_a_conclusion_is_one_of_three():
    with pytest.raises(DomainError, match="conclusion_missing"):
        read_report(YES, {}, conclusion="fine", finding="")


def test_long_words_are_cut():
    report = read_report(YES, {"help": "长" * (LONGEST + 5)}, conclusion="faults", finding="长" * (LONGEST + 5))
    assert len(report.finding) == len(report.remarks[Question.HELP]) == LONGEST


def test_a_draw_follows_from_its_seed_alone():
    sessions = list(range(100, 160))
    seed = seed_of("a" * 64, turn=1)
    drawn = draw(sessions, wanted=5, seed=seed)
    assert drawn == draw(sessions[::-1], wanted=5, seed=seed)
    assert len(set(drawn)) == 5
    assert drawn != draw(sessions, wanted=5, seed=seed_of("a" * 64, turn=2))


def test_over_many_seeds_every_session_is_drawn_about_as_often():
    sessions = list(range(10))
    often = dict.fromkeys(sessions, 0)
    for turn in range(600):
        for key in draw(sessions, wanted=3, seed=seed_of("f" * 64, turn=turn)):
            often[key] += 1
    assert all(130 < number < 230 for number in often.values()), often


@pytest.mark.parametrize("wanted", [0, 4])
def test_more_than_there_are_cannot_be_drawn(wanted):
    with pytest.raises(DomainError, match="too_few_to_draw"):
        draw([1, 2, 3], wanted=wanted, seed="s")
