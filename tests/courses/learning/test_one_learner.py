"""A teacher looks at one learner of her class: modules read, marks of quizzes, days that are due."""

import datetime

import pytest
from django.urls import reverse

from courses.catalogue.models import LessonPage
from courses.learning.services import complete_lesson
from courses.learning.services.classes import join_class

from ..conftest import publish
from .test_course import pass_quiz
from .test_query_counts import cost

pytestmark = pytest.mark.django_db


def test_a_teacher_sees_how_far_one_learner_is_and_nobody_else_does(
    signed_in, make_class, teacher, stranger_teacher, learner, classmate, modules, lessons, now
):
    enrolment = join_class(make_class(), user=learner, now=now)
    page = reverse("learning:learner", args=[enrolment.pk])
    for other in (stranger_teacher, classmate, learner):
        assert signed_in(other).get(page).status_code == 404
    before = signed_in(teacher).get(page).context["rows"]
    assert [(row["read"], row["module"].quiz and row["module"].quiz.best) for row in before] == [(0, None), (0, None)]
    for lesson in lessons[:2]:
        enrolment = complete_lesson(enrolment, lesson=lesson, now=now)
    pass_quiz(enrolment, modules[0], now)
    answer = signed_in(teacher).get(page)
    (first, second) = answer.context["rows"]
    assert (first["read"], first["module"].quiz.best, first["due"]) == (2, 100, now.date() + datetime.timedelta(days=7))
    assert (second["read"], second["module"].quiz) == (0, None)
    assert "王小芳" in answer.content.decode()


def test_the_page_of_one_learner_costs_the_same_for_more_lessons(
    signed_in, make_class, teacher, learner, classmate, modules, now
):
    client = signed_in(teacher)
    first = join_class(make_class(), user=learner, now=now)
    before = cost(lambda: client.get(reverse("learning:learner", args=[first.pk])))
    for number in range(8):
        publish(modules[1], LessonPage(slug=f"x{number}", title=f"新课{number}", body=[("text", "<p>新。</p>")]))
    second = join_class(make_class(), user=classmate, now=now)
    assert second.steps_total == first.steps_total + 8
    assert cost(lambda: client.get(reverse("learning:learner", args=[second.pk]))) == before <= 12
