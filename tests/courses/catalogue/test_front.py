"""Pages that are given again to those without an account: never an old one, never somebody's own."""

import pytest
from django.core.cache import caches

from courses.catalogue.models import CoursePage, Figure, LessonPage
from courses.learning.services import enrol
from courses.questionbank.models import Item
from lms.core import clock

from .test_isolation import BACKEND
from .test_tree import figure_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    for name in ("pages", "template_fragments"):
        caches[name].clear()


def asked(client, address, **how):
    answer = client.get(address, **how)
    assert answer.status_code == 200
    return answer


def test_the_second_visitor_costs_one_query_and_reads_the_same(course, client, django_assert_num_queries):
    first = asked(client, "/courses/")
    with django_assert_num_queries(1):
        again = asked(client, "/courses/")
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())


@pytest.mark.parametrize("change", ["publish", "withdraw", "restrict"])
def test_what_an_editor_changes_is_seen_by_the_next_visitor(course, client, change):
    assert course.title in asked(client, "/courses/").content.decode()
    if change == "publish":
        course.title = "全新的课名"
        course.save_revision().publish()
        assert "全新的课名" in asked(client, "/courses/").content.decode()
    elif change == "withdraw":
        course.unpublish()
        assert course.title not in asked(client, "/courses/").content.decode()
    else:
        lesson = LessonPage.objects.descendant_of(course).live().first()
        asked(client, lesson.url)
        lesson.view_restrictions.create(restriction_type="login")
        assert client.get(lesson.url).status_code == 302


def test_who_has_signed_in_is_given_her_own_page_and_leaves_it_to_nobody(course, client, author):
    asked(client, "/courses/")
    client.force_login(author, backend=BACKEND)
    assert author.name in asked(client, "/courses/").content.decode()
    client.logout()
    assert author.name not in asked(client, "/courses/").content.decode()


def test_languages_and_looks_do_not_meet(course, client):
    assert 'lang="zh-Hans"' in asked(client, "/courses/").content.decode()[:200]
    assert 'lang="en"' in asked(client, "/courses/", headers={"accept-language": "en"}).content.decode()[:200]
    client.cookies["theme"] = "dark"
    client.cookies["care"] = "1"
    assert 'data-theme="dark" data-care="1"' in asked(client, "/courses/").content.decode()


def test_a_made_up_question_is_not_kept(course, client):
    for n in range(5):
        asked(client, f"/courses/?x={n}")
    assert not caches["pages"]._cache


def test_a_made_up_port_is_not_kept(course, client):
    for port in (1, 2, 3):
        asked(client, "/courses/", headers={"host": f"testserver:{port}"})
    assert not caches["pages"]._cache


def test_an_address_that_leads_nowhere_is_not_kept(course, client):
    assert client.get("/courses/nowhere/").status_code == 404
    assert not caches["pages"]._cache


def test_a_page_for_everybody_sets_no_cookie_and_carries_no_token(course, client):
    answer = asked(client, "/courses/")
    assert not answer.cookies
    assert "csrfmiddlewaretoken" not in answer.content.decode()


# A lesson's blocks


@pytest.fixture
def learner(course, make_user, client):
    learner = make_user("学员")
    enrol(course, user=learner, now=clock.now())
    client.force_login(learner, backend=BACKEND)
    return learner


@pytest.fixture
def pictured(course, college):
    figure = figure_of(college, title="门口")
    lesson = LessonPage.objects.descendant_of(course).live().first()
    lesson.body = [
        ("text", "<p>先量人。</p>"),
        ("figure", {"figure": figure, "caption": ""}),
        ("key_points", {"points": ["量。"]}),
    ]
    lesson.save_revision().publish()
    return lesson, figure


def test_a_lesson_read_again_asks_for_no_figure(pictured, learner, client, django_assert_num_queries):
    lesson, _figure = pictured
    first = asked(client, f"/learn/lessons/{lesson.pk}/")
    # Session, person, lesson, enrolment, notes, roles with unread notices, mark.
    with django_assert_num_queries(7):
        again = asked(client, f"/learn/lessons/{lesson.pk}/")
    assert "先量人。" in again.content.decode()
    assert len(again.content) == len(first.content)


def test_a_text_alternative_that_was_mended_is_read_at_once(pictured, learner, client):
    lesson, figure = pictured
    asked(client, f"/learn/lessons/{lesson.pk}/")
    figure = Figure.objects.get(pk=figure.pk)
    figure.alt = "从门扇量到门框，八十厘米。"
    figure.save()
    assert figure.alt in asked(client, f"/learn/lessons/{lesson.pk}/").content.decode()


def test_what_one_learner_has_read_is_not_marked_for_another(pictured, learner, client, make_user, course):
    lesson, _figure = pictured
    client.post(f"/learn/lessons/{lesson.pk}/done/")
    assert "is-done" in asked(client, f"/learn/lessons/{lesson.pk}/").content.decode()
    other = make_user("另一位")
    enrol(CoursePage.objects.get(pk=course.pk), user=other, now=clock.now())
    client.force_login(other, backend=BACKEND)
    assert "is-done" not in asked(client, f"/learn/lessons/{lesson.pk}/").content.decode()


@pytest.fixture
def asking(course, association):
    """A lesson with a question to oneself, and the address that carries a wrong answer to it."""
    item = Item.objects.filter(organisation=association, kind="single", pool="practice").first()
    lesson = LessonPage.objects.descendant_of(course).live().first()
    lesson.body = [("text", "<p>先量人。</p>"), ("quiz", {"title": "问问自己", "items": [item]})]
    lesson.save_revision().publish()
    name = str(LessonPage.objects.get(pk=lesson.pk).body[1].id)[:8]
    wrong = next(key for key in "ABCD" if key not in item.answer)
    address = f"/learn/lessons/{lesson.pk}/"
    return item, address, f"{address}?check={name}&{name}-{item.pk}={wrong}"


def test_a_question_to_oneself_costs_nothing_the_second_time(asking, learner, client, django_assert_num_queries):
    item, address, _answered = asking
    asked(client, address)
    with django_assert_num_queries(7):
        assert item.stem in asked(client, address).content.decode()


@pytest.mark.parametrize("answered_first", [True, False], ids=["answered first", "read first"])
def test_an_answer_to_a_question_to_oneself_is_shown_to_nobody_else(asking, learner, client, answered_first):
    _item, address, answered = asking
    if not answered_first:
        asked(client, address)
    assert "option--wrong" in asked(client, answered).content.decode()
    assert "option--wrong" not in asked(client, address).content.decode()
    assert "option--wrong" in asked(client, answered).content.decode()


def test_a_question_that_was_mended_is_read_at_once(asking, learner, client):
    item, address, _answered = asking
    asked(client, address)
    item.stem = "坐垫到踏板该留几厘米？"
    item.save()
    assert item.stem in asked(client, address).content.decode()
