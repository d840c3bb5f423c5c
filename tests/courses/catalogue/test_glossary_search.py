"""A word of the glossary is found once, leads to itself, and no further than its course may be read."""

import pytest

from courses.catalogue.glossary import PAGE_SIZE
from courses.catalogue.indexing import rebuild
from courses.catalogue.models import CoursePage, GlossaryTerm
from courses.catalogue.search import find, find_lessons

from ..conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def word(tree):
    return GlossaryTerm.objects.create(term="座宽", term_en="seat width", meaning="坐面两侧之间的距离。")


def explain(lesson, word):
    lesson.body = [("term", {"term": word})]
    lesson.save_revision().publish()


def found(query, **asked):
    return [(row.title, row.url) for row in find(query, **asked).terms]


def test_a_word_that_a_lesson_explains_leads_to_its_place_in_the_glossary(client, course, lessons, word):
    assert found("距离") == []
    explain(lessons[0], word)
    explain(lessons[1], word)
    assert found("距离") == found("SEAT") == [("座宽", f"/glossary/{course.pk}/?word={word.pk}#word-{word.pk}")]
    assert f'id="word-{word.pk}"' in client.get(found("距离")[0][1]).content.decode()


def test_a_word_of_a_course_is_found_though_no_lesson_explains_it(course, word):
    word.course = course
    word.save()
    assert len(found("座宽")) == 1
    word.course = None
    word.save()
    assert found("座宽") == []


def test_a_word_is_found_by_its_new_meaning_only_and_so_is_the_lesson_that_explains_it(lessons, word):
    explain(lessons[0], word)
    word.meaning = "坐面有多宽。"
    word.save()
    assert (found("距离"), list(find_lessons("距离"))) == ([], [])
    assert (len(found("多宽")), len(find_lessons("多宽"))) == (1, 1)


def test_a_word_that_is_deleted_or_no_longer_explained_is_not_found(course, lessons, word):
    explain(lessons[0], word)
    lessons[0].body = [("text", "<p>别的。</p>")]
    lessons[0].save_revision().publish()
    assert found("座宽") == []
    word.course = course
    word.save()
    assert len(found("座宽")) == 1
    word.delete()
    assert (found("座宽"), list(find_lessons("距离"))) == ([], [])


def test_words_of_an_unpublished_lesson_or_course_are_not_found(course, lessons, word):
    explain(lessons[0], word)
    lessons[0].unpublish()
    assert found("座宽") == []
    word.course = course
    word.save()
    assert len(found("座宽")) == 1
    course.unpublish()
    assert found("座宽") == []


@pytest.mark.parametrize("anew", [False, True])
def test_strangers_find_no_word_of_a_course_that_is_not_open(course, lessons, word, anew):
    course.is_open = False
    course.save_revision().publish()
    explain(lessons[0], word)
    word.course = course
    word.save()
    if anew:
        rebuild()
    assert found("座宽", open_only=True) == []
    assert len(found("座宽")) == 1


def test_a_word_shared_by_two_courses_is_found_once_and_stays_when_one_is_closed(course, lessons, tree, word):
    explain(lessons[0], word)
    other = publish(tree, CoursePage(slug="other", title="另一门课", summary="别的。", hours=2))
    word.course = other
    word.save()
    assert len(found("座宽")) == 1
    CoursePage.objects.get(pk=other.pk).unpublish()
    assert found("座宽") == [("座宽", f"/glossary/{course.pk}/?word={word.pk}#word-{word.pk}")]


def test_a_word_on_a_later_page_of_the_glossary_is_shown_there(client, course):
    words = [GlossaryTerm.objects.create(term=f"词{n:03d}", meaning="意思。", course=course) for n in range(PAGE_SIZE + 2)]
    address = f"/glossary/{course.pk}/"
    assert f'id="word-{words[-1].pk}"' not in client.get(address).content.decode()
    assert f'id="word-{words[-1].pk}"' in client.get(f"{address}?word={words[-1].pk}").content.decode()
    assert f'id="word-{words[0].pk}"' in client.get(f"{address}?word=999999").content.decode()
