"""Static files under names that hold their hash, so that browsers keep them for ever."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Of our own scripts only: what others ship names files that are not there.
IMPORTS = (
    "js/*.js",
    (
        (r"""(?P<matched>from ["'](?P<url>\.[^"']+)["'];)""", 'from "%(url)s";'),
        (r"""(?P<matched>import\(["'](?P<url>\.[^"']+)["']\))""", 'import("%(url)s")'),
    ),
)


class StaticFiles(ManifestStaticFilesStorage):
    """What one script imports from another has its hash as well: a new script never meets an old one."""

    patterns = (*ManifestStaticFilesStorage.patterns, IMPORTS)


class CompressedStaticFiles(CompressedManifestStaticFilesStorage):
    """The same, compressed beforehand."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, IMPORTS)


def text_of(name: str) -> str:
    """Return the text of the static file `name`, as it was before hashing. Raises FileNotFoundError."""
    file = finders.find(name)
    if not isinstance(file, str):
        raise FileNotFoundError(name)
    return Path(file).read_text(encoding="utf-8")
