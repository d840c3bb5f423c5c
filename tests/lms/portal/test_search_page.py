"""The search page: highlighted, narrowed by filters, and nothing of what a stranger may not read."""

import pytest

from tests.courses.conftest import publish

pytestmark = pytest.mark.django_db


def test_the_words_are_marked_in_title_and_text(client, course, lessons):
    page = client.get("/search/?q=轮椅").content.decode()
    assert page.count('<mark class="hit">轮椅</mark>') == 2
    assert lessons[0].url in page


def test_words_of_the_query_are_shown_as_text_and_not_as_markup(client, course, lessons):
    page = client.get("/search/", {"q": "<script>轮椅"}).content.decode()
    assert "<script>轮椅" not in page
    assert "&lt;script&gt;轮椅" in page


def test_a_filter_narrows_the_search_and_can_be_given_up(client, course, lessons):
    from courses.catalogue.models import CoursePage

    course.levels = ["5"]
    course.save_revision().publish()
    publish(course.get_parent().specific, CoursePage(slug="other", title="别的", summary="轮椅", hours=1, levels=["4"]))
    assert "课11" in client.get("/search/?q=轮椅&level=5").content.decode()
    without = client.get("/search/?q=轮椅&level=4").content.decode()
    assert "课11" not in without
    assert "别的" in without
    assert 'class="chosen__one" href="?q=%E8%BD%AE%E6%A4%85"' in without
    assert '<input type="hidden" name="level" value="4">' in without


def test_nothing_found_among_the_chosen_courses_offers_all_courses(client, course, lessons):
    from courses.catalogue.models import CoursePage

    publish(course.get_parent().specific, CoursePage(slug="other", title="别的", summary="无", hours=1, levels=["4"]))
    page = client.get("/search/?q=轮椅&level=4").content.decode()
    assert 'class="button button--secondary" href="?q=%E8%BD%AE%E6%A4%85"' in page


def test_strangers_see_no_word_of_a_course_that_is_not_open(client, course, lessons, make_user):
    course.is_open = False
    course.save_revision().publish()
    assert "课11" not in client.get("/search/?q=轮椅").content.decode()
    client.force_login(make_user("王小芳"))
    assert "课11" in client.get("/search/?q=轮椅").content.decode()


@pytest.mark.parametrize("start", ["-1", "x", "99999", "20"])
def test_a_page_that_does_not_exist_breaks_nothing(client, course, lessons, start):
    assert client.get(f"/search/?q=轮椅&start={start}").status_code == 200


def test_what_a_recording_says_is_shown_with_its_moment(client, lessons):
    slides = [{"picture": {}, "narration": "先松开刹车。"}, {"picture": {}, "narration": "再看气压表。"}]
    lessons[0].body = [("slides", {"title": "换座垫", "slides": slides})]
    lessons[0].save_revision().publish()
    page = client.get("/search/?q=气压表").content.decode()
    assert "文字稿 0:01 处" in page
    assert f'href="{lessons[0].url}?at=1#slides-' in page
    assert "0:01" not in client.get("/search/?q=课11").content.decode()
