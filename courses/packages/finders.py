"""Of the run time that npm installs, the site needs four files out of sixty."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import FileSystemFinder

PREFIX = "scorm-again"
RUN_TIME = frozenset(f"scorm{version}.min.js{ending}" for version in ("12", "2004") for ending in ("", ".map"))


class PickyFinder(FileSystemFinder):
    """Collects all of our own static files, and of `scorm-again` what is played."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            if getattr(storage, "prefix", "") != PREFIX or path in RUN_TIME:
                yield path, storage
