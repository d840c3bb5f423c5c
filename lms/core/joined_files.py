"""Many small sources, one file for the browser: on a slow phone a request costs more than the bytes it brings."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.utils import get_files
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

from lms.core.static_files import text_of

# A browser takes these at the head of a file only, and a block of a script cannot hold them at all.
HEAD_ONLY = {
    ".css": re.compile(r"^\s*@(?:import|charset)\b", re.MULTILINE),
    ".js": re.compile(r"^\s*(?:import|export)\b(?!\s*\()", re.MULTILINE),
}


class JoinedFinder(finders.BaseFinder):
    """Finds the files of `settings.JOINED_FILES`: a name, and the static files it is joined from, in order.

    A source lies in the folder of the joined file, so that what it names by a relative address is found from there too.
    Joined files are made when they are collected or asked for, below `VAR_DIR/joined`, and written anew only when a source
    has changed: `collectstatic` goes by the time of a file.
    """

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Return what keeps a source from being joined."""
        return [problem for name in settings.JOINED_FILES for source in sources_of(name) for problem in _problems(name, source)]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path of a joined file (in a list with `find_all`), or an empty list for any other name."""
        if path not in settings.JOINED_FILES:
            return []
        file = str(_made(path))
        return [file] if find_all else file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in settings.JOINED_FILES:
            _made(name)
        storage = FileSystemStorage(location=_folder())
        yield from ((path, storage) for path in get_files(storage, ignore_patterns) if path in settings.JOINED_FILES)


def sources_of(name: str) -> list[str]:
    """Return the names of the static files that the joined file `name` holds, in order."""
    place = PurePosixPath(name)
    return [str(place.with_name(f"{source}{place.suffix}")) for source in settings.JOINED_FILES[name]]


def joined(name: str) -> str:
    """Return the text of the joined file `name`. Raises FileNotFoundError when a source is missing."""
    wrap = _block if name.endswith(".js") else str
    return "\n".join(wrap(text_of(source)) for source in sources_of(name))


def _block(script: str) -> str:
    """Names of one script do not meet those of another: in a module even functions belong to their block."""
    return f"{{\n{script}\n}}\n"


def _made(name: str) -> Path:
    file = _folder() / name
    text = joined(name)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Beside it and then in its place: whoever reads in this moment reads the old or the new one.
        fresh = file.with_name(f"{file.name}.{uuid4().hex}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    return file


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "joined"


def _problems(name: str, source: str) -> Iterator[Error]:
    try:
        text = text_of(source)
    except FileNotFoundError:
        yield Error(f"{name} is joined from {source}, which is not there.", id="core.E003")
        return
    if HEAD_ONLY[PurePosixPath(name).suffix].search(text):
        hint = "Link it by itself, or do without @import, @charset, import and export."
        yield Error(f"{source} cannot be joined into {name}: it must stand at the head of a file.", hint=hint, id="core.E004")
