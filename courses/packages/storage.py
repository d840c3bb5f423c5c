"""Where packages lie: each as the one ZIP file that was checked, under a name that nobody guesses."""

import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.core.files.storage import Storage, storages

from courses.packages.rules.archive import Member, read_from, table_of

REMEMBERED = 16
"""Tables of contents that a process keeps; of three thousand files one takes about a megabyte."""


def packages() -> Storage:
    return storages["packages"]


@lru_cache(maxsize=REMEMBERED)
def table(name: str) -> Mapping[str, Member]:
    """Return where each file of a stored package lies; what lies under a name never changes."""
    with packages().open(name) as file, zipfile.ZipFile(file) as archive:
        return table_of(archive)


def read(name: str, member: Member, *, first: int = 0) -> Iterator[bytes]:
    """Yield one file of a stored package from its byte `first` on."""
    with packages().open(name) as file:
        yield from read_from(file, member, first=first)
