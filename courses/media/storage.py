"""Where recordings lie, and where an upload grows until it is whole."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction

from lms.core.errors import DomainError

PIECE = 64 * 1024


def recordings() -> Storage:
    return storages["recordings"]


def new_name(extension: str) -> str:
    """Return a name that nobody guesses and no person chose; what lies under it never changes."""
    token = secrets.token_hex(16)
    return f"{token[:2]}/{token}.{extension}"


class WholeFile(File):  # type: ignore[type-arg]
    """A file on this machine's disk; a storage on the same disk moves it instead of copying gigabytes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


@contextmanager
def stored(path: Path, store: Storage, extension: str) -> Iterator[str]:
    """Move a whole file into the store and give its name there to the block that writes its row, in a transaction.

    `path` is gone afterwards. When the row cannot be written, nothing is kept.
    """
    with WholeFile(path) as whole:
        name = store.save(new_name(extension), whole)
    try:
        with transaction.atomic():
            yield name
    except Exception:
        store.delete(name)
        raise
    path.unlink(missing_ok=True)


def forget(store: Storage, name: str) -> None:
    """Delete a stored file whose row is gone; one that is gone already is no fault."""
    with suppress(OSError):
        store.delete(name)


def growing(key: str) -> Path:
    """Return where the bytes of an upload are gathered."""
    folder: Path = settings.UPLOAD_DIR
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{key}.part"


def size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open the growing file for one writer, who may take it away as well.

    Raises `DomainError` (409) "media.upload_busy" for a second one, and "media.upload_over" once the file is gone.
    """
    try:
        file = path.open("r+b")
    except FileNotFoundError:
        raise DomainError("media.upload_over") from None
    with file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise DomainError("media.upload_busy") from None
        # Whoever had the lock may have moved the file into the store, where its bytes never change.
        if not _lies_at(file, path):
            raise DomainError("media.upload_over")
        yield file


def _lies_at(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def pour(source: Any, file: BinaryIO, most: int) -> int:
    """Copy at most `most` bytes piece by piece and force them to the disk; return how many came."""
    taken = 0
    while taken < most:
        piece = source.read(min(PIECE, most - taken))
        if not piece:
            break
        file.write(piece)
        taken += len(piece)
    file.flush()
    os.fsync(file.fileno())
    return taken
