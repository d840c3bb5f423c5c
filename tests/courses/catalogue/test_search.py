"""Search finds words of any length and shows only what is published, public and, to strangers, open."""

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail.models import Page, PageViewRestriction

from courses.catalogue import search_sources
from courses.catalogue.hits import MOST, hits
from courses.catalogue.indexing import forget, index_own_text, rebuild, refresh_lesson_texts
from courses.catalogue.models import CoursePage, LessonPage, ModulePage, SearchText
from courses.catalogue.search import PAGE, find, find_courses, find_lessons
from courses.catalogue.search_sources import Text

from ..conftest import publish

pytestmark = pytest.mark.django_db


def keys(results):
    return [row.pk for row in results]


def lesson_with(module, slug, text, *, title="别的课"):
    parent = ModulePage.objects.get(pk=module.pk)
    return publish(parent, LessonPage(slug=slug, title=title, summary="", minutes=5, body=[("text", f"<p>{text}</p>")]))


@pytest.fixture
def transcripts(monkeypatch):
    """A source of transcripts as the app of recordings will be one: {lesson: [(second, words)]}."""
    said = {}

    def source(lessons):
        for lesson in lessons:
            for part, (second, words) in enumerate(said.get(lesson, [])):
                yield Text(object_id=7, title="录像", text=words, page=lesson, part=part, link=f"?at={second}")

    monkeypatch.setitem(search_sources._of_lessons, "transcript", source)
    return said


# Words


def test_a_two_character_word_finds_exactly_the_lessons_that_hold_it(lessons):
    assert set(keys(find_lessons("轮椅"))) == {lesson.pk for lesson in lessons[:2]}


@pytest.mark.parametrize(
    "query", ["椅轮", "器轮", "不存在的词", "", "  ", "'\" OR 1=1 --", "%s", "*", "轮椅 NOT 课", "title_words : 轮", "\0"]
)
def test_what_is_not_there_is_not_found_and_nothing_breaks(lessons, query):
    assert list(find_lessons(query)) == []


def test_a_single_character_and_several_words_are_found(lessons):
    assert len(find_lessons("轮")) == 2
    assert keys(find_lessons("轮椅 第11课")) == [lessons[0].pk]


def test_the_letters_of_a_longer_word_must_stand_together(modules):
    together = lesson_with(modules[0], "together", "门口做一条轮椅坡道。")
    lesson_with(modules[0], "apart", "轮椅，椅坡，坡道：三个词分开写。")
    assert keys(find_lessons("轮椅坡道")) == [together.pk]


def test_chinese_and_latin_words_mix_in_any_case(modules):
    mixed = lesson_with(modules[0], "mixed", "按 ICF 做评估，选 Wheelchair。")
    assert keys(find_lessons("icf 评估")) == keys(find_lessons("ICF评估")) == keys(find_lessons("WHEEL 评估")) == [mixed.pk]
    assert list(find_lessons("ic 评估")) == []
    assert list(find_lessons("heelchair")) == []


def test_a_lesson_longer_than_one_row_is_found_by_its_end_and_only_once(modules):
    long = lesson_with(modules[0], "long", "轮廓。" * 9000 + "末尾讲电动移位机。")
    assert keys(find_lessons("电动移位机")) == [long.pk]
    assert keys(find_lessons("轮廓")) == [long.pk]


def test_a_word_of_ten_thousand_letters_does_not_hinder_publishing(modules):
    odd = lesson_with(modules[0], "odd", "x" * 10_000 + " 防滑垫")
    assert keys(find_lessons("防滑垫")) == [odd.pk]


# Order and pages


def test_a_hit_in_the_title_goes_first_and_then_what_speaks_of_it_most(modules):
    once = lesson_with(modules[0], "once", "防滑。")
    titled = lesson_with(modules[0], "titled", "地面。", title="防滑")
    often = lesson_with(modules[0], "often", "防滑、防滑、防滑。")
    lesson_with(modules[0], "none", "地面。")
    assert keys(find_lessons("防滑")) == [titled.pk, often.pk, once.pk]


