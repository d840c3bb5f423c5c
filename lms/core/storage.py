"""Where write-once files lie on a disk: complete and on the disk itself, or not there at all."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class WriteOnceFiles(FileSystemStorage):
    """Files that are never overwritten and survive a power cut once `save` has returned.

    The bytes go to a file without a name that anybody asks for, are forced to the disk, and only then get their name; so
    a row that names a file never outlives a half-written one.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        # The name is the content's hash: where it is taken, the same bytes lie already.
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, self.file_permissions_mode or 0o440)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in _chunks(content):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(unfinished, path)
            except FileExistsError:
                pass  # another writer of the same bytes was faster
            _force_names(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)
        return name


def _force_names(folder: Path) -> None:
    """Force the folder's list of names to the disk: a file without its name is lost, however safe its bytes are."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _chunks(content: Any) -> Iterable[bytes]:
    content.seek(0)
    return iter(lambda: content.read(1 << 20), b"")
