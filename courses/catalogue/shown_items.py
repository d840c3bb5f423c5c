"""Which practice items stand, or have ever stood, in a lesson: their answers are known."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ReferenceIndex, Revision

from courses.catalogue.models import LessonPage
from courses.questionbank.models import Item

BLOCK = "quiz"


def items_in_lessons(items: Collection[int]) -> set[int]:
    """Return those of the items (pks) that a lesson shows, or that any revision of one holds.

    Older revisions are what learners read in the version that they began; a draft may have been read by a reviewer.
    """
    wanted = set(items)
    types = ContentType.objects.get_for_models(Item, LessonPage)
    references = ReferenceIndex.objects.filter(to_content_type=types[Item], to_object_id__in=[str(pk) for pk in wanted])
    found = {int(pk) for pk in references.values_list("to_object_id", flat=True)}
    revisions = Revision.objects.filter(content_type=types[LessonPage], content__body__icontains=f'"{BLOCK}"')
    for content in revisions.values_list("content", flat=True).iterator():
        found |= wanted & set(_items_of(json.loads(content["body"])))
    return found


def _items_of(blocks: list[dict[str, Any]]) -> Iterator[int]:
    for block in blocks:
        if block["type"] == BLOCK:
            # A list block keeps each item with an id of its own; older content only the pk.
            rows = (row["value"] if isinstance(row, dict) else row for row in block["value"]["items"])
            yield from (int(pk) for pk in rows if pk is not None)
