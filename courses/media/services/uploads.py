"""Large files come in pieces and may be interrupted at any byte; only a whole and checked file becomes what it is for."""

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import Collection

from courses.media import storage
from courses.media.models import Upload
from courses.media.purposes import purpose
from courses.media.rules.containers import HEAD
from lms.accounts.models import User
from lms.core.errors import DomainError

MOST_WAITING = 5
KEPT_FOR = timedelta(days=2)


@transaction.atomic
def begin_upload(*, title: str, size: int, collection: Collection, actor: User, now: datetime, kind: str = "recording") -> Upload:
    """Open an upload of `size` bytes for one of the registered purposes.

    Raises `DomainError` (422) "media.no_title" and the purpose's own for its size, and (409)
    "media.too_many_uploads", "media.no_room".
    """
    if not title.strip():
        raise DomainError("media.no_title", status=422)
    purpose(kind).check_size(size)
    if Upload.objects.filter(owner=actor).count() >= MOST_WAITING:
        raise DomainError("media.too_many_uploads", number=MOST_WAITING)
    upload = Upload(owner=actor, collection=collection, title=title.strip()[:160], size=size, kind=kind, begun_at=now)
    path = storage.growing(str(upload.key))
    if shutil.disk_usage(path.parent).free < size + settings.RECORDING_SPARE_BYTES:
        raise DomainError("media.no_room")
    upload.save(force_insert=True)
    path.touch(mode=0o600)
    return upload


def check_size(size: int) -> None:
    """Raise `DomainError` (422) "media.empty" or "media.too_large"."""
    if size <= 0:
        raise DomainError("media.empty", status=422)
    if size > settings.RECORDING_MAX_BYTES:
        raise DomainError("media.too_large", status=422, megabytes=settings.RECORDING_MAX_BYTES // (1024 * 1024))


def offset_of(upload: Upload) -> int:
    """Return how many bytes have come."""
    return storage.size_of(storage.growing(str(upload.key)))


def take_piece(upload: Upload, source: Any, *, offset: int) -> int:
    """Append what `source` gives, from `offset` on, and return how many bytes are there now.

    A connection that breaks leaves what came before, and the next piece begins there. Raises
    `DomainError` (409) "media.wrong_offset", "media.upload_busy", "media.upload_over", and as soon as the first
    bytes are there what its purpose says of them (422), with which the upload ends.
    """
    with storage.writing(storage.growing(str(upload.key))) as file:
        there = file.seek(0, 2)
        if there != offset:
            raise DomainError("media.wrong_offset", offset=there)
        try:
            storage.pour(source, file, upload.size - there)
        except OSError:
            pass  # the sender is gone; what has come stays
        there = file.tell()
        file.seek(0)
        head = file.read(HEAD)
    if len(head) == HEAD or there == upload.size:
        try:
            purpose(upload.kind).check_head(head)
        except DomainError:
            drop_upload(upload)
            raise
    return there


def finish_upload(upload: Upload, *, now: datetime) -> Any:
    """Make what it is for of an upload that is whole, and return it.

    No transaction lies around it: `keep` looks through the whole file, and other writers must not wait for that. The
    file's lock does: of two last pieces in one instant one is kept, and the other hears "media.upload_busy" or
    "media.upload_over" (409). Refused by its purpose (422), or by 404 when its owner has lost the right to the
    collection, the upload ends.
    """
    use = purpose(upload.kind)
    whole = storage.growing(str(upload.key))
    with storage.writing(whole):
        try:
            collection = get_object_or_404(use.collections(upload.owner), pk=upload.collection_id)
            kept = use.keep(whole, title=upload.title, collection=collection, actor=upload.owner, now=now)
        except (DomainError, Http404):
            drop_upload(upload)
            raise
        upload.delete()
    return kept


def drop_upload(upload: Upload) -> None:
    """Forget an upload and its bytes."""
    storage.growing(str(upload.key)).unlink(missing_ok=True)
    upload.delete()


def sweep_uploads(*, now: datetime) -> int:
    """Drop uploads that nobody has gone on with for two days; return how many."""
    old = list(Upload.objects.filter(begun_at__lt=now - KEPT_FOR))
    for upload in old:
        with transaction.atomic():
            drop_upload(upload)
    known = {f"{key}.part" for key in Upload.objects.values_list("key", flat=True)}
    for path in settings.UPLOAD_DIR.glob("*.part") if settings.UPLOAD_DIR.exists() else ():
        if path.name not in known and now.timestamp() - path.stat().st_mtime > KEPT_FOR.total_seconds():
            path.unlink(missing_ok=True)
    return len(old)
