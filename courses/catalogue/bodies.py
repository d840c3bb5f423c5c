"""The blocks of a lesson as a page shows them; those that are the same for every reader are kept as written.

A lesson is read by thousands and changed once a month. What a block says depends on its revision, on the figures and
words that it points at, and on the language; so it is kept under those, and under the mark of what is shown.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.catalogue.models import LessonPage
from courses.catalogue.self_check import CHECKED
from lms.core import freshness

SAME_FOR_ALL = frozenset({"text", "term", "table", "comparison", "figure", "document", "steps", "case", "key_points"})
"""Blocks that ask nothing of the reader: no place in a film, no answer, no account."""
SELF_CHECK = "quiz"
"""The same for all too, until somebody's answers stand in the address."""
KEPT_SECONDS = 3600


def body_of(lesson: LessonPage, context: Mapping[str, Any]) -> SafeString:
    """Return all blocks, each after the spot that notes and links point at.

    Only a lesson that says which revision it is (`shown_revision`) has blocks that are kept; a draft or a preview has
    not. One query where it has.
    """
    revision: int | None = getattr(lesson, "shown_revision", None)
    # A page that knows the course leads from a word to its glossary; a pack for reading offline does not.
    place = f"{lesson.pk}:{revision}:{getattr(context.get('course'), 'pk', '')}:{bool(context.get('offline_pack'))}"
    name = f"{place}:{get_language()}:{freshness.mark()}" if revision else ""
    parts = caches["template_fragments"]
    kept: dict[int, str] = parts.get(name, {}) if name else {}
    same = SAME_FOR_ALL if _has_answers(context) else SAME_FOR_ALL | {SELF_CHECK}
    written = list(_blocks(lesson, context, kept, same))
    to_keep = {place: html for place, (kind, html) in enumerate(written) if kind in same}
    if name and to_keep.keys() - kept.keys():
        parts.set(name, kept | to_keep, KEPT_SECONDS)
    return mark_safe("".join(html for _kind, html in written))  # noqa: S308 - each was escaped by its template


def _has_answers(context: Mapping[str, Any]) -> bool:
    request = context.get("request")
    return request is not None and CHECKED in request.GET


def _blocks(
    lesson: LessonPage, context: Mapping[str, Any], kept: Mapping[int, str], same: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield kind and HTML of each block, in order."""
    for place, raw in enumerate(lesson.body.raw_data):
        html = kept.get(place) if raw["type"] in same else None
        if html is None:
            block = lesson.body[place]
            spot = format_html('<span class="lesson__spot" id="b-{0}" data-spot="{0}"></span>', block.id)
            html = spot + block.render_as_block({**context, "block": block})
        yield raw["type"], html
