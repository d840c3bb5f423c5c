"""Search finds two-character Chinese words and shows only what is published."""

import pytest

from courses.catalogue.search import find_courses, find_lessons

pytestmark = pytest.mark.django_db


def test_a_two_character_word_finds_exactly_the_lessons_that_hold_it(lessons):
    assert {lesson.pk for lesson in find_lessons("轮椅")} == {lesson.pk for lesson in lessons[:2]}


@pytest.mark.parametrize("query", ["椅轮", "器轮", "不存在的词", "", "  ", "'\" OR 1=1 --", "%s", "*"])
def test_what_is_not_there_is_not_found_and_nothing_breaks(lessons, query):
    assert find_lessons(query) == []


def test_a_single_character_and_several_words_are_found(lessons):
    assert len(find_lessons("轮")) == 2
    assert [lesson.pk for lesson in find_lessons("轮椅 第11课")] == [lessons[0].pk]


def test_each_result_says_where_it_stands(lessons):
    found = find_lessons("助行器")[0]
    assert (found.course_title, found.module_title) == ("辅具服务基础", "模块2")
    assert "助行器" in found.excerpt
    assert [piece.text for piece in found.pieces if piece.hit] == ["助行器"]


def test_an_unpublished_lesson_is_not_found(lessons):
    lessons[0].unpublish()
    assert [lesson.pk for lesson in find_lessons("轮椅")] == [lessons[1].pk]


def test_courses_are_found_by_their_summary(course):
    assert [found.college_name for found in find_courses("轮椅")] == ["浦江康养职业学院"]


def test_a_search_costs_the_same_however_much_it_finds(lessons, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        find_lessons("课")
