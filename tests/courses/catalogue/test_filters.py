"""Filters on the course list: what each choice leaves, and links that work without JavaScript."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from courses.catalogue import occupations, search_sources
from courses.catalogue.faceting import faceted, hour_band
from courses.catalogue.filters import filters_of
from courses.catalogue.models import CoursePage
from courses.catalogue.selectors import course_list, front_courses

from ..conftest import publish


def another(tree, slug, **facts):
    page = CoursePage(**{"slug": slug, "title": f"课程{slug}", "summary": "摘要", "hours": 2, **facts})
    return publish(tree, page)


def group(filters, name):
    return next(group for group in filters.groups if group.name == name)


def counts(filters, name):
    return {choice.value: choice.count for choice in group(filters, name).choices}


# Rules


def test_a_value_is_counted_as_if_nothing_else_of_its_name_were_chosen():
    rows = [
        (1, {("level", "5"), ("class", "12")}),
        (2, {("level", "4"), ("class", "12")}),
        (3, {("level", "4"), ("class", "22")}),
    ]
    result = faceted(rows, {"level": ["5"]})
    assert result.kept == [1]
    assert result.counts["level"] == {"5": 1, "4": 2}
    assert result.counts["class"] == {"12": 1}
    assert faceted(rows, {"level": ["5", "4"], "class": ["12"]}).kept == [1, 2]
    assert faceted(rows, {}).kept == [1, 2, 3]


@pytest.mark.parametrize(
    ("hours", "band"),
    [(0, ""), (1, "short"), (4, "short"), (5, "medium"), (12, "medium"), (13, "long"), (40, "long"), (41, "longest")],
)
def test_hours_belong_to_one_band(hours, band):
    assert hour_band(hours) == band


# The list


@pytest.mark.django_db
def test_each_choice_says_how_many_courses_it_leaves(tree, course, monkeypatch):
    monkeypatch.setitem(occupations._sources, "standards", lambda: {"4-14-02-05": "咨询师"})
    another(tree, "second", levels=["5", "4"], at_classes=["12"], hours=20, credits="1.5", occupations=["4-14-02-05", "gone"])
    filters = filters_of({})
    assert counts(filters, "class") == {"12": 2, "18": 1}
    assert counts(filters, "level") == {"5": 1, "4": 1}
    assert counts(filters, "hours") == {"short": 1, "long": 1}
    assert counts(filters, "credit") == {"yes": 1}
    assert counts(filters, "occupation") == {"4-14-02-05": 1}
    assert counts(filters, "college") == {"pujiang-college": 2}
    assert group(filters, "occupation").choices[0].label == "咨询师"


@pytest.mark.django_db
def test_a_course_is_found_by_what_a_lesson_offers_to_those_who_cannot_hear(course, lessons, monkeypatch):
    monkeypatch.setitem(search_sources._features, "films", lambda keys: {lessons[1].pk: ["captions", "unknown"]})
    assert course_list({"access": "captions"})["courses"] == []
    lessons[1].save_revision().publish()
    assert counts(filters_of({}), "access") == {"captions": 1}
    assert [page.pk for page in course_list({"access": "captions"})["courses"]] == [course.pk]
    lessons[1].unpublish()
    monkeypatch.setitem(search_sources._features, "films", lambda keys: {})
    lessons[0].save_revision().publish()
    assert course_list({"access": "captions"})["courses"] == []


@pytest.mark.django_db
def test_two_values_of_one_name_widen_and_two_names_narrow(tree, course):
    second = another(tree, "second", levels=["5"], at_classes=["22"])
    third = another(tree, "third", levels=["4"], at_classes=["22"])
    assert set(filters_of(QueryDict("level=5&level=4")).courses) == {second.pk, third.pk}
    assert filters_of(QueryDict("level=5&class=22")).courses == [second.pk]
    assert filters_of(QueryDict("level=5&class=18")).courses == []


@pytest.mark.django_db
def test_a_chosen_filter_stays_in_sight_and_its_link_gives_up_only_itself(course):
    filters = filters_of(QueryDict("q=轮椅&level=5&class=12&before=7"))
    assert {choice.value: choice.url for choice in filters.chosen} == {
        "5": "?q=%E8%BD%AE%E6%A4%85&class=12",
        "12": "?q=%E8%BD%AE%E6%A4%85&level=5",
    }
    assert filters.clear_url == "?q=%E8%BD%AE%E6%A4%85"


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["level=99", "class=zz", "hours=", "before=99999999999999999999", "college=nobody", "access=x"])
def test_values_that_nobody_knows_are_as_good_as_none(client, course, query):
    assert filters_of(QueryDict(query)).courses == [course.pk]
    assert client.get(f"/courses/?{query}").status_code == 200


@pytest.mark.django_db
def test_a_closed_course_is_neither_listed_nor_counted(tree, course):
    second = another(tree, "second", at_classes=["22"])
    second.unpublish()
    filters = filters_of({})
    assert filters.courses == [course.pk]
    assert "22" not in counts(filters, "class")


@pytest.mark.django_db
def test_the_list_costs_the_same_for_more_courses_and_more_choices(client, tree, course):
    def cost(path):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    # With a choice in the address: the whole list is given again to visitors, and costs one query.
    before = cost("/courses/?hours=short")
    for number in range(4):
        another(tree, f"n{number}", levels=["5", "4"], at_classes=["12", "22"])
    assert cost("/courses/?hours=short") == before
    assert cost("/courses/?level=5&class=12&class=22&hours=short") == before


@pytest.mark.django_db
def test_paging_keeps_the_choice_and_loses_nothing(client, tree, course):
    made = [another(tree, f"n{number:02}", levels=["5"]).pk for number in range(30)]
    first = course_list(QueryDict("level=5"))
    second = course_list(QueryDict(f"level=5&before={first['before']}"))
    assert [page.pk for page in first["courses"] + second["courses"]] == made[::-1]
    assert second["before"] is None
    assert f"level=5&amp;before={first['before']}" in client.get("/courses/?level=5").content.decode()


@pytest.mark.django_db
def test_an_empty_choice_helps_on(client, course):
    page = client.get("/courses/?level=5").content.decode()
    assert "empty-state" in page
    assert 'class="chosen__one" href="?"' in page


# Who may read


@pytest.mark.django_db
def test_the_public_meets_first_what_it_may_read(tree, course):
    closed = another(tree, "closed", is_open=False)
    assert [page.pk for page in front_courses(signed_in=False)] == [course.pk, closed.pk]
    assert [page.pk for page in front_courses(signed_in=True)] == [closed.pk, course.pk]


@pytest.mark.django_db
def test_a_stranger_reads_an_open_course_and_is_asked_to_sign_in_for_another(client, course, lessons, make_user):
    assert client.get(lessons[0].url).status_code == 200
    course.is_open = False
    course.save_revision().publish()
    asked = client.get(lessons[0].url)
    assert (asked.status_code, asked.url) == (302, f"/accounts/login/?next={lessons[0].url}")
    assert client.get(course.url).status_code == 200
    client.force_login(make_user("王小芳"))
    assert client.get(lessons[0].url).status_code == 200
