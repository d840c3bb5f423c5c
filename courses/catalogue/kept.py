"""What readers see stays as it was reviewed: the figures and files of lessons are neither replaced nor taken away under them."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from wagtail.models import Revision, TaskState

from courses.catalogue.models import LessonPage, VersionedLesson
from courses.catalogue.readers import live_pages_with
from courses.media.models import Recording
from lms.core.errors import DomainError


def is_kept(shown: Model) -> bool:
    """Tell whether this figure, word, photograph, document or recording must stay as it is.

    So it must while a published page shows it, or a lesson that somebody began, that waits for its review, or that was
    approved for a later hour. The references cost two queries; lessons with the same number in them are looked into.
    """
    if live_pages_with(shown).exists():
        return True
    number = f'[ "[]{shown.pk}[^0-9a-f-]'  # as JSON and rich text write a key, and not as a block's id has it
    written = _kept_revisions().filter(Q(content__body__regex=number) | Q(content__sign_film=shown.pk))
    return any(_shows(content, shown) for content in written.values_list("content", flat=True).iterator())


def keep_what_is_shown(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Refuse, before it is deleted, to let go of what readers see; raises `DomainError` "catalogue.is_shown"."""
    if is_kept(instance):
        raise DomainError("catalogue.is_shown", title=str(instance))


def _kept_revisions() -> QuerySet[Revision]:
    begun = VersionedLesson.objects.filter(version__is_kept=True)
    in_review = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    revisions: QuerySet[Revision] = Revision.objects.filter(
        Q(pk__in=begun.values("revision")) | Q(pk__in=in_review.values("revision")) | Q(approved_go_live_at__isnull=False),
        content_type=ContentType.objects.get_for_model(LessonPage),
    )
    return revisions


def _shows(content: dict[str, Any], shown: Model) -> bool:
    if isinstance(shown, Recording) and content.get("sign_film") == shown.pk:
        return True
    body: Any = LessonPage._meta.get_field("body")
    references = body.extract_references(body.to_python(content["body"]))
    return any(isinstance(shown, model) and str(key) == str(shown.pk) for model, key, *_where in references)
