"""The only way a view reaches a recording, its captions and a person's viewings."""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import Collection, CollectionMember, Page, PageViewRestriction
from wagtail.permissions import policy_registry

from courses.catalogue.models import CollegePage, LessonPage
from courses.catalogue.permissions import usable_by
from courses.catalogue.readers import in_closed_course, pages_with
from courses.learning.models import Enrolment
from courses.media.models import Recording, Release, Upload
from courses.media.rules.kinds import Audience
from lms.accounts.models import User
from lms.core.errors import DomainError


class SignInFirst(Http404):
    """Whoever signs in may watch it, as she may then read its lesson; its views lead to the sign-in page."""


def recordings_editable_by(user: Any) -> QuerySet[Recording]:
    """Return the recordings of the collections that the person may take from."""
    return usable_by(user, Recording).select_related("collection")


def collections_for(user: Any) -> QuerySet[Collection]:
    """Return the collections into which the person may put recordings."""
    rows: QuerySet[Collection] = policy_registry.get_by_type(Recording).collections_user_has_permission_for(user, "add")
    return rows.order_by("path")


def is_editor(user: Any) -> bool:
    return bool(policy_registry.get_by_type(Recording).user_has_any_permission(user, {"add", "change", "choose"}))


def recording_to_edit(user: Any, pk: int) -> Recording:
    """Return a recording that the person may change; 404 for any other."""
    changeable = policy_registry.get_by_type(Recording).instances_user_has_permission_for(user, "change")
    found: Recording = get_object_or_404(changeable.select_related("collection", "signed"), pk=pk)
    return found


def upload_of(user: User, key: Any) -> Upload:
    """Return the person's own upload.

    Raises `DomainError` "media.upload_over" (404) for anybody else's, as for one that has ended: another window of hers may
    have sent the last piece.
    """
    growing = Upload.objects.filter(owner=user, pk=key).first()
    if growing is None:
        raise DomainError("media.upload_over", status=404)
    return growing


def recording_to_watch(user: Any, pk: int) -> Recording:
    """Return a recording that this person, signed in or not, may watch; 404 for any other.

    A published lesson shows it to everyone who may read the lesson, or to those enrolled in its course, who keep it
    when the lesson changes. Its college and the reviewers of its college see it before. Raises `SignInFirst` for
    somebody unknown when only lessons of courses that are not open show it.
    """
    recording = get_object_or_404(Recording.objects.select_related("collection").filter(pk=pk))
    placed = _releases(recording)
    is_open = recording.audience == Audience.EVERYONE
    if not user.is_authenticated:
        if is_open and shown_to(user, placed):
            return recording
        raise SignInFirst if is_open and _shown(placed).exists() else Http404
    if not ((is_open and shown_to(user, placed)) or taken_by(user, placed) or is_of_the_house(user, recording)):
        raise Http404
    return recording


def _releases(recording: Recording) -> QuerySet[Release]:
    return Release.objects.filter(Q(recording=recording) | Q(recording__signed=recording))


def _outer(name: str) -> Any:
    return ExpressionWrapper(OuterRef(name), output_field=CharField())


def _shown(placed: QuerySet[Any]) -> QuerySet[Any]:
    hidden = PageViewRestriction.objects.annotate(at=_outer("lesson__path")).filter(at__startswith=F("page__path"))
    return placed.filter(~Exists(hidden), is_shown=True, lesson__live=True)


def shown_to(user: Any, placed: QuerySet[Any]) -> bool:
    """Tell whether a published lesson among `placed` (rows with `lesson` and `is_shown`) is this person's to read."""
    rows = _shown(placed)
    if not user.is_authenticated:
        rows = rows.filter(~in_closed_course("lesson__path"))
    return bool(rows.exists())


def taken_by(user: Any, placed: QuerySet[Any]) -> bool:
    """Tell whether the person is enrolled in a course of one of these lessons, shown still or not."""
    if not user.is_authenticated:
        return False
    taken = Enrolment.objects.filter(user=user).annotate(at=_outer("lesson__path")).filter(at__startswith=F("course__path"))
    return bool(placed.filter(Exists(taken)).exists())


def is_of_the_house(user: Any, row: CollectionMember) -> bool:
    """Tell whether the person may put this file into a lesson, reviews the lessons of its college, or writes in a page with it.

    The explorer also shows the pages above those that one may work in: who writes in a joint course meets its college
    there, whose other files are not hers to see.
    """
    if not user.is_authenticated or not user.has_perm("wagtailadmin.access_admin"):
        return False
    if usable_by(user, type(row)).filter(pk=row.pk).exists():
        return True
    hers = policy_registry.get_by_type(Page).instances_user_has_any_permission_for(user, {"add", "change", "publish"})
    colleges = CollegePage.objects.filter(organisation__name=row.collection.name)
    return bool(hers.filter(Q(pk__in=colleges.values("pk")) | Q(pk__in=pages_with(row).values("pk"))).exists())


def lesson_to_read(user: Any, pk: int) -> LessonPage:
    """Return a published lesson, or any lesson of a course that the person is enrolled in; 404 otherwise."""
    lesson: LessonPage = get_object_or_404(LessonPage, pk=pk)
    if lesson.live and LessonPage.objects.public().filter(pk=pk).exists():
        return lesson
    own = Enrolment.objects.filter(user=user).values_list("course__path", flat=True)
    if not any(lesson.path.startswith(path) for path in own):
        raise Http404
    return lesson
