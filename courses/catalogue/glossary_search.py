"""Words of the glossary as they are found: in the lessons that explain them and in the glossary of their course."""

from collections.abc import Iterator, Sequence

from django.db.models import F
from django.urls import reverse

from courses.catalogue.indexing import STEP, forget, index_own_text, refresh_lesson_texts
from courses.catalogue.models import CoursePage, GlossaryTerm, LessonPage
from courses.catalogue.search_models import TERM, SearchText
from courses.catalogue.search_sources import Text


def words_explained(lessons: Sequence[int]) -> Iterator[Text]:
    """Yield the words that these lessons explain; each leads to its place in the glossary of the course."""
    all_pages = LessonPage.objects.filter(pk__in=lessons)
    pages = [page for page in all_pages if any(row["type"] == "term" for row in page.body.raw_data)]
    courses = dict(CoursePage.objects.filter(path__in={page.path[: -2 * STEP] for page in pages}).values_list("path", "pk"))
    for page in pages:
        course = courses.get(page.path[: -2 * STEP])
        terms = {block.value["term"] for block in page.body if block.block_type == "term" and block.value["term"]}
        for term in sorted(terms, key=lambda term: term.pk) if course else ():
            yield _text(term, page=page.pk, course=course)


def words_of_courses() -> Iterator[Text]:
    """Yield the words that belong to the glossary of one course."""
    for term in GlossaryTerm.objects.exclude(course=None):
        yield _text(term, page=term.course_id, course=term.course_id)


def index_word(term: GlossaryTerm) -> None:
    """Write anew a word and the lessons that explain it after a change of the word."""
    rows = SearchText.objects.filter(kind=TERM, object_id=term.pk)
    lessons = list(rows.exclude(page_id=F("course_id")).values_list("page_id", flat=True))
    rows.filter(page_id=F("course_id")).delete()
    if term.course_id:
        index_own_text(TERM, _text(term, page=term.course_id, course=term.course_id))
    refresh_lesson_texts(lessons)


def forget_word(term: int) -> None:
    """Let a word that is no more be found no more, nor the lessons that explained it by its meaning."""
    lessons = list(SearchText.objects.filter(kind=TERM, object_id=term).values_list("page_id", flat=True))
    forget(TERM, term)
    refresh_lesson_texts(lessons)


def _text(term: GlossaryTerm, *, page: int | None, course: int | None) -> Text:
    link = f"{reverse('catalogue:glossary', args=[course])}?word={term.pk}#word-{term.pk}"
    text = f"{term.meaning}\n{term.term_en}" if term.term_en else term.meaning
    return Text(object_id=term.pk, title=term.term, text=text, page=page, course=course, link=link)
