"""From enrolling to the statement, through the services."""

import datetime

import pytest
from django.urls import reverse

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.learning.models import CompletionStatement, Enrolment, LessonCompletion
from courses.learning.queues import own
from courses.learning.selectors import progress_in_all, progress_of
from courses.learning.services import answer_quiz, complete_lesson, enrol, hand_in_quiz, issue_statement, start_quiz
from courses.questionbank.models import Attempt
from courses.questionbank.selectors import questions_of
from lms.core import ledger
from lms.core.errors import DomainError
from lms.core.messages import text_of

from ..conftest import publish

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def lesson_url(lesson):
    return reverse("learning:lesson", args=[lesson.pk])


def pass_quiz(enrolment, module, now):
    attempt = start_quiz(enrolment, module=module, now=now)
    answer_quiz(attempt, answers={q.position: q.frozen["answer"] for q in questions_of(attempt)}, now=now)
    return hand_in_quiz(attempt, now=now)


def finish(enrolment, lessons, modules, now):
    for lesson in lessons:
        complete_lesson(enrolment, lesson=lesson, now=now)
    pass_quiz(enrolment, modules[0], now)


def test_enrolling_twice_is_one_enrolment(course, learner, enrolment, now):
    assert enrol(course, user=learner, now=now + DAY) == enrolment
    assert Enrolment.objects.get().enrolled_at == now


def test_nobody_enrols_in_an_unpublished_course(course, learner, now):
    course.unpublish()
    with pytest.raises(DomainError, match="course_closed"):
        enrol(course, user=learner, now=now)
    assert not Enrolment.objects.exists()


def test_reading_moves_progress_and_the_first_moment_stays(enrolment, lessons, now):
    for moment in (now, now + DAY):
        complete_lesson(enrolment, lesson=lessons[0], now=moment)
    assert LessonCompletion.objects.get().completed_at == now
    progress = progress_of(enrolment)
    assert (progress.done, progress.total) == (1, 5)
    assert progress.next_url == lesson_url(lessons[1])


def test_a_lesson_of_another_course_does_not_count(enrolment, tree, now):
    other = publish(tree, CoursePage(slug="other", title="另一门课", summary="摘要", hours=1))
    module = publish(other, ModulePage(slug="m", title="模块"))
    lesson = publish(module, LessonPage(slug="l", title="别处的课", body=[]))
    with pytest.raises(DomainError, match="lesson_elsewhere"):
        complete_lesson(enrolment, lesson=lesson, now=now)
    assert not LessonCompletion.objects.exists()


def test_a_lesson_that_was_taken_down_still_counts_for_whoever_began_with_it(enrolment, lessons, now):
    lessons[0].unpublish()
    lessons[0].refresh_from_db()
    complete_lesson(enrolment, lesson=lessons[0], now=now)
    assert progress_of(enrolment).done_lessons == {lessons[0].pk}


def test_an_open_quiz_is_gone_on_with_and_a_finished_one_drawn_anew(enrolment, modules, now):
    first = start_quiz(enrolment, module=modules[0], now=now)
    assert start_quiz(enrolment, module=modules[0], now=now) == first
    hand_in_quiz(first, now=now)
    second = start_quiz(enrolment, module=modules[0], now=now)
    assert second != first
    assert second.paper.seed != first.paper.seed


def test_a_module_without_quiz_has_none(enrolment, modules, now):
    with pytest.raises(DomainError, match="no_quiz"):
        start_quiz(enrolment, module=modules[1], now=now)
    assert not Attempt.objects.exists()


def test_a_quiz_page_saves_what_is_there_and_names_the_gaps(enrolment, modules, now):
    attempt = start_quiz(enrolment, module=modules[0], now=now)
    assert answer_quiz(attempt, answers={1: ["A"], 2: ["B"]}, now=now) == [3, 4, 5, 6]
    assert answer_quiz(attempt, answers={1: ["A"], 2: []}, now=now) == [2, 3, 4, 5, 6]


def test_the_best_mark_counts(enrolment, lessons, modules, now):
    assert pass_quiz(enrolment, modules[0], now).mark == 100
    hand_in_quiz(start_quiz(enrolment, module=modules[0], now=now), now=now)
    assert progress_of(enrolment).quizzes[modules[0].pk].best == 100


def test_a_finished_course_gives_one_statement_that_never_changes(enrolment, lessons, modules, course, now):
    finish(enrolment, lessons, modules, now)
    statement = issue_statement(enrolment, now=now)
    assert statement.number == "JY2026-000001"
    course.title = "改了名字"
    course.save_revision().publish()
    again = issue_statement(enrolment, now=now + DAY)
    assert again == statement
    assert again.statement["course"] == "辅具服务基础"
    assert (again.statement["holder"], again.statement["college"]) == ("王小芳", "浦江康养职业学院")
    assert again.statement["modules"][0] == {"title": "模块1", "lessons": 2, "mark": "100.00"}
    assert ledger.verify().ok


def test_an_unfinished_course_gives_none_and_says_all_that_is_missing(enrolment, lessons, now):
    complete_lesson(enrolment, lesson=lessons[0], now=now)
    with pytest.raises(DomainError) as caught:
        issue_statement(enrolment, now=now)
    assert all(title in text_of(caught.value) for title in ("课12", "课21", "课22", "模块1"))
    assert not CompletionStatement.objects.exists()


def test_a_failed_quiz_gives_none(enrolment, lessons, modules, now):
    for lesson in lessons:
        complete_lesson(enrolment, lesson=lesson, now=now)
    hand_in_quiz(start_quiz(enrolment, module=modules[0], now=now), now=now)
    with pytest.raises(DomainError, match="quizzes_missing"):
        issue_statement(enrolment, now=now)


def test_numbers_go_on_without_a_gap_and_start_again_each_year(course, lessons, modules, make_user, now):
    numbers = []
    for name, moment in (("甲", now), ("乙", now), ("丙", now.replace(year=2027))):
        enrolment = enrol(course, user=make_user(name), now=now)
        finish(enrolment, lessons, modules, now)
        numbers.append(issue_statement(enrolment, now=moment).number)
    assert numbers == ["JY2026-000001", "JY2026-000002", "JY2027-000001"]


def test_all_courses_of_a_person_cost_five_queries(enrolment, learner, django_assert_max_num_queries):
    progress_in_all(learner)  # Wagtail reads the roots of its sites once a process
    with django_assert_max_num_queries(5):
        progress_in_all(learner)


def test_the_queue_names_the_next_step_until_the_statement_is_there(enrolment, learner, lessons, modules, now):
    assert [row.url for row in own(learner, now)] == [lesson_url(lessons[0])]
    finish(enrolment, lessons, modules, now)
    issue_statement(enrolment, now=now)
    assert list(own(learner, now)) == []
