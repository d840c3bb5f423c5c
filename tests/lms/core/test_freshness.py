"""Whether what is shown has changed: told by whoever changes it, at once and for every process."""

import pytest
from django.db import transaction

from lms.core import freshness
from lms.core.models import PublicChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def college_named(college):
    def rename(name):
        college.name = name
        college.save()

    return rename


def test_a_saved_row_of_what_is_shown_changes_the_mark(college_named):
    before = freshness.mark()
    college_named("另一个名字")
    assert freshness.mark() != before


def test_a_saved_row_of_what_nobody_is_shown_changes_nothing(make_user):
    before = freshness.mark()
    make_user("王小芳")
    assert freshness.mark() == before


def test_the_mark_is_told_before_the_change_is_committed_to_whoever_makes_it(college_named):
    with transaction.atomic():
        before = freshness.mark()
        college_named("第三个名字")
        assert freshness.mark() != before


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_the_one_that_is_committed_last_changes_the_mark_last(college):
    with transaction.atomic():
        freshness.note_change()
        first = freshness.mark()
    assert freshness.mark() != first, "a slow transaction's end must be told too"


@pytest.mark.django_db(transaction=True)
def test_a_change_that_was_taken_back_is_not_told(college):
    before = freshness.mark()
    with transaction.atomic():
        freshness.note_change()
        transaction.set_rollback(True)
    assert freshness.mark() == before


def test_old_rows_are_swept(monkeypatch):
    monkeypatch.setattr(freshness, "KEPT_ROWS", 5)
    for _n in range(25):
        freshness.note_change()
    assert PublicChange.objects.count() <= 10


def test_asking_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        freshness.mark()
