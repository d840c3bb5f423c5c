"""Programmes and introductions wait on the page of courses in work too, and first steps lead to a programme."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.catalogue.models import CollegePage
from courses.curricula.models import CurriculumPage
from lms.organisations.rules import Role

pytestmark = pytest.mark.django_db
WHERE = "/desk/courses/"


@pytest.fixture
def programme(tree, author):
    page = CurriculumPage(slug="programme", title="辅具专业方案", live=False, owner=author)
    tree.add_child(instance=page)
    page.save_revision(user=author)
    return page


def send(page, author):
    page.get_workflow().start(page, author)


def test_a_programme_that_waits_stands_before_its_reviewer_and_nobody_else(programme, author, reviewer, make_user, enter):
    edit = reverse("wagtailadmin_pages:edit", args=[programme.pk])
    assert edit not in enter(reviewer).get(WHERE).content.decode()
    send(programme, author)
    assert edit in enter(reviewer).get(WHERE).content.decode()
    assert enter(reviewer).get(edit).status_code == 200
    assert edit not in enter(make_user("路人")).get(WHERE).content.decode()


def test_an_introduction_that_waits_stands_there_too(tree, author, reviewer, enter):
    page = CollegePage.objects.get(pk=tree.pk)
    page.intro = "我们教辅具。"
    page.save_revision(user=author)
    send(page, author)
    assert reverse("wagtailadmin_pages:edit", args=[tree.pk]) in enter(reviewer).get(WHERE).content.decode()


def test_authors_see_where_their_programme_stands_and_others_see_none(programme, author, other_author, enter):
    def listed(person):
        return [(single.title, single.state) for single, _chip, _label in enter(person).get(WHERE).context["programmes"]]

    assert listed(author) == [("辅具专业方案", "draft")]
    send(programme, author)
    assert listed(author) == [("辅具专业方案", "waiting")]
    assert listed(other_author) == []


def test_the_list_costs_the_same_for_one_programme_and_for_many(programme, tree, author, reviewer, member, college, enter):
    both = member(reviewer, college, Role.AUTHOR)

    def queries():
        with CaptureQueriesContext(connection) as context:
            assert enter(both).get(WHERE).status_code == 200
        return len(context)

    send(programme, author)
    queries()  # the first page of a process asks for what is then remembered
    few = queries()
    for number in range(5):
        page = CurriculumPage(slug=f"p{number}", title=f"方案{number}", live=False, owner=author)
        tree.refresh_from_db()
        tree.add_child(instance=page)
        page.save_revision(user=author)
        send(page, author)
    assert queries() == few


def test_first_steps_lead_to_a_programme_and_a_programme_is_no_course(tree, programme, author, enter):
    page = enter(author).get(reverse("tenancy:first_steps", args=[tree.organisation.slug]))
    assert reverse("wagtailadmin_pages:add", args=["curricula", "curriculumpage", tree.pk]) in page.content.decode()
    assert page.context["steps"]["programme"] is True
    programme.save_revision().publish()
    page = enter(author).get(reverse("tenancy:first_steps", args=[tree.organisation.slug]))
    assert page.context["steps"]["published"] is False
    assert enter(author).get(reverse("wagtailadmin_pages:add", args=["curricula", "curriculumpage", tree.pk])).status_code == 200