def test_pages_follow_one_another_without_gap_or_double(modules):
    made = {lesson_with(modules[0], f"n{number}", "防滑。").pk for number in range(PAGE + 3)}
    first = find_lessons("防滑")
    second = find_lessons("防滑", start=first.next_start)
    assert (len(first), first.total, first.is_more, second.next_start) == (PAGE, PAGE + 3, False, None)
    assert set(keys(first)) | set(keys(second)) == made
    assert len(keys(first) + keys(second)) == len(made)


def test_no_more_than_the_first_two_hundred_are_looked_at(lessons):
    SearchText.objects.bulk_create(
        SearchText(kind="lesson", object_id=10_000 + number, page_id=lessons[0].pk, public=True, title="", words="防滑")
        for number in range(MOST + 50)
    )
    assert len(hits("防滑", [["lesson"]])) == MOST + 1


def test_each_result_says_where_it_stands(lessons):
    found = find_lessons("助行器")[0]
    assert (found.course_title, found.module_title) == ("辅具服务基础", "模块2")
    assert "助行器" in found.excerpt
    assert [piece.text for piece in found.pieces if piece.hit] == ["助行器"]


def test_a_search_costs_the_same_however_much_it_finds(lessons, modules, django_assert_num_queries):
    find_lessons("课")  # warms what the process remembers of the site
    with django_assert_num_queries(3):
        find_lessons("课")
    for number in range(5):
        lesson_with(modules[0], f"n{number}", "课")
    with django_assert_num_queries(3):
        find_lessons("课")
    with django_assert_num_queries(5):
        find("轮椅")


# Who may see


def test_an_unpublished_lesson_is_not_found_until_it_is_published_again(lessons):
    lessons[0].unpublish()
    assert keys(find_lessons("轮椅")) == [lessons[1].pk]
    lessons[0].save_revision().publish()
    assert set(keys(find_lessons("轮椅"))) == {lessons[0].pk, lessons[1].pk}


def test_a_draft_is_not_found_by_its_new_words(lessons):
    lessons[0].body = [("text", "<p>讲电动移位机。</p>")]
    revision = lessons[0].save_revision()
    assert list(find_lessons("电动移位机")) == []
    revision.publish()
    assert keys(find_lessons("电动移位机")) == [lessons[0].pk]
    assert lessons[0].pk not in keys(find_lessons("轮椅"))


def test_what_stands_below_an_unpublished_course_is_not_found(course, lessons):
    course.unpublish()
    assert list(find_lessons("轮椅")) == list(find_courses("轮椅")) == []
    lessons[0].save_revision().publish()
    assert list(find_lessons("轮椅")) == []
    CoursePage.objects.get(pk=course.pk).save_revision().publish()
    assert len(find_lessons("轮椅")) == 2


def test_a_restriction_ends_it_at_once_and_its_end_opens_it_again(course, modules, lessons):
    limit = PageViewRestriction.objects.create(page=modules[0].page_ptr, restriction_type="login")
    assert list(find_lessons("轮椅")) == []
    assert len(find_lessons("助行器")) == 2
    lessons[0].save_revision().publish()
    assert list(find_lessons("轮椅")) == []
    limit.delete()
    assert len(find_lessons("轮椅")) == 2


def test_a_lesson_closed_behind_the_back_of_the_index_is_left_out(lessons):
    Page.objects.filter(pk=lessons[0].pk).update(live=False)
    assert keys(find_lessons("轮椅")) == [lessons[1].pk]


def test_a_deleted_lesson_is_not_found(modules):
    gone = lesson_with(modules[0], "gone", "电动移位机。")
    assert keys(find_lessons("电动移位机")) == [gone.pk]
    LessonPage.objects.get(pk=gone.pk).delete()
    assert list(find_lessons("电动移位机")) == []
    assert not SearchText.objects.filter(page_id=gone.pk).exists()


