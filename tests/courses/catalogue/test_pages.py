"""Public pages of the course tree."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from courses.catalogue.selectors import course_list, outline_of, place_of

from .test_tree import figure_of

pytestmark = pytest.mark.django_db


def test_everyone_reads_index_college_course_module_and_lesson(client, tree, course, modules, lessons):
    for page in (tree.get_parent(), tree, course, modules[0], lessons[0]):
        response = client.get(page.url)
        assert response.status_code == 200, page.url
        assert page.title in response.content.decode() or page.slug == "courses"


def test_the_index_filters_by_class_and_by_college(client, course):
    assert "辅具服务基础" in client.get("/courses/?class=12").content.decode()
    assert "辅具服务基础" not in client.get("/courses/?class=22").content.decode()
    assert "辅具服务基础" in client.get("/courses/?college=pujiang-college").content.decode()
    assert client.get("/courses/?class=zz&college=nobody&before=x").status_code == 200


def test_paging_goes_on_after_the_last_course_seen(course):
    assert [page.pk for page in course_list({})["courses"]] == [course.pk]
    assert course_list({"before": str(course.pk)})["courses"] == []


def test_an_unpublished_lesson_is_not_found_and_leaves_the_outline(client, course, lessons):
    lessons[0].unpublish()
    assert client.get(lessons[0].url).status_code == 404
    assert lessons[0].pk not in {lesson.pk for lesson in outline_of(course).lessons}


def test_a_lesson_knows_its_neighbours_across_modules(lessons):
    place = place_of(lessons[2])
    assert (place.number, place.previous.pk, place.next.pk, place.part.number) == (3, lessons[1].pk, lessons[3].pk, 2)
    assert place_of(lessons[0]).previous is None
    assert place_of(lessons[3]).next is None


def test_the_outline_costs_two_queries(course, django_assert_num_queries):
    with django_assert_num_queries(2):
        outline_of(course)


def test_a_course_page_costs_a_fixed_number_of_queries(client, course, django_assert_max_num_queries):
    client.get(course.url)
    with django_assert_max_num_queries(12):
        client.get(course.url)


def test_a_figure_is_served_as_a_picture_that_can_do_nothing(client, tree, college):
    figure = figure_of(college)
    response = client.get(figure.get_absolute_url())
    assert response["Content-Type"].startswith("image/svg+xml")
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("catalogue:figure", args=[figure.pk, "0" * 16])).status_code == 404


def test_chinese_content_on_an_english_page_says_that_it_is_chinese(client, course, lessons):
    client.cookies["django_language"] = "en"
    page = client.get(lessons[0].url).content.decode()
    assert '<html lang="en"' in page
    assert f'<h1 lang="zh-Hans">{lessons[0].title}</h1>' in page
    assert '<div class="rich-text" lang="zh-Hans">' in page
    course_page = client.get(course.url).content.decode()
    assert f'<h1 class="page-head__title" lang="zh-Hans">{course.title}</h1>' in course_page
    assert 'lang="en">Basics' in course_page
    assert '<h2 class="section__title" id="content">What is in it</h2>' in course_page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case", {"title": "老张", "situation": "上坡难", "analysis": "坡陡", "result": "换坡道"}),
        ("key_points", {"points": ["先问人"]}),
        ("steps", {"title": "测量", "steps": [{"title": "座宽", "text": "量髋"}]}),
    ],
)
def test_a_block_marks_its_own_words_as_chinese_and_not_the_english_labels(name, value):
    with override("en"):
        block = render_to_string(f"catalogue/blocks/{name}.html", {"value": value})
    chinese = re.findall(r'<(\w+)[^>]* lang="zh-Hans"[^>]*>(.*?)</\1>', block, re.DOTALL)
    told = "".join(re.sub(r"<[^>]+>", "", text) for _tag, text in chinese)
    assert re.findall(r"[\u4e00-\u9fff]", told) == re.findall(r"[\u4e00-\u9fff]", block)
    assert not re.search(r"[A-Za-z]", told)
