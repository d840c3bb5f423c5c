"""What draws a certificate, as one fingerprint a design: page, style sheets, artwork, layout, both engines, their libraries.

That both engines draw alike was seen with these sources (`comparison`); with others it has to be looked at again.
"""

import hashlib
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from certification.certificates.sheet import DESIGNS

ROOM = Path(__file__).parent
PAGES = ROOM.parents[1] / "templates" / "certificates"
MODULES = (
    "artwork", "borders", "finishing", "frames", "layout", "lettering", "programme_layout", "rendering", "sheet", "rules/issuing",
)  # fmt: skip
LIBRARIES = ("weasyprint", "pydyf", "fonttools", "uharfbuzz", "pillow", "zxing-cpp")
"""What turns the page into bytes; a new version may set a line otherwise."""


def sources(design: str) -> list[Path]:
    """Return the files that have a part in drawing this design, in a fixed order."""
    found = [PAGES / f"{design}.html", *(PAGES / "print").glob("*.html")]
    found += [ROOM / "print" / f"{name}.css" for name in ("base", design)]
    found += [ROOM / f"{name}.py" for name in MODULES]
    found += (ROOM / "compiled").glob("*.py")
    return sorted(found)


@lru_cache(maxsize=len(DESIGNS))
def print_fingerprint(design: str) -> str:
    """Return SHA-256 over the sources of this design, as hexadecimal digits.

    A process keeps what it found first, which is what it runs (`remember`); files that an update lays down under a
    running process are not what that process draws with.
    """
    whole = hashlib.sha256()
    for path in sources(design):
        data = path.read_bytes()
        whole.update(f"{path.name}\0{len(data)}\0".encode() + data)
    for name in LIBRARIES:
        whole.update(f"{name}\0{metadata.version(name)}\0".encode())
    return whole.hexdigest()


def remember() -> None:
    """Read all sources now, when the process starts; where one is missing, whoever draws is told."""
    with suppress(FileNotFoundError):
        for design in DESIGNS:
            print_fingerprint(design)
