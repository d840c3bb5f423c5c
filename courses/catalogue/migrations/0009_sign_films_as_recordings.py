"""A lesson's film in sign language becomes a recording, which is served in parts and only to those who may watch.

The documents stay where they are. One that is no video, or whose file is gone, cannot be watched: its lesson has no film
any more, and the editor chooses one anew.
"""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import migrations
from django.utils import timezone

from courses.media import storage
from courses.media.rules.containers import read_facts
from lms.core.errors import DomainError


def take_over(apps, schema_editor):
    kept = {}
    for lesson in apps.get_model("catalogue", "LessonPage").objects.exclude(sign_film=None).defer("body"):
        lesson.sign_recording_id = _recording(apps, lesson.sign_film_id, kept)
        lesson.save(update_fields=["sign_recording"])
        if lesson.sign_recording_id and lesson.live:
            _release(apps, lesson)
    follow_revisions(apps, kept)


def follow_revisions(apps, kept):
    """Let drafts and the versions that learners began name the recording instead of the document."""
    lessons = apps.get_model("contenttypes", "ContentType").objects.filter(app_label="catalogue", model="lessonpage").first()
    if lessons is None:
        return
    for revision in apps.get_model("wagtailcore", "Revision").objects.filter(content_type_id=lessons.pk).iterator():
        document = revision.content.get("sign_film")
        if document is not None:
            revision.content["sign_film"] = _recording(apps, document, kept)
            revision.save(update_fields=["content"])


def _release(apps, lesson):
    film = lesson.sign_recording
    apps.get_model("media", "Release").objects.get_or_create(
        lesson_id=lesson.pk,
        recording_id=film.pk,
        defaults={"title": film.title, "duration_ms": film.duration_ms, "to_watch": False, "released_at": timezone.now()},
    )


def _recording(apps, document, kept):
    """Return the pk of the recording made of this document, once for each document; None for what is no video."""
    if document not in kept:
        found = apps.get_model("wagtaildocs", "Document").objects.filter(pk=document).first()
        kept[document] = _store(apps, found) if found else None
    return kept[document]


def _store(apps, document):
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.UPLOAD_DIR, delete=False) as whole:
        path = Path(whole.name)
        try:
            with document.file.storage.open(document.file.name) as source:
                shutil.copyfileobj(source, whole)
            whole.flush()
            with path.open("rb") as copy:
                facts = read_facts(copy, path.stat().st_size)
        except (OSError, DomainError):
            path.unlink(missing_ok=True)
            return None
    try:
        if facts.kind != "video":
            return None
        size = path.stat().st_size
        with storage.WholeFile(path) as file:
            name = storage.recordings().save(storage.new_name(facts.container), file)
    finally:
        path.unlink(missing_ok=True)
    recording = apps.get_model("media", "Recording").objects.create(
        title=document.title[:160],
        kind=facts.kind,
        content_type=facts.content_type,
        file=name,
        size=size,
        duration_ms=facts.duration_ms,
        width=facts.width,
        height=facts.height,
        collection_id=document.collection_id,
        created_at=document.created_at,
        created_by_id=document.uploaded_by_user_id,
    )
    return recording.pk


class Migration(migrations.Migration):

    dependencies = [
        ("catalogue", "0008_sign_recordings_beside_documents"),
        ("media", "0002_release_to_watch"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
