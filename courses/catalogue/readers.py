"""Who may see what lessons show: everybody, or of a course that is not open only those who have signed in."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.db.models.functions import Greatest, Length, Substr
from django.http import HttpRequest
from wagtail.models import Collection, Page, ReferenceIndex
from wagtail.query import PageQuerySet

from courses.catalogue.models import CollegePage, CoursePage

MOST_PAGES = 20
ABOVE_A_LESSON = 2 * Page.steplen
"""How much longer the path of a lesson is than that of its course."""


def pages_with(file: Any) -> PageQuerySet:
    """Return the pages, drafts too, in which this figure or file stands; the references cost one query."""
    references = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(type(file)),
        to_object_id=str(file.pk),
        base_content_type=ContentType.objects.get_for_model(Page),
    ).values_list("object_id", flat=True)
    pages: PageQuerySet = Page.objects.filter(pk__in=[int(key) for key in references])
    return pages


def live_pages_with(file: Any) -> PageQuerySet:
    """Return the published ones of these pages, those that show it."""
    return pages_with(file).live()


def may_read_one_of(pages: PageQuerySet, request: HttpRequest) -> bool:
    """Tell whether one of these pages lets this visitor in: without a restriction, or past its password, sign-in or group."""
    if pages.public().exists():
        return True
    return any(all(lock.accept_request(request) for lock in page.get_view_restrictions()) for page in pages[:MOST_PAGES])


def is_closed(lesson_path: str) -> bool:
    """Tell whether this is the path of a lesson of a course that is not open to the public; one query."""
    return bool(CoursePage.objects.filter(path=lesson_path[:-ABOVE_A_LESSON], is_open=False).exists())


def in_closed_course(path: str) -> Exists:
    """Return, for a query, whether the lesson whose path is the field `path` is of a course that is not open to the public."""
    length = Greatest(Length(OuterRef(path)) - ABOVE_A_LESSON, 0)
    return Exists(CoursePage.objects.filter(is_open=False, path=Substr(OuterRef(path), 1, length)))


def is_for_everybody(file: Any) -> bool:
    """Tell whether somebody who has not signed in may see this figure, photograph or document; four queries at most.

    One published page that everybody may read, without a password or a group, is enough. A file that no published page shows may stand in the older
    version of a lesson, which only those read who began it: it is closed when its college has a closed course.
    """
    pages = live_pages_with(file)
    if pages.public().filter(~in_closed_course("path")).exists():
        return True
    return not pages.exists() and not _has_closed_course(file.collection_id)


def _has_closed_course(collection: int) -> bool:
    names = Collection.objects.filter(pk=collection).values("name")
    paths = CollegePage.objects.filter(organisation__name__in=names).values_list("path", flat=True)
    return any(CoursePage.objects.filter(path__startswith=path, is_open=False).exists() for path in paths)
