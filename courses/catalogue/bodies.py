"""The blocks of a lesson as a page shows them; those that are the same for every reader are kept as written.

A lesson is read by thousands and changed once a month. What a block says depends on its revision, on the figures and
words that it points at, and on the language; so it is kept under those, and under the mark of what is shown.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from courses.catalogue.models import LessonPage
from lms.core import freshness

SAME_FOR_ALL = frozenset({"text", "term", "table", "comparison", "figure", "document", "steps", "case", "key_points"})
"""Blocks that ask nothing of the reader: no place in a film, no answer, no account."""
KEPT_SECONDS = 3600


def body_of(lesson: LessonPage, context: Mapping[str, Any]) -> SafeString:
    """Return all blocks, each after the spot that notes and links point at.

    Only a lesson that says which revision it is (`shown_revision`) has blocks that are kept; a draft or a preview has
    not. One query where it has.
    """
    revision: int | None = getattr(lesson, "shown_revision", None)
    # A page that knows the course leads from a word to its glossary; a pack for reading offline does not.
    place = f"{lesson.pk}:{revision}:{getattr(context.get('course'), 'pk', '')}"
    name = f"{place}:{get_language()}:{freshness.mark()}" if revision else ""
    parts = caches["template_fragments"]
    kept: dict[int, str] = parts.get(name, {}) if name else {}
    written = dict(_blocks(lesson, context, kept))
    if name and not kept:
        parts.set(name, {place: html for place, (kind, html) in written.items() if kind in SAME_FOR_ALL}, KEPT_SECONDS)
    return mark_safe("".join(html for _kind, html in written.values()))  # noqa: S308 - each was escaped by its template


def _blocks(lesson: LessonPage, context: Mapping[str, Any], kept: Mapping[int, str]) -> Iterator[tuple[int, tuple[str, str]]]:
    for place, raw in enumerate(lesson.body.raw_data):
        html = kept.get(place)
        if html is None:
            block = lesson.body[place]
            spot = format_html('<span class="lesson__spot" id="b-{0}" data-spot="{0}"></span>', block.id)
            html = spot + block.render_as_block({**context, "block": block})
        yield place, (raw["type"], html)
