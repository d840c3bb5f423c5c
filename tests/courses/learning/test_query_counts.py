"""What learning costs: the same number of queries for few lessons and many, for five learners and a hundred."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.catalogue.models import LessonPage
from courses.learning.selectors.classes import PAGE_SIZE
from courses.learning.services import complete_lesson, enrol
from courses.learning.services.classes import join_class

from ..conftest import publish
from .test_course import lesson_url, pass_quiz

pytestmark = pytest.mark.django_db
CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
"""A transaction opens and closes without a question to the tables; inside of a test it is a savepoint."""


def cost(call):
    """Return how many questions the second call asks of the tables; the first warms what a process keeps."""
    call()
    with CaptureQueriesContext(connection) as captured:
        response = call()
    assert response.status_code < 400
    return len([query for query in captured.captured_queries if not query["sql"].startswith(CONTROL)])


@pytest.fixture
def more_lessons(modules):
    def add(number):
        for place in range(number):
            publish(modules[1], LessonPage(slug=f"x{place}", title=f"新课{place}", body=[("text", "<p>新。</p>")]))

    return add


def test_saving_progress_asks_five_questions_at_most(signed_in, learner, enrolment, lessons):
    client = signed_in(learner)
    place, done = (reverse(f"learning:{name}", args=[lessons[0].pk]) for name in ("place", "complete_lesson"))
    assert cost(lambda: client.post(place, {"block": "x"})) <= 3
    assert cost(lambda: client.post(done)) <= 5


def test_a_learners_pages_and_saves_cost_the_same_for_more_lessons(
    signed_in, course, make_user, lessons, modules, more_lessons, now
):
    few, many = make_user("少"), make_user("多")
    enrol(course, user=few, now=now)
    more_lessons(30)
    enrol(course, user=many, now=now)

    def costs(person):
        client = signed_in(person)
        pages = [
            reverse("learning:home"),
            reverse("learning:course", args=[course.pk]),
            lesson_url(lessons[0]),
            lessons[0].url,
            course.url,
        ]
        found = [cost(lambda page=page: client.get(page)) for page in pages]
        return [*found, cost(lambda: client.post(reverse("learning:complete_lesson", args=[lessons[1].pk])))]

    assert many.enrolments.get().version.number == 2
    newest, older = costs(many), costs(few)
    # Her own lesson may have another revision than the published one, and her version a newer one to look at.
    assert newest == older
    assert max(newest) <= 26


def test_completing_a_course_costs_the_same_for_more_lessons(signed_in, course, make_user, modules, lessons, more_lessons, now):
    found = []
    # The first statement of a year opens its counter as well.
    for name, added in (("先", 0), ("少", 0), ("多", 30)):
        more_lessons(added)
        person = make_user(name)
        enrolment = enrol(course, user=person, now=now)
        for lesson in LessonPage.objects.descendant_of(course).live():
            complete_lesson(enrolment, lesson=lesson, now=now)
        pass_quiz(enrolment, modules[0], now)
        client = signed_in(person)
        client.get(reverse("learning:home"))
        with CaptureQueriesContext(connection) as captured:
            response = client.post(reverse("learning:issue_statement", args=[course.pk]))
        assert response.url.startswith("/learn/statements/")
        found.append(len(captured))
    assert found[1] == found[2] <= 24


def test_the_difference_costs_the_same_for_more_changes(signed_in, course, make_user, more_lessons, lessons, now):
    person = make_user("王")
    enrol(course, user=person, now=now)
    more_lessons(1)
    lessons[0].body = [("text", "<p>改了。</p>")]
    lessons[0].save_revision().publish()
    client = signed_in(person)
    page = reverse("learning:version", args=[course.pk])
    before = cost(lambda: client.get(page))
    for lesson in LessonPage.objects.descendant_of(course):
        lesson.body = [("text", "<p>都改了。</p>")]
        lesson.save_revision().publish()
    assert cost(lambda: client.get(page)) == before <= 12


def test_a_teachers_view_costs_the_same_for_more_learners_and_shows_a_page_of_them(
    signed_in, make_class, teacher, learner, lessons, crowd, now
):
    run = make_class()
    join_class(run, user=learner, now=now)
    client = signed_in(teacher)
    page = reverse("learning:class", args=[run.pk])
    with time_machine.travel(now, tick=False):
        pages = (page, page + "?show=behind", page + "?q=学员", reverse("learning:classes"))
        before = [cost(lambda url=url: client.get(url)) for url in pages]
        crowd(run, 2 * PAGE_SIZE + 5, lessons[0])
        assert [cost(lambda url=url: client.get(url)) for url in pages] == before
        assert max(before) <= 16
        seen, url = [], page
        while url:
            context = client.get(url).context
            seen += [row.pk for row in context["learners"].rows]
            url = f"{page}?before={context['learners'].before}" if context["learners"].before else None
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 6
