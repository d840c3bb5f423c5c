"""Pages that are reviewed by themselves, not as parts of a course: programmes of study, a college's introduction, a venue."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.curricula.models import CurriculumPage
from courses.tenancy.selectors import pages_waiting_for, state_of
from lms.organisations.models import Organisation

MOST = 50


@dataclass(frozen=True)
class SinglePage:
    """A page with what it is and where it stands: `state` as in `CoursePart`."""

    page: Page
    title: str
    kind: str
    state: str


def single_pages_in_review(user: Any) -> list[SinglePage]:
    """Return what waits for this reviewer besides courses, the one sent first on top. Three queries however many."""
    waiting: PageQuerySet = pages_waiting_for(user)
    found = (
        waiting.not_type(CoursePage, ModulePage, LessonPage)
        .select_related("content_type")
        .order_by("latest_revision_created_at", "pk")[:MOST]
    )
    return [_single(page, "waiting") for page in found]


def programmes_written_by(organisations: Iterable[Organisation]) -> list[SinglePage]:
    """Return the programmes of study of these organisations, the one changed last first. Three queries however many."""
    roots = Page.objects.filter(collegepage__organisation__in=organisations).values_list("path", flat=True)
    own = reduce(or_, (Q(path__startswith=root) for root in roots), Q(pk__in=[]))
    found = (
        Page.objects.type(CurriculumPage)
        .filter(own)
        .order_by("-latest_revision_created_at", "-pk")
        .select_related("content_type")
    )
    return [_single(page, state_of(page)) for page in found.prefetch_workflow_states()[:MOST]]


def _single(page: Page, state: str) -> SinglePage:
    model = page.content_type.model_class() or Page
    return SinglePage(page=page, title=page.draft_title or page.title, kind=str(model._meta.verbose_name), state=state)
