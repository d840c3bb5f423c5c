"""A practice item that a lesson has shown is known with its answer: it never becomes an exam item."""

import pytest

from courses.catalogue.models import LessonPage
from courses.catalogue.shown_items import items_in_lessons
from courses.learning.services import enrol
from courses.questionbank.models import Item
from courses.questionbank.services import import_items
from lms.core.errors import DomainError

from ..conftest import publish
from ..questionbank.conftest import item_rows

pytestmark = pytest.mark.django_db
KEY = "q-s0"


@pytest.fixture
def item(course):
    return Item.objects.get(key=KEY)


def as_exam_item(item, now):
    rows = [row | {"pool": "exam"} for row in item_rows(module="m1") if row["key"] == item.key]
    return import_items(rows, organisation=item.organisation, actor=None, now=now)


def with_quiz(lesson, *items):
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.body = [("quiz", {"title": "考考自己", "items": list(items)})] if items else [("text", "<p>没有题。</p>")]
    lesson.save_revision().publish()
    return lesson


def refused(item, now):
    with pytest.raises(DomainError) as refusal:
        as_exam_item(item, now)
    item.refresh_from_db()
    return (refusal.value.code, refusal.value.context["key"], item.pool) == ("questionbank.item_was_practice", KEY, "practice")


def test_an_item_that_nobody_has_seen_becomes_an_exam_item(item, now):
    assert as_exam_item(item, now) == 1
    item.refresh_from_db()
    assert item.pool == "exam"


def test_one_in_a_published_lesson_does_not(item, lessons, now):
    with_quiz(lessons[0], item)
    assert refused(item, now)


def test_one_in_the_version_that_somebody_began_does_not(item, lessons, course, make_user, now):
    with_quiz(lessons[0], item)
    enrol(course, user=make_user("王小芳"), now=now)
    with_quiz(lessons[0])
    assert refused(item, now)


def test_one_that_stood_in_a_lesson_which_nobody_began_does_not(item, lessons, now):
    with_quiz(lessons[0], item)
    with_quiz(lessons[0])
    lessons[0].unpublish()
    assert refused(item, now)


def test_one_in_a_lesson_without_any_revision_does_not(item, modules, now):
    body = [("quiz", {"title": "考考自己", "items": [item]})]
    modules[0].add_child(instance=LessonPage(slug="plain", title="直接放上", body=body))
    assert refused(item, now)


def test_another_item_of_the_same_bank_is_not_held_back(item, lessons, now):
    with_quiz(lessons[0], item)
    other = Item.objects.get(key="q-s1")
    assert items_in_lessons([item.pk, other.pk]) == {item.pk}
    assert as_exam_item(other, now) == 1


def test_many_lessons_are_asked_at_once(item, modules, django_assert_max_num_queries, now):
    for number in range(3):
        publish(modules[0], LessonPage(slug=f"q{number}", title="题", body=[("quiz", {"title": "题", "items": [item]})]))
    with django_assert_max_num_queries(2):
        assert items_in_lessons([item.pk]) == {item.pk}
