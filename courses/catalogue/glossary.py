"""The glossary of a course: its own words and the others that its lessons explain."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import ReferenceIndex

from courses.catalogue.models import CoursePage, GlossaryTerm, LessonPage
from courses.catalogue.pinyin import initial
from lms.core.forms import whole_number

PAGE_SIZE = 100


@dataclass(frozen=True)
class Entry:
    """A word with the published lessons of the course that explain it; `letter` is its initial."""

    term: GlossaryTerm
    letter: str
    lessons: list[LessonPage] = field(default_factory=list)


def glossary_of(course: CoursePage, *, after: str = "", word: str = "") -> dict[str, Any]:
    """Return a page of the course's glossary: `letters` [(letter, entries)] and `after`, the last word's pk if more follow.

    Five queries however many words and lessons. `after` (the pk of the last word seen) that is no word's begins anew;
    with `word` (a pk) the page is the one on which that word stands.
    """
    lessons = {
        str(lesson.pk): lesson for lesson in LessonPage.objects.live().descendant_of(course).defer("body").order_by("path")
    }
    shown_in = _explained_in(lessons)
    words = GlossaryTerm.objects.filter(Q(course=course) | Q(pk__in=list(shown_in)))
    if word:
        after = _before_page_of(whole_number(word), list(words.order_by("sort_key", "pk").values_list("pk", flat=True)))
    last = GlossaryTerm.objects.filter(pk=whole_number(after)).first() if after else None
    if last is not None:
        words = words.filter(Q(sort_key__gt=last.sort_key) | Q(sort_key=last.sort_key, pk__gt=last.pk))
    found = list(words.order_by("sort_key", "pk")[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    letters: dict[str, list[Entry]] = {}
    for term in found:
        entry = Entry(term, initial(term.term), [lessons[pk] for pk in shown_in.get(term.pk, [])])
        letters.setdefault(entry.letter, []).append(entry)
    return {"letters": list(letters.items()), "after": found[-1].pk if more else None, "is_first": last is None}


def _before_page_of(word: int, words: list[int]) -> str:
    """Return the last word before the page of a word, empty when that is the first page or no word's."""
    place = words.index(word) if word in words else 0
    first = place - place % PAGE_SIZE
    return str(words[first - 1]) if first else ""


def _explained_in(lessons: dict[str, LessonPage]) -> dict[int, list[str]]:
    """Return for each word (pk) the lessons (keys of `lessons`, in their order) whose published text explains it."""
    if not lessons:
        return {}
    types = ContentType.objects.get_for_models(GlossaryTerm, LessonPage)
    rows = ReferenceIndex.objects.filter(
        to_content_type=types[GlossaryTerm], content_type=types[LessonPage], object_id__in=list(lessons)
    ).values_list("to_object_id", "object_id")
    order = {pk: place for place, pk in enumerate(lessons)}
    found: dict[int, set[str]] = {}
    for word, lesson in rows:
        found.setdefault(int(word), set()).add(lesson)
    return {word: sorted(pks, key=order.__getitem__) for word, pks in found.items()}


def has_glossary(course: CoursePage) -> bool:
    """Whether the course has words of its own; one query."""
    return GlossaryTerm.objects.filter(course=course).exists()
