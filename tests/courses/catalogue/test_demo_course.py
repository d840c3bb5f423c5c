"""The demonstration's course and bank go in through the services, and may be loaded twice."""

from pathlib import Path

import pytest

from courses.catalogue.models import Figure, LessonPage
from courses.catalogue.search import find_lessons
from courses.catalogue.selectors import outline_of
from courses.questionbank.services import draw_paper
from lms.demo.courses import load_course, load_items

DATA = Path("lms/demo/data")


@pytest.mark.django_db
def test_the_demonstration_course_is_loaded_once_and_is_whole(tree, college, association, now):
    load_items(DATA / "questions", organisation=association, actor=None, now=now)
    for _ in range(2):
        assert load_items(DATA / "questions", organisation=association, actor=None, now=now) == 0
        course = load_course(DATA / "courses" / "at-service-basics", college=college, bank_owner=association, actor=None, now=now)
        counts = (LessonPage.objects.count(), Figure.objects.count())
    outline = outline_of(course)
    assert len(outline.parts) == 4
    assert len(outline.lessons) == counts[0] >= 12
    assert counts[1] >= 12
    for part in outline.parts:
        assert draw_paper(part.module.blueprint, seed="demo", now=now).total == 100
    assert "轮椅的选择与测量" in {lesson.title for lesson in find_lessons("轮椅")}
