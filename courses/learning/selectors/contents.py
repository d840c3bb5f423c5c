"""What a course page lists: all of a short course; of a long one the open module, so that the page stays short."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from courses.catalogue.pinned import PinnedOutline
from courses.catalogue.selectors import Outline
from courses.learning.selectors.progress import CourseProgress
from lms.core.forms import whole_number

SHORT = 40
"""Up to so many lessons, every module is open."""
LESSONS_A_PAGE = 20
MODULES_A_PAGE = 40


@dataclass(frozen=True)
class ShownPart:
    """A module; `lessons` is None for one that is not open, and `link` opens it."""

    part: Any
    lessons: Page[Any] | None
    link: str

    @property
    def is_open(self) -> bool:
        return self.lessons is not None

    @property
    def has_quiz(self) -> bool:
        """Tell whether its quiz stands below these lessons: the last page of them has it."""
        return self.part.module.blueprint is not None and self.lessons is not None and not self.lessons.has_next()


@dataclass(frozen=True)
class Contents:
    """The modules of one page; `previous` and `next` open the page before and after it, "" where there is none."""

    parts: list[ShownPart]
    previous: str
    next: str


def contents_of(
    outline: Outline | PinnedOutline, progress: CourseProgress | None, query: Mapping[str, str], *, only: str = ""
) -> Contents:
    """Return the contents that a query string asks for: `module` is the slug of the open one, `lessons` the page in it.

    Without, or with a slug that is none, the module and page of the learner's next step are open, or the first. With `only` (a
    slug) there is that module and no other. No query.
    """
    parts: list[Any] = list(outline.parts)
    if only:
        parts = [part for part in parts if part.module.slug == only]
    if not parts:
        return Contents([], "", "")
    here = _open_part(parts, progress, query.get("module", ""))
    pages = Paginator(parts, MODULES_A_PAGE)
    page = pages.page(parts.index(here) // MODULES_A_PAGE + 1)
    everything = len(outline.lessons) <= SHORT
    number = whole_number(query.get("lessons")) or _page_of(here, progress)
    shown = [_shown(part, number if part is here else 1, is_open=everything or part is here) for part in page]
    return Contents(
        shown,
        _link(parts[page.start_index() - 1 - MODULES_A_PAGE]) if page.has_previous() else "",
        _link(parts[page.end_index()]) if page.has_next() else "",
    )


def _open_part(parts: list[Any], progress: CourseProgress | None, slug: str) -> Any:
    wanted = next((part for part in parts if part.module.slug == slug), None)
    step = progress.next.pk if progress else None
    own = next((part for part in parts if step in {part.module.pk, *(lesson.pk for lesson in part.lessons)}), None)
    return wanted or own or parts[0]


def _page_of(part: Any, progress: CourseProgress | None) -> int:
    """Return the page of the module's lessons on which the learner's next step stands, the first without one."""
    step = progress.next.pk if progress else None
    places = [place for place, lesson in enumerate(part.lessons) if lesson.pk == step]
    if places:
        return places[0] // LESSONS_A_PAGE + 1
    return len(part.lessons) // LESSONS_A_PAGE + 1 if step == part.module.pk else 1


def _shown(part: Any, number: int, *, is_open: bool) -> ShownPart:
    lessons = Paginator(part.lessons, LESSONS_A_PAGE).get_page(number) if is_open else None
    return ShownPart(part, lessons, _link(part))


def _link(part: Any) -> str:
    return f"?module={part.module.slug}#module-{part.module.slug}"
