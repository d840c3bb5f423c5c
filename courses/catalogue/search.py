"""Full-text search over courses, lessons, transcripts and glossary; the same words on SQLite and PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from wagtail.models import Page

from courses.catalogue.hits import MOST, Hit, hits
from courses.catalogue.models import CoursePage
from courses.catalogue.rules import Piece, excerpt, marked, query_runs, relevance, spoken_of_at
from courses.catalogue.search_models import COURSE, LESSON, TERM
from courses.catalogue.search_sources import lesson_kinds
from courses.catalogue.selectors import STEP, with_colleges

PAGE = 20
Row = TypeVar("Row")


@dataclass(frozen=True)
class Result:
    """One thing found: its address, its title and the place in it that speaks of the words, cut into hits and the rest.

    `kind` says where the words stand: in the lesson itself or, for instance, in its recording, where `moment` is the
    millisecond at which they are spoken.
    """

    pk: int
    kind: str
    title: str
    url: str
    title_pieces: list[Piece]
    pieces: list[Piece]
    course_title: str = ""
    module_title: str = ""
    moment: int | None = None

    @property
    def excerpt(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Results(Generic[Row]):
    """A page of what was found; `is_more` when there is more than `total`, of which nothing is shown."""

    rows: list[Row] = field(default_factory=list)
    total: int = 0
    is_more: bool = False
    start: int = 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, place: int) -> Row:
        return self.rows[place]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def next_start(self) -> int | None:
        end = self.start + PAGE
        return end if end < self.total else None

    @property
    def previous_start(self) -> int | None:
        return max(0, self.start - PAGE) if self.start else None


@dataclass(frozen=True)
class Found:
    """All that the words find among courses."""

    courses: Results[CoursePage]
    lessons: Results[Result]
    terms: Results[Result]


def find(query: str, *, courses: Sequence[int] | None = None, open_only: bool = False, start: int = 0) -> Found:
    """Return courses, lessons and glossary words that hold every word of the query, best first.

    `courses` keeps to these courses (glossary words then stand aside), `open_only` to what may be read without signing
    in, `start` is how many lessons were seen already. Five queries however many are found.
    """
    groups = [[COURSE], *_lesson_rooms()] if courses is not None else [[COURSE], *_lesson_rooms(), [TERM]]
    found = hits(query, groups, courses=courses, open_only=open_only)
    return Found(
        courses=_courses(query, _of(found, [COURSE])),
        lessons=_lessons(query, [hit for hit in found if hit.kind not in (COURSE, TERM)], start),
        terms=_terms(query, _of(found, [TERM])),
    )


def find_lessons(query: str, *, start: int = 0) -> Results[Result]:
    """Return a page of the public lessons that hold every word of the query, in their own text or in a recording's."""
    return _lessons(query, hits(query, _lesson_rooms()), start)


def find_courses(query: str) -> Results[CoursePage]:
    """Return public courses whose title, summary, audience or objectives hold every word of the query."""
    return _courses(query, hits(query, [[COURSE]]))


def _lesson_rooms() -> list[list[str]]:
    """Return the kinds that are asked apart, so that long recordings do not crowd out what lessons themselves say."""
    further = [kind for kind in lesson_kinds() if kind != TERM]
    return [[LESSON], further] if further else [[LESSON]]


def _of(found: list[Hit], kinds: Sequence[str]) -> list[Hit]:
    return [hit for hit in found if hit.kind in kinds]


def _ordered(query: str, found: list[Hit]) -> tuple[list[Hit], bool]:
    """Return one hit of each thing, best first, and whether the index knows more of them than it was asked for.

    A hit in the title goes before any other, in a short title before a long one.
    """
    runs = query_runs(query)
    titled = sorted((hit for hit in found if hit.in_title), key=lambda hit: len(hit.title))
    spoken = [hit for hit in found if not hit.in_title]
    is_more = len(titled) > MOST or len(spoken) > MOST
    seen: set[Any] = set()
    best = []
    for hit in [*titled, *sorted(spoken, key=lambda hit: -relevance(hit.text, runs))]:
        # A lesson is found once, whether it or its recording says it; a word once, however many lessons explain it.
        thing = (hit.kind, hit.object_id) if hit.kind == TERM or not hit.page_id else hit.page_id
        if thing not in seen:
            seen.add(thing)
            best.append(hit)
    return best[:MOST], is_more or len(best) > MOST


def _lessons(query: str, found: list[Hit], start: int) -> Results[Result]:
    best, is_more = _ordered(query, found)
    shown = best[start : start + PAGE]
    # The index knows who may see what; a page that was closed behind its back is left out all the same.
    pages = {page.pk: page for page in Page.objects.live().filter(pk__in=[hit.page_id for hit in shown])} if shown else {}
    titles = _titles_above(pages.values())
    rows = []
    for hit in shown:
        page = pages.get(hit.page_id)
        if page is not None:
            above = (titles.get(page.path[: -2 * STEP], ""), titles.get(page.path[:-STEP], ""))
            rows.append(_result(query, hit, title=page.title, url=page.url, above=above))
    return Results(rows, len(best), is_more, start)


def _titles_above(pages: Iterable[Page]) -> dict[str, str]:
    paths = {path for page in pages for path in (page.path[:-STEP], page.path[: -2 * STEP])}
    return dict(Page.objects.filter(path__in=paths).values_list("path", "title")) if paths else {}


def _courses(query: str, found: list[Hit]) -> Results[CoursePage]:
    best, is_more = _ordered(query, found)
    shown = best[:PAGE]
    pages = CoursePage.objects.live().select_related("cover").in_bulk([hit.object_id for hit in shown]) if shown else {}
    return Results(with_colleges(pages[hit.object_id] for hit in shown if hit.object_id in pages), len(best), is_more)


def _terms(query: str, found: list[Hit]) -> Results[Result]:
    best, is_more = _ordered(query, found)
    rows = [_result(query, hit, title=hit.title, url="", above=("", "")) for hit in best[:PAGE]]
    return Results(rows, len(best), is_more)


def _result(query: str, hit: Hit, *, title: str, url: str, above: tuple[str, str]) -> Result:
    """Return the row to show; what is spoken leads to its moment: "/courses/…/?at=151#recording-7"."""
    moment = hit.moment(spoken_of_at(hit.text, query)) if hit.moments else None
    return Result(
        pk=hit.page_id or hit.object_id,
        kind=hit.kind,
        title=title,
        url=f"{url}{hit.link}" if moment is None else f"{url}?at={moment // 1000}{hit.link}",
        title_pieces=marked(title, query),
        pieces=excerpt(hit.text, query),
        course_title=above[0],
        module_title=above[1],
        moment=moment,
    )
