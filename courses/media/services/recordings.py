"""Keeping a recording: from a whole file, with its poster, playlist and second version; letting it go."""

import io
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.blocks import StreamValue
from wagtail.models import Collection, ReferenceIndex

from courses.catalogue.indexing import refresh_lesson_texts
from courses.catalogue.models import LessonPage
from courses.media import storage
from courses.media.models import Recording, Release
from courses.media.rules.containers import read_facts
from courses.media.rules.kinds import Audience
from courses.media.rules.playlists import check_playlist
from courses.media.slides import slides_of
from lms.accounts.models import User
from lms.core.errors import DomainError

Key = tuple[int | None, str]


def keep_recording(path: Path, *, title: str, collection: Collection, actor: User | None, now: datetime) -> Recording:
    """Check a whole file, move it into the store and return its recording. `path` is gone afterwards.

    Only the row is written in a transaction: a look through the whole file would make every other writer wait.

    Raises `DomainError` (422) "media.no_title" and those of `read_facts`; then nothing is kept.
    """
    if not title.strip():
        raise DomainError("media.no_title", status=422)
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        facts = read_facts(file, size)
    with storage.stored(path, storage.recordings(), facts.container) as name:
        return Recording.objects.create(
            title=title.strip()[:160],
            kind=facts.kind,
            content_type=facts.content_type,
            file=name,
            size=size,
            duration_ms=facts.duration_ms,
            width=facts.width,
            height=facts.height,
            collection=collection,
            created_at=now,
            created_by=actor,
        )


@transaction.atomic
def set_poster(recording: Recording, *, picture: bytes | None) -> None:
    """Put a checked JPEG in place of the poster, or take it away."""
    before = recording.poster
    recording.poster = storage.recordings().save(storage.new_name("jpg"), ContentFile(picture)) if picture else ""
    recording.save(update_fields=["poster"])
    if before:
        transaction.on_commit(partial(storage.forget, storage.recordings(), before))


@transaction.atomic
def set_playlist(recording: Recording, *, data: bytes | None) -> None:
    """Keep an HLS playlist of this recording's own bytes, or take it away; raises "media.playlist_wrong" (422)."""
    recording.playlist = check_playlist(data, size=recording.size) if data else ""
    recording.save(update_fields=["playlist"])


@transaction.atomic
def describe(recording: Recording, *, title: str, audience: Audience, signed: Recording | None) -> None:
    """Change title, audience and the version in sign language, which must be another video.

    With the audience changes who finds its words: the lessons that show it are indexed anew.
    """
    if signed is not None and (signed.pk == recording.pk or not signed.is_video):
        raise DomainError("media.signed_itself", status=422)
    changed = recording.audience != audience
    recording.title, recording.audience, recording.signed = title, audience.value, signed
    recording.save(update_fields=["title", "audience", "signed"])
    if changed:
        lessons = Release.objects.filter(recording=recording, is_shown=True).values_list("lesson_id", flat=True)
        refresh_lesson_texts(lessons)


def lessons_with(recording: Recording) -> list[str]:
    """Return the titles of the lessons that show the recording, drafts included."""
    released = set(Release.objects.filter(recording=recording).values_list("lesson__title", flat=True))
    named = {str(owner) for owner, _references in ReferenceIndex.get_grouped_references_to(recording)}
    return sorted(released | named)


@transaction.atomic
def delete_recording(recording: Recording) -> None:
    """Delete a recording that no lesson shows; raises `DomainError` "media.in_use"."""
    lessons = lessons_with(recording)
    if lessons:
        raise DomainError("media.in_use", lessons=lessons)
    for name in filter(None, (recording.file, recording.poster)):
        transaction.on_commit(partial(storage.forget, storage.recordings(), name))
    recording.delete()


@transaction.atomic
def release_media(lesson: LessonPage, *, now: datetime) -> None:
    """Write down what the published lesson gives to watch; earlier rows stay for those who began with them."""
    shown: dict[Key, Release] = {}
    if film := lesson.sign_film:
        row = Release(lesson=lesson, recording=film, title=film.title, duration_ms=film.duration_ms, to_watch=False)
        shown[film.pk, ""] = row
    for recording in recordings_in(lesson.body):
        row = Release(lesson=lesson, recording=recording, title=recording.title, duration_ms=recording.duration_ms)
        shown[recording.pk, ""] = row
    for slides in slides_of(lesson).values():
        row = Release(lesson=lesson, block=slides.block, title=slides.title[:200], duration_ms=slides.duration_ms)
        shown[None, slides.block] = row
    present = {(row.recording_id, row.block): row for row in Release.objects.filter(lesson=lesson)}
    for key, row in present.items():
        new = shown.pop(key, None)
        row.is_shown = new is not None
        if new is not None:
            row.title, row.duration_ms, row.to_watch = new.title, new.duration_ms, new.to_watch
    Release.objects.bulk_update(present.values(), ["is_shown", "title", "duration_ms", "to_watch"])
    for row in shown.values():
        row.released_at = now
    Release.objects.bulk_create(shown.values())


def recordings_in(value: Any) -> Iterator[Recording]:
    """Yield the recordings in a block's value, however deep."""
    if isinstance(value, Recording):
        yield value
    elif isinstance(value, StreamValue):
        for block in value:
            yield from recordings_in(block.value)
    elif hasattr(value, "values") and not isinstance(value, type):
        for part in value.values():
            yield from recordings_in(part)
    elif isinstance(value, list | tuple) or type(value).__name__ == "ListValue":
        for part in value:
            yield from recordings_in(part)
