"""Full-text search over courses and lessons; the same words on SQLite and PostgreSQL."""

from functools import reduce
from operator import and_

from wagtail.search.query import Phrase, SearchQuery

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.catalogue.rules import excerpt, query_phrases
from courses.catalogue.selectors import STEP, with_colleges

LIMIT = 50


def _search_query(query: str) -> SearchQuery | None:
    phrases = [Phrase(phrase) for phrase in query_phrases(query)]
    return reduce(and_, phrases) if phrases else None


def find_lessons(query: str, *, limit: int = LIMIT) -> list[LessonPage]:
    """Return published lessons that hold every word of the query, best first.

    Each page carries `excerpt` (text), `pieces` (the same cut into `Piece(text, hit)`),
    `course_title` and `module_title`. Three queries however many are found.
    """
    wanted = _search_query(query)
    if wanted is None:
        return []
    found = list(LessonPage.objects.live().public().search(wanted)[:limit])
    modules = {path for lesson in found for path in [lesson.path[:-STEP]]}
    courses = {path[:-STEP] for path in modules}
    module_titles = dict(ModulePage.objects.filter(path__in=modules).values_list("path", "title"))
    course_titles = dict(CoursePage.objects.filter(path__in=courses).values_list("path", "title"))
    for lesson in found:
        lesson.pieces = excerpt(f"{lesson.summary} {lesson.plain_text()}", query)
        lesson.excerpt = "".join(piece.text for piece in lesson.pieces)
        lesson.module_title = module_titles.get(lesson.path[:-STEP], "")
        lesson.course_title = course_titles.get(lesson.path[: -2 * STEP], "")
    return found


def find_courses(query: str, *, limit: int = LIMIT) -> list[CoursePage]:
    """Return published courses whose title, summary or audience hold every word of the query."""
    wanted = _search_query(query)
    if wanted is None:
        return []
    return with_colleges(CoursePage.objects.live().public().search(wanted)[:limit])
