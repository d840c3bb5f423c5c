"""The write-once store: bytes named by their SHA-256, never changed, never under a public address."""

import hashlib
import re
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from lms.core.errors import DomainError

SHA256 = re.compile(r"[0-9a-f]{64}")


def _storage() -> Storage:
    return storages["write_once"]


def _name(sha256: str) -> str:
    if not SHA256.fullmatch(sha256):
        raise ValueError(f"not a SHA-256 in hex: {sha256!r}")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def put(data: bytes, *, suffix: str = "") -> str:
    """Write the bytes once and return their SHA-256 (64 hex). The same bytes again change nothing.

    `suffix` is only for people who look into the store by hand; it is not part of the name.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    name = _name(sha256)
    storage = _storage()
    if not storage.exists(name):
        # Two writers of the same bytes: a storage that gives the loser another free name keeps nothing of it.
        written = storage.save(name, ContentFile(data))
        if written != name:
            storage.delete(written)
    return sha256


def exists(sha256: str) -> bool:
    """Tell whether these bytes are stored."""
    return _storage().exists(_name(sha256))


def read(sha256: str) -> bytes:
    """Return the bytes after checking them against their name.

    Raises `DomainError` `store.missing` or `store.damaged`.
    """
    try:
        with _storage().open(_name(sha256)) as file:
            data = cast(bytes, file.read())
    except FileNotFoundError:
        raise DomainError("store.missing", status=500, sha256=sha256) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DomainError("store.damaged", status=500, sha256=sha256)
    return data


def open_file(sha256: str) -> BinaryIO:
    """Return the stored file opened for streaming; raises `DomainError("store.missing")`."""
    try:
        return cast(BinaryIO, _storage().open(_name(sha256)))
    except FileNotFoundError:
        raise DomainError("store.missing", status=500, sha256=sha256) from None
