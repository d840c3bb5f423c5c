"""What lessons gave to watch in the version of a course that somebody began; recordings themselves never change."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from wagtail.models import Revision

from courses.media.slides import BLOCK

Key = tuple[int, int | None, str]
"""The pks of a lesson and of a recording in it, or None and the id of a block of slides."""


def media_in(revisions: Mapping[int, int]) -> set[Key]:
    """Return what these lessons {pk: pk of its revision} show in these revisions; one query for all of them."""
    lessons = {revision: lesson for lesson, revision in revisions.items()}
    contents = Revision.objects.filter(pk__in=lessons).values_list("pk", "content")
    return {(lessons[pk], *key) for pk, content in contents for key in _keys(json.loads(content["body"]))}


def _keys(value: Any) -> Iterator[tuple[int | None, str]]:
    if isinstance(value, list):
        for part in value:
            yield from _keys(part)
    elif isinstance(value, dict):
        if isinstance(value.get("recording"), int):
            yield value["recording"], ""
        if value.get("type") == BLOCK and value.get("id"):
            yield None, str(value["id"])
        for part in value.values():
            yield from _keys(part)
