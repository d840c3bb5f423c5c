"""The demonstration's courses and bank go in through the services, and may be loaded twice."""

from pathlib import Path

import pytest
from django.http import QueryDict

from courses.catalogue.accessibility.gate import findings_of
from courses.catalogue.models import Figure, GlossaryTerm, LessonPage
from courses.catalogue.search import find_lessons
from courses.catalogue.selectors import course_list, outline_of
from courses.questionbank.services import draw_paper
from lms.core.errors import DomainError
from lms.demo.courses import load_course, load_items
from lms.demo.figures import FigureShelf
from lms.demo.lesson_blocks import Materials, block_of

pytestmark = pytest.mark.django_db
DATA = Path("lms/demo/data")
COURSES = {"at-service-basics": "轮椅的选择与测量", "wheelchairs-and-walking-aids": None, "barrier-free-home": "坐便器与抓杆"}
BLOCKS = {"term", "table", "comparison", "slides", "quiz", "steps", "case", "figure", "key_points", "text"}


@pytest.fixture
def load(tree, college, association, now):
    load_items(DATA / "questions", organisation=association, actor=None, now=now)

    def course(slug, folder=DATA / "courses"):
        return load_course(folder / slug, college=college, bank_owner=association, actor=None, now=now)

    return course


@pytest.mark.parametrize("slug", COURSES)
def test_a_demonstration_course_is_loaded_once_and_is_whole(load, now, slug):
    for _ in range(2):
        course = load(slug)
        counts = (LessonPage.objects.count(), Figure.objects.count(), GlossaryTerm.objects.count())
    outline = outline_of(course)
    assert len(outline.parts) == 4
    assert len(outline.lessons) == counts[0] >= 12
    assert counts[1] >= 12
    assert course.cover is not None
    for part in outline.parts:
        assert draw_paper(part.module.blueprint, seed="demo", now=now).total == 100


@pytest.mark.parametrize("slug", COURSES)
def test_filters_find_each_demonstration_course(load, slug):
    course = load(slug)
    for query in (f"occupation={course.occupations[-1]}", f"level={course.levels[0]}", "credit=yes"):
        assert [found.pk for found in course_list(QueryDict(query))["courses"]] == [course.pk], query
    assert course_list(QueryDict("level=chief"))["courses"] == []


def test_its_lessons_are_found_by_a_word(load):
    load("at-service-basics")
    assert "轮椅的选择与测量" in {lesson.title for lesson in find_lessons("轮椅")}


@pytest.mark.parametrize("slug", COURSES)
def test_each_course_uses_every_block_has_words_and_an_easy_version(load, slug):
    load(slug)
    lessons = list(LessonPage.objects.all())
    assert {block.block_type for lesson in lessons for block in lesson.body} >= BLOCKS
    assert sum(lesson.easy_read != "" for lesson in lessons) >= 3
    assert sum(any(block.block_type in {"video", "slides"} for block in lesson.body) for lesson in lessons) >= 2
    steps = [step for lesson in lessons for block in lesson.body if block.block_type == "steps" for step in block.value["steps"]]
    assert sum(step["picture"]["figure"] is not None for step in steps) >= 3
    assert GlossaryTerm.objects.count() >= 20


def test_a_sound_and_a_form_to_print_are_shown_where_they_are_needed(load, client):
    load("barrier-free-home")
    sound = shown("senses-and-smart-home", "audio")["recording"]
    assert (sound.kind, sound.content_type) == ("audio", "audio/mpeg")
    assert 20_000 < sound.duration_ms < 60_000
    assert "3000 赫兹" in sound.transcript
    form = shown("home-visit", "document")["document"]
    assert form.file_extension == "pdf"
    sent = client.get(form.url)
    assert sent.status_code == 200
    assert b"".join(sent).startswith(b"%PDF-1.7")


def shown(lesson, kind):
    body = LessonPage.objects.get(slug=lesson).body
    return next(block.value for block in body if block.block_type == kind)


@pytest.mark.parametrize("slug", COURSES)
def test_no_demonstration_lesson_shuts_anybody_out(load, slug):
    load(slug)
    found = {lesson.slug: [finding.code for finding in findings_of(lesson)] for lesson in LessonPage.objects.all()}
    assert {slug: codes for slug, codes in found.items() if codes} == {}


def test_a_drawing_that_changed_is_brought_up_to_date_and_one_that_did_not_is_left_alone(tmp_path, college, tree):
    folder = tmp_path / "course"
    folder.mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} 10"><path d="M0 0L9 9"/></svg>'
    (folder / "a.svg").write_text(svg.format(10))
    data = {"file": "a.svg", "alt": "一条线", "caption": "线"}
    first = FigureShelf(folder, college).put(data)
    Figure.objects.filter(pk=first.pk).update(title="作者改的名字")
    again = FigureShelf(folder, college).put(data | {"caption": "换了说明"})
    assert (again.pk, again.sha256, again.title) == (first.pk, first.sha256, "作者改的名字")
    (folder / "a.svg").write_text(svg.format(20))
    changed = FigureShelf(folder, college).put(data)
    assert changed.pk == first.pk
    assert Figure.objects.get().width == 20


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"type": "quiz", "title": "问", "items": ["nobody-001"]}, "demo.item_unknown"),
        ({"type": "term", "term": "没有的词"}, "demo.word_unknown"),
        ({"type": "film"}, "demo.block_unknown"),
    ],
)
def test_a_lesson_file_that_asks_for_what_nobody_has_is_refused(data, code):
    with pytest.raises(DomainError, match=code):
        block_of(data, Materials(figures=None, words={}, items={}, college=None))
