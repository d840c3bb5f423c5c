"""A published lesson releases the recordings that it shows; what their captions say can be found."""

from collections.abc import Collection
from typing import Any

from courses.catalogue.models import LessonPage
from courses.media.models import CaptionTrack, Recording
from courses.media.searchable import refresh_lessons_with
from courses.media.services.recordings import release_media
from lms.core import clock


def release_with_lesson(sender: type, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, LessonPage):
        release_media(instance, now=clock.now())


def follow_captions(sender: type[CaptionTrack], instance: CaptionTrack, **kwargs: Any) -> None:
    refresh_lessons_with(instance.recording)


def follow_recording(
    sender: type[Recording], instance: Recording, update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    if update_fields is None or {"title", "audience", "signed"} & set(update_fields):
        refresh_lessons_with(instance)
