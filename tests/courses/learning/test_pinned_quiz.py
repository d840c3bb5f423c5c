"""A class under way keeps its quizzes: how they are drawn, how long they last and what is passed."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from courses.catalogue.pinned import pinned_outline
from courses.catalogue.versions import latest_version, record_version
from courses.learning.selectors import progress_of
from courses.learning.services import answer_quiz, enrol, hand_in_quiz, move_to_version, start_quiz
from courses.questionbank.models import Blueprint
from courses.questionbank.selectors import questions_of
from courses.questionbank.services import set_blueprint

pytestmark = pytest.mark.django_db
ONE_HARD_QUESTION = [{"module": "m1", "kind": "multiple", "count": 1, "points": "100"}]


@pytest.fixture
def rewritten(enrolment, course, now):
    """After she began, the quiz becomes one multiple-choice question with a limit and a higher mark to reach."""
    quiz = Blueprint.objects.get()
    set_blueprint(
        organisation=quiz.organisation, name=quiz.name, purpose="quiz", rows=ONE_HARD_QUESTION, minutes=5,
        pass_mark=Decimal(90), actor=None, now=now,
    )  # fmt: skip
    return record_version(course, actor=None, now=now)


def kinds_of(attempt):
    return sorted(question.frozen["kind"] for question in questions_of(attempt))


def test_who_began_keeps_the_quiz_and_who_begins_gets_the_new_one(rewritten, enrolment, course, classmate, modules, now):
    own = start_quiz(enrolment, module=modules[0], now=now)
    assert kinds_of(own) == ["single"] * 4 + ["true_false"] * 2
    assert own.deadline_at is None
    fresh = start_quiz(enrol(course, user=classmate, now=now), module=modules[0], now=now)
    assert kinds_of(fresh) == ["multiple"]
    assert fresh.deadline_at is not None


def test_a_quiz_drawn_another_way_makes_a_new_version(rewritten, enrolment):
    assert (enrolment.version.number, rewritten.number) == (1, 2)


def test_with_the_new_version_comes_the_new_quiz(rewritten, enrolment, modules, now):
    moved = move_to_version(enrolment, version=rewritten, now=now)
    assert kinds_of(start_quiz(moved, module=modules[0], now=now)) == ["multiple"]


def test_what_is_passed_says_her_version(rewritten, enrolment, modules, learner, signed_in, now):
    attempt = start_quiz(enrolment, module=modules[0], now=now)
    questions = questions_of(attempt)
    # 80 of 100: enough for her version, too little for the new one.
    answers = {question.position: question.frozen["answer"] for question in questions if question.frozen["kind"] == "single"}
    answer_quiz(attempt, answers=answers, now=now)
    hand_in_quiz(attempt, now=now)
    assert attempt.mark == 80
    assert progress_of(enrolment).passed_quizzes == {modules[0].pk}
    page = signed_in(learner).get(reverse("learning:result", args=[attempt.pk]))
    assert (page.context["passed"], page.context["pass_mark"]) == (True, Decimal(60))
    moved = move_to_version(enrolment, version=rewritten, now=now)
    assert progress_of(moved).passed_quizzes == set()
    page = signed_in(learner).get(reverse("learning:result", args=[attempt.pk]))
    assert (page.context["passed"], page.context["pass_mark"]) == (False, Decimal(90))


def test_versions_from_before_take_over_todays_rows_and_no_new_version_is_made(enrolment, course, now):
    version = latest_version(course)
    before = (version.content_hash, version.fingerprint)
    for module in version.outline["modules"]:
        if module["quiz"]:
            del module["quiz"]["rows"]
    version.content_hash = version.fingerprint = "0" * 64
    version.save()
    import_module("courses.catalogue.migrations.0007_quiz_rows_in_versions").freeze_rows(apps, None)
    assert record_version(course, actor=None, now=now) == version
    version.refresh_from_db()
    assert (version.content_hash, version.fingerprint) == before
    assert [part.module.blueprint.rows for part in pinned_outline(version).parts if part.module.blueprint] == [
        Blueprint.objects.get().rows
    ]
