"""What a course page tells somebody who has not signed in: who may read, and what taking the course asks."""

import pytest
from django.urls import reverse

from courses.catalogue.models import CoursePage
from courses.learning.services.terms import set_terms

from ..conftest import publish

pytestmark = pytest.mark.django_db
SIMPLE = {"prerequisites": [], "by_class_only": False, "quizzes_needed": True, "watch_percent": 0}


@pytest.fixture
def page_of(client):
    def read(course):
        return client.get(course.url, headers={"accept-language": "en"}).content.decode()

    return read


def enrol_link(course):
    return f"?next={reverse('learning:enrol', args=[course.pk])}"


def test_an_open_course_is_read_by_everyone_and_taken_after_signing_in(course, page_of):
    page = page_of(course)
    assert "Everyone may read. Sign in to keep your place" in page
    assert enrol_link(course) in page


def test_a_closed_course_does_not_say_that_everyone_may_read(course, page_of):
    course.is_open = False
    course.save_revision().publish()
    page = page_of(course)
    assert "Everyone may read" not in page
    assert "Sign in to read, take the quizzes" in page
    assert enrol_link(course) in page


@pytest.mark.parametrize(("with_class", "sentence"), [(True, "Choose one:"), (False, "none is open at the moment")])
def test_a_course_only_in_a_class_offers_its_classes_and_no_enrolling(
    course, teacher, make_class, page_of, now, with_class, sentence
):
    set_terms(course, **{**SIMPLE, "by_class_only": True}, actor=teacher, now=now)
    run = make_class() if with_class else None
    page = page_of(course)
    assert "This course is taken in a class" in page
    assert sentence in page
    assert (run.title in page) if run else ("Or learn in a class" not in page)
    assert enrol_link(course) not in page


def test_a_course_that_asks_for_another_names_it_and_offers_no_enrolling(course, tree, teacher, page_of, now):
    before = publish(tree, CoursePage(slug="before", title="先学这一门", summary="摘要", hours=1))
    set_terms(course, **{**SIMPLE, "prerequisites": [before]}, actor=teacher, now=now)
    page = page_of(course)
    assert "complete these courses first" in page
    assert f'href="{before.url}"' in page
    assert enrol_link(course) not in page
