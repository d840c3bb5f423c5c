"""Which packages lessons show, and how far somebody has come in each."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wagtail.blocks import StreamValue
from wagtail.models import Revision

from courses.learning.rules import Film
from courses.packages.models import Package, Placement, Practice
from lms.accounts.models import User


def packages_in(body: StreamValue) -> Iterator[Package]:
    """Yield the packages of a lesson's body, in order."""
    for block in body:
        if block.block_type == "package" and block.value.get("package"):
            yield block.value["package"]


def practice_of(user: Any, package: Package) -> Practice | None:
    """Return how far the person has come; one query, none for a stranger."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Practice.objects.filter(user=user, package=package).first()


def worked_through(user: User, lessons: Mapping[int, int]) -> list[Film]:
    """Return every package of these lessons: 100 per cent for one that she has worked through, else 0.

    `lessons` are {pk: pk of the revision that she reads}. Four queries however many.
    """
    given = set(Placement.objects.filter(lesson__in=lessons).values_list("lesson_id", flat=True))
    titles = Package.objects.in_bulk(_packages_as_read([lessons[lesson] for lesson in given])) if given else {}
    if not titles:
        return []
    done = set(Practice.objects.filter(user=user, package__in=titles, done_at__isnull=False).values_list("package_id", flat=True))
    return [Film(package.title, 100 if pk in done else 0) for pk, package in titles.items()]


def _packages_as_read(revisions: Iterable[int]) -> set[int]:
    """Return the packages that lessons show in these revisions; one query."""
    bodies = [
        json.loads(content["body"]) for content in Revision.objects.filter(pk__in=revisions).values_list("content", flat=True)
    ]
    values = [block["value"] for body in bodies for block in body if block.get("type") == "package"]
    return {value["package"] for value in values if isinstance(value.get("package"), int)}
