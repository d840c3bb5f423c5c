"""Numbering what is published: a course whose content really changed gets its next version here and nowhere else."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

from courses.catalogue.models import CoursePage, LessonPage, ModulePage
from courses.catalogue.selectors import Outline, outline_of
from courses.catalogue.version_models import CourseVersion, VersionedLesson
from lms.accounts.models import User

OF_EVERY_PAGE = frozenset(field.name for field in Page._meta.get_fields()) - {"title"}
"""What a revision holds besides the lesson itself: places in the tree, dates, locks."""


@transaction.atomic
def record_version(course: CoursePage, *, actor: User | None, now: datetime) -> CourseVersion:
    """Return the version of what is published now, made when the content differs from the latest one.

    A latest version that nobody has begun is brought up to date under its own number: a college that publishes
    thirty lessons one after the other has made one version. A lesson published anew without a change makes none.
    """
    latest = latest_version(course)
    frozen = freeze(course, latest)
    content = _hash(_without_revisions(frozen))
    if latest is not None and latest.content_hash == content:
        return latest
    # Two publications at once must not take the same number.
    Page.objects.select_for_update().get(pk=course.pk)
    # Nor may one that is begun in this moment be brought up to date: whoever begins it holds its row.
    latest = CourseVersion.objects.select_for_update().filter(course=course).order_by("-number").first()
    if latest is None or latest.is_kept:
        latest = CourseVersion(course=course, number=latest.number + 1 if latest else 1)
    latest.outline, latest.content_hash = frozen, content
    latest.fingerprint = _hash({**frozen, "course": course.pk})
    latest.published_at, latest.published_by = now, actor
    latest.save()
    latest.lessons.all().delete()
    VersionedLesson.objects.bulk_create(
        VersionedLesson(version=latest, lesson_id=lesson["page"], revision_id=lesson["revision"])
        for module in frozen["modules"]
        for lesson in module["lessons"]
    )
    return latest


@transaction.atomic
def keep_version(version: CourseVersion) -> CourseVersion:
    """Freeze the version for good, because somebody begins it, and return it as it is now.

    Whoever has shown it to a person compares `fingerprint`: until it is kept a publication may still change it.
    """
    if version.is_kept:
        return version
    own = CourseVersion.objects.select_for_update().get(pk=version.pk)
    if not own.is_kept:
        own.is_kept = True
        own.save(update_fields=["is_kept"])
    return own


def latest_version(course: CoursePage | int) -> CourseVersion | None:
    """Return the version published last, or None before the first; one query."""
    return CourseVersion.objects.filter(course=course).order_by("-number").first()


def freeze(course: CoursePage, latest: CourseVersion | None = None) -> dict[str, Any]:
    """Return what the published course holds, ready for `CourseVersion.outline`; three queries.

    {title, title_en, hours, modules: [{page, slug, title, summary, quiz: {blueprint, pass_mark, items, minutes,
    rows} or None, lessons: [{page, revision, title, summary, minutes, content}]}]}. Lessons whose revision `latest` knows are not read.
    """
    outline = outline_of(course)
    rows = _lesson_rows(outline, latest)
    return {
        "title": course.title,
        "title_en": course.title_en,
        "hours": course.hours,
        "modules": [
            {
                "page": part.module.pk,
                "slug": part.module.slug,
                "title": part.module.title,
                "summary": part.module.summary,
                "quiz": _quiz(part.module),
                "lessons": [rows[lesson.pk] for lesson in part.lessons],
            }
            for part in outline.parts
        ],
    }


def _quiz(module: ModulePage) -> dict[str, Any] | None:
    blueprint = module.blueprint
    if blueprint is None:
        return None
    return {
        "blueprint": blueprint.pk,
        "pass_mark": f"{blueprint.pass_mark:.2f}",
        "items": blueprint.item_count,
        "minutes": blueprint.minutes,
        "rows": blueprint.rows,
    }


def _lesson_rows(outline: Outline, latest: CourseVersion | None) -> dict[int, dict[str, Any]]:
    modules = latest.outline["modules"] if latest else []
    known = {lesson["revision"]: lesson for module in modules for lesson in module["lessons"]}
    live = {lesson.pk: lesson.live_revision_id or _revision_of(lesson) for lesson in outline.lessons}
    fresh = Revision.objects.in_bulk([revision for revision in live.values() if revision not in known])
    return {pk: known.get(revision) or _lesson_row(pk, fresh[revision]) for pk, revision in live.items()}


def _revision_of(lesson: LessonPage) -> int:
    """Give a page that was put on the site without a revision the one that it should have."""
    whole = LessonPage.objects.get(pk=lesson.pk)
    revision = whole.save_revision(clean=False, changed=False)
    Page.objects.filter(pk=lesson.pk).update(live_revision=revision)
    return int(revision.pk)


def _lesson_row(pk: int, revision: Revision) -> dict[str, Any]:
    content = revision.content
    return {
        "page": pk,
        "revision": revision.pk,
        "title": content["title"],
        "summary": content["summary"],
        "minutes": content["minutes"],
        "content": content_hash(content),
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """Return a hash (64 hex) over what a learner sees of a revision; the ids of its blocks do not count."""
    shown = {name: _without_ids(_read(value)) for name, value in content.items() if name not in OF_EVERY_PAGE and name != "pk"}
    return _hash({name: value for name, value in shown.items() if name != "page_ptr"})


def _read(value: Any) -> Any:
    """A StreamField stands in a revision as JSON in a text."""
    if isinstance(value, str) and value[:1] == "[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name != "id"}
    return value


def _without_revisions(frozen: Mapping[str, Any]) -> dict[str, Any]:
    modules = [
        {**module, "slug": "", "lessons": [{**lesson, "revision": 0} for lesson in module["lessons"]]}
        for module in frozen["modules"]
    ]
    return {**frozen, "modules": modules}


def _hash(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
