"""Keeping a package from a whole file, and letting it go; what a published lesson releases."""

from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from wagtail.models import Collection, ReferenceIndex

from courses.catalogue.models import LessonPage
from courses.media.storage import forget, stored
from courses.packages import storage
from courses.packages.models import Package, Placement
from courses.packages.rules.archive import members_of, open_archive
from courses.packages.rules.manifest import Facts, read_facts
from courses.packages.selectors import packages_in
from lms.accounts.models import User
from lms.core.errors import DomainError


def check_size(size: int) -> None:
    """Raise `DomainError` (422) "packages.empty" or "packages.too_large"."""
    if size <= 0:
        raise DomainError("packages.empty", status=422)
    if size > settings.PACKAGE_MAX_BYTES:
        raise DomainError("packages.too_large", status=422, megabytes=settings.PACKAGE_MAX_BYTES // (1024 * 1024))


def facts_of(path: Path) -> Facts:
    """Return what a ZIP file holds; raises `DomainError` (422) with the reason why it cannot be taken."""
    with open_archive(path) as archive:
        return read_facts(archive, members_of(archive))


def keep_package(path: Path, *, title: str, collection: Collection, actor: User | None, now: datetime) -> Package:
    """Check a whole file, move it into the store and return its package. `path` is gone afterwards.

    Only the row is written in a transaction: a look through the whole file would make every other writer wait.

    Raises `DomainError` (422) "packages.no_title", those of `check_size` and of `facts_of`; then nothing is kept.
    """
    if not title.strip():
        raise DomainError("packages.no_title", status=422)
    size = path.stat().st_size
    check_size(size)
    facts = facts_of(path)
    with stored(path, storage.packages(), "zip") as name:
        return Package.objects.create(
            title=title.strip()[:160],
            kind=facts.kind.value,
            file=name,
            size=size,
            files=facts.files,
            unpacked=facts.unpacked,
            launch=facts.launch,
            launch_data=facts.launch_data,
            passing=facts.passing,
            collection=collection,
            created_at=now,
            created_by=actor,
        )


@transaction.atomic
def rename(package: Package, *, title: str) -> None:
    """Change the title."""
    package.title = title
    package.save(update_fields=["title"])


def lessons_with(package: Package) -> list[str]:
    """Return the titles of the lessons that show the package, drafts included."""
    released = set(Placement.objects.filter(package=package).values_list("lesson__title", flat=True))
    named = {str(owner) for owner, _references in ReferenceIndex.get_grouped_references_to(package)}
    return sorted(released | named)


@transaction.atomic
def delete_package(package: Package) -> None:
    """Delete a package that no lesson shows, with what was practised in it; raises `DomainError` "packages.in_use"."""
    lessons = lessons_with(package)
    if lessons:
        raise DomainError("packages.in_use", lessons=lessons)
    transaction.on_commit(partial(forget, storage.packages(), package.file))
    package.delete()


@transaction.atomic
def release_packages(lesson: LessonPage, *, now: datetime) -> None:
    """Write down which packages the published lesson shows; earlier rows stay for those who began with them."""
    shown = {package.pk for package in packages_in(lesson.body)}
    rows = Placement.objects.filter(lesson=lesson)
    present = set(rows.values_list("package_id", flat=True))
    rows.filter(package__in=shown).update(is_shown=True)
    rows.exclude(package__in=shown).update(is_shown=False)
    Placement.objects.bulk_create(Placement(lesson=lesson, package_id=pk, released_at=now) for pk in sorted(shown - present))
