"""Reads an uploaded ZIP file as what it is: hostile until every name, size and byte in it has been looked at.

Nothing is ever unpacked to a disk. A package stays the one file that came, and a member is found by its exact name in a
table, so there is no path to climb out of; what a name could do elsewhere is refused all the same.
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from courses.packages.rules.types import HEAD, HTML, ZIP_HEADS, ending_of, is_allowed, is_what_it_says
from lms.core.errors import DomainError

MAX_FILES = 3000
MAX_UNPACKED = 600 * 1024 * 1024
"""Bytes of all members together."""
MAX_RATIO = 200
"""Times that a member may grow when it is unpacked; text grows twenty times, a page of blanks a thousand times."""
SMALL = 1024 * 1024
"""A member of at most this many bytes may be packed as tightly as it likes."""
SMALL_TOGETHER = 16 * SMALL
"""Bytes of all members together up to which the same holds for the archive as a whole."""
MAX_PAGE = 16 * 1024 * 1024
"""Bytes of one HTML page, which is held in memory when it is served."""
MAX_NAME = 200
MAX_INDEX = MAX_FILES * (46 + 2 * 4 * MAX_NAME)
"""Bytes of the table of contents, which a reader takes into memory whole before it can count."""
END = b"PK\x05\x06"
END_SIZE, COMMENT_SIZE = 22, 65_536
"""Bytes of the end of an archive, and how far before the end of the file the library looks for it."""
ZIP64_END, ZIP64_SIZE = b"PK\x06\x07", 20
"""Stands before the end of an archive in the large form of the format."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UTF8_NAME, ENCRYPTED = 0x800, 0x1
CHINESE = re.compile("[\u3400-\u9fff]")
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What operating systems leave in an archive; it is passed over."""
PIECE = 64 * 1024
MOST_TOLD = 5

LOCAL_HEADER = 30
"""Bytes before the name of a file, where the file itself lies."""

Members = dict[str, zipfile.ZipInfo]


class Member(NamedTuple):
    """Where a file lies in the archive (bytes), how long it is there and unpacked, and its check sum."""

    offset: int
    packed: int
    size: int
    crc: int
    is_stored: bool


def refused(what: str, **context: object) -> DomainError:
    return DomainError(f"packages.{what}", status=422, **context)


def check_head(head: bytes) -> None:
    """Raise "packages.not_zip" when the first bytes of a file are no ZIP's."""
    if not head.startswith(ZIP_HEADS[0]):
        raise refused("not_zip")


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a file whose table of contents is small enough to read; raises "packages.not_zip" or "packages.too_many_files"."""
    with path.open("rb") as file:
        _check_index(file)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise refused("not_zip") from None


def _check_index(file: IO[bytes]) -> None:
    size = file.seek(0, 2)
    file.seek(max(0, size - ZIP64_SIZE - END_SIZE - COMMENT_SIZE))
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) - at < END_SIZE:
        raise refused("not_zip")
    files = int.from_bytes(tail[at + 10 : at + 12], "little")
    index = int.from_bytes(tail[at + 12 : at + 16], "little")
    # The large form of the format is for what is too large here.
    if files > MAX_FILES or index > MAX_INDEX or tail[max(0, at - ZIP64_SIZE) : at].startswith(ZIP64_END):
        raise refused("too_many_files", most=MAX_FILES)


def members_of(archive: zipfile.ZipFile) -> Members:
    """Return the files of a package by their names, folders and litter left out. Opens none of them.

    Raises `DomainError` (422) "packages.too_many_files", "packages.encrypted", "packages.link_inside",
    "packages.bad_name", "packages.twice", "packages.type_refused", "packages.too_large_unpacked", "packages.page_too_large",
    "packages.bomb".
    """
    if len(archive.infolist()) > MAX_FILES:
        raise refused("too_many_files", most=MAX_FILES)
    found: Members = {}
    folded: set[str] = set()
    for name, entry in _files(archive):
        _check_entry(entry, name)
        if _folded(name) in folded:
            raise refused("twice", name=name)
        folded.add(_folded(name))
        found[name] = entry
    _check_folders(found, folded)
    _check_types(found)
    _check_sizes(found)
    return found


def table_of(archive: zipfile.ZipFile) -> dict[str, Member]:
    """Return where each file of a package lies that was checked when it came."""
    return {
        name: Member(entry.header_offset, entry.compress_size, entry.file_size, entry.CRC, entry.compress_type == METHODS[0])
        for name, entry in _files(archive)
    }


def read_from(file: IO[bytes], member: Member, *, first: int = 0) -> Iterator[bytes]:
    """Yield a file of a checked package from its byte `first` on, without reading the table again."""
    file.seek(member.offset)
    header = file.read(LOCAL_HEADER)
    # The name and the extra field may be longer here than in the table.
    start = member.offset + LOCAL_HEADER + sum(int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    skipped = first if member.is_stored else 0
    file.seek(start + skipped)
    left, away = member.packed - skipped, first - skipped
    inflate = None if member.is_stored else zlib.decompressobj(-zlib.MAX_WBITS)
    while left and (piece := file.read(min(PIECE, left))):
        left -= len(piece)
        plain = inflate.decompress(piece) if inflate else piece
        if away < len(plain):
            yield plain[away:]
        away = max(0, away - len(plain))


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    for entry in archive.infolist():
        name = _true_name(entry)
        if not entry.is_dir() and not _is_litter(name):
            yield name, entry


def _true_name(entry: zipfile.ZipInfo) -> str:
    """Return the name in Unicode: archives made on Chinese Windows hold GB 18030 and do not say so."""
    # `orig_filename` is what stands in the archive; `filename` ends at a null byte.
    name = entry.orig_filename
    if entry.flag_bits & UTF8_NAME:
        return name
    readings = [_decoded(name.encode("cp437"), encoding) for encoding in ("utf-8", "gb18030")]
    # 图片 in GB 18030 is UTF-8 as well, of two letters that nobody writes; so the reading with Chinese in it wins.
    likely = [reading for reading in readings if reading is not None and (reading.isascii() or CHINESE.search(reading))]
    return next(iter([*likely, *filter(None, readings)]), name)


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _is_litter(name: str) -> bool:
    return name.startswith(LITTER[0]) or name.rpartition("/")[2] in LITTER[1:]


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise refused("encrypted")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise refused("link_inside", name=_short(name))
    parts = name.split("/")
    if (
        not 0 < len(name) <= MAX_NAME
        or any(part in ("", ".", "..") for part in parts)
        or any(letter in '\\:*?"<>|' or not letter.isprintable() for letter in name)
        or any(part != part.strip() for part in parts)
    ):
        raise refused("bad_name", name=_short(name))
    if entry.compress_type not in METHODS:
        raise refused("unreadable")


def _check_folders(found: Members, folded: set[str]) -> None:
    """One name cannot be a file and a folder."""
    for name in found:
        parts = name.split("/")[:-1]
        for end in range(1, len(parts) + 1):
            if _folded("/".join(parts[:end])) in folded:
                raise refused("twice", name="/".join(parts[:end]))


def _check_types(found: Members) -> None:
    wrong = [name for name in found if not is_allowed(name)]
    if wrong:
        raise refused("type_refused", names=[_short(name) for name in wrong[:MOST_TOLD]], number=len(wrong))


def _check_sizes(found: Members) -> None:
    if sum(entry.file_size for entry in found.values()) > MAX_UNPACKED:
        raise refused("too_large_unpacked", megabytes=MAX_UNPACKED // (1024 * 1024))
    for name, entry in found.items():
        if ending_of(name) in HTML and entry.file_size > MAX_PAGE:
            raise refused("page_too_large", name=_short(name), megabytes=MAX_PAGE // (1024 * 1024))
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise refused("bomb", name=_short(name))
    # A thousand small files that each pack very tightly are one large one.
    unpacked, packed = sum(entry.file_size for entry in found.values()), sum(entry.compress_size for entry in found.values())
    if unpacked > SMALL_TOGETHER and unpacked > MAX_RATIO * max(1, packed):
        raise refused("bomb", name=_short(max(found, key=lambda name: found[name].file_size)))


def read_through(archive: zipfile.ZipFile, members: Members) -> None:
    """Unpack every member once, keeping nothing, so that what the table says of sizes and sums is true.

    Raises `DomainError` (422) "packages.zip_inside", "packages.not_what_it_says", "packages.unreadable".
    """
    for name, entry in members.items():
        pieces = _pieces(archive, entry)
        head = next(pieces, b"")[:HEAD]
        if head.startswith(ZIP_HEADS):
            raise refused("zip_inside", name=_short(name))
        if not is_what_it_says(name, head):
            raise refused("not_what_it_says", name=_short(name))
        for _piece in pieces:
            pass


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member piece by piece, never more than the table says of it; its check sum is compared at the end."""
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        raise refused("unreadable") from None


def read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, most: int) -> bytes:
    """Return a whole member of at most `most` bytes; raises "packages.unreadable" for a longer or damaged one."""
    if entry.file_size > most:
        raise refused("unreadable")
    return b"".join(_pieces(archive, entry))


def _short(name: str) -> str:
    shown = "".join(letter if letter.isprintable() else "�" for letter in name)
    return shown if len(shown) <= 60 else f"{shown[:40]}…{shown[-18:]}"