def test_a_moved_module_takes_its_lessons_to_the_other_course(course, tree, modules, lessons):
    other = publish(tree, CoursePage(slug="other", title="另一门课", summary="别的。", hours=2, is_open=False))
    ModulePage.objects.get(pk=modules[0].pk).move(CoursePage.objects.get(pk=other.pk), pos="last-child")
    assert {row.course_title for row in find_lessons("轮椅")} == {"另一门课"}
    assert set(keys(find("轮椅", courses=[other.pk]).lessons)) == {lesson.pk for lesson in lessons[:2]}
    assert list(find("轮椅", open_only=True).lessons) == []


def test_strangers_find_no_lesson_of_a_course_that_is_not_open(course, lessons):
    course.is_open = False
    course.save_revision().publish()
    assert list(find("轮椅", open_only=True).lessons) == []
    assert len(find("轮椅").lessons) == 2


# Courses, and what other apps know


def test_courses_are_found_by_their_summary(course):
    assert [found.college_name for found in find_courses("轮椅")] == ["浦江康养职业学院"]


def test_a_search_may_keep_to_some_courses(course, lessons):
    assert len(find("轮椅", courses=[course.pk]).lessons) == 2
    assert list(find("轮椅", courses=[course.pk + 1000]).lessons) == list(find("轮椅", courses=[]).lessons) == []


def test_a_lesson_is_found_by_what_its_recording_says_and_leads_to_the_moment(lessons, transcripts):
    transcripts[lessons[2].pk] = [(10, "先松开刹车。"), (192, "再看气压表，气压表在左边。")]
    assert list(find_lessons("气压表")) == []
    refresh_lesson_texts([lessons[2].pk])
    found = find_lessons("气压表")
    assert [(row.pk, row.kind, row.url) for row in found] == [(lessons[2].pk, "transcript", f"{lessons[2].url}?at=192")]
    lessons[2].unpublish()
    assert list(find_lessons("气压表")) == []


def test_words_that_a_recording_no_longer_says_are_not_found(lessons, transcripts):
    transcripts[lessons[2].pk] = [(10, "气压表。")]
    lessons[2].save_revision().publish()
    assert len(find_lessons("气压表")) == 1
    transcripts.clear()
    refresh_lesson_texts([lessons[2].pk])
    assert list(find_lessons("气压表")) == []


def test_a_word_of_the_glossary_is_found_and_forgotten():
    index_own_text("term", Text(object_id=3, title="座宽", text="坐面两侧之间的距离。", link="/glossary/3/"))
    found = find("距离").terms
    assert [(row.title, row.url) for row in found] == [("座宽", "/glossary/3/")]
    forget("term", 3)
    assert list(find("距离").terms) == []


# The index


def test_a_new_index_finds_the_same(course, lessons, transcripts, monkeypatch, capsys):
    transcripts[lessons[2].pk] = [(10, "气压表。")]
    monkeypatch.setitem(search_sources._own, "term", lambda: [Text(object_id=3, title="座宽", text="距离。", link="/g/3/")])
    lessons[1].unpublish()
    SearchText.objects.all().delete()
    assert list(find_lessons("轮椅")) == []
    call_command("rebuild_search")
    assert "course 1, lesson 3, term 1, transcript 1" in capsys.readouterr().out
    assert keys(find_lessons("轮椅")) == [lessons[0].pk]
    assert (len(find_lessons("气压表")), len(find("座宽").terms), len(find_courses("轮椅"))) == (1, 1, 1)
    assert rebuild() == {"course": 1, "lesson": 3, "term": 1, "transcript": 1}


def test_the_index_of_the_database_follows_every_row(lessons):
    SearchText.objects.filter(kind="lesson").update(words="新词", title_words="")
    assert len(hits("新词", [["lesson"]])) == 4
    assert hits("轮椅", [["lesson"]]) == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO catalogue_searchtext_fts (catalogue_searchtext_fts, rank) VALUES ('integrity-check', 1)")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="asks PostgreSQL of its own index")
def test_nothing_waits_in_a_list_that_every_search_would_read(lessons):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'catalogue_searchtext_%vector'")
        indexes = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND 'fastupdate=off' = ANY(reloptions)", [indexes])
        assert cursor.fetchone() == (len(indexes),) == (2,)
