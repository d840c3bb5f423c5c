"""Reading a table that somebody uploads: XLSX, CSV or pasted text. Hostile until checked.

Nothing of the file is believed: its type is read from its bytes, an archive that unpacks to more than it may is not
opened, formulas and macros are refused, and rows are read one after the other, so that memory stays flat.
"""

import csv
import io
import logging
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from traceback import format_tb
from typing import Any

from openpyxl import load_workbook

from lms.core.errors import DomainError
from lms.core.workbook_parts import TooMuch, measure

log = logging.getLogger(__name__)
MAX_BYTES = 8 * 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
"""A sheet of 100,000 rows with a dozen columns unpacks to about 60 MB."""
MAX_SHARED = 32 * 1024 * 1024
"""The shared texts are the one part that a reader has to hold in memory."""
MAX_PARTS = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 40
MAX_CELL = 500
MAX_SHEETS = 20
DELIMITERS = ("\t", ",", ";", "，", "；")
SHARED = "sharedStrings.xml"
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What an archive gives instead of a part: no XML, a wrong checksum, an end too early, a method that nobody knows, a lock."""
ACTIVE = ("vbaproject.bin", "xl/macrosheets/", "xl/embeddings/", "xl/activex/", "xl/externallinks/", "xl/connections.xml")


@dataclass(frozen=True)
class Line:
    """One line of a table: its number in the file, from 1, and its cells as text without outer blanks."""

    number: int
    cells: tuple[str, ...]


def read_table(data: bytes, *, longest: int = MAX_CELL) -> Iterator[Line]:
    """Yield the lines that hold anything, in order; a cell is cut after `longest` characters.

    Text is UTF-8 or GB 18030. Raises `DomainError` 422: `tables.empty`, `…too_large`,
    `…unpacks_too_large`, `…unreadable`, `…old_format`, `…active`, `…formula` (with the
    line), `…too_long` above 100,000 lines.
    """
    if not data.strip():
        raise DomainError("tables.empty", status=422)
    if len(data) > MAX_BYTES:
        raise DomainError("tables.too_large", status=422, megabytes=MAX_BYTES // 1024**2)
    if data.startswith(b"PK\x03\x04"):
        return _from_workbook(data, longest)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DomainError("tables.old_format", status=422)
    return _from_text(_decoded(data), longest)


def read_workbook(data: bytes, *, longest: int, most_rows: int) -> dict[str, list[Line]]:
    """Return the lines of each sheet of an XLSX file by the sheet's name, in their order; checked as `read_table` does.

    Raises `DomainError` 422 as `read_table` does; a formula is told with its sheet (`tables.formula_in_sheet`), and
    more than twenty sheets are `tables.unpacks_too_large`.
    """
    if not data.strip():
        raise DomainError("tables.empty", status=422)
    if len(data) > MAX_BYTES:
        raise DomainError("tables.too_large", status=422, megabytes=MAX_BYTES // 1024**2)
    if not data.startswith(b"PK\x03\x04"):
        raise DomainError("tables.unreadable", status=422)
    with _opened(data) as book:
        if len(book.worksheets) > MAX_SHEETS:
            raise DomainError("tables.unpacks_too_large", status=422)
        return {str(sheet.title): list(_lines_of(sheet, longest, most_rows, named=True)) for sheet in book.worksheets}


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise DomainError("tables.unreadable", status=422)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DomainError("tables.unreadable", status=422)


def _from_text(text: str, longest: int) -> Iterator[Line]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        # A quoted cell may span lines, so the reader's own count is asked.
        for cells in reader:
            if (line := _line(reader.line_num, cells, longest)) is not None:
                yield line
    except csv.Error:
        raise DomainError("tables.unreadable", status=422) from None


def _line(number: int, cells: list[str], longest: int, most: int = MAX_ROWS) -> Line | None:
    if number > most:
        raise DomainError("tables.too_long", status=422, rows=most)
    kept = tuple(cell.strip()[:longest] for cell in cells[:MAX_COLUMNS])
    return Line(number, kept) if any(kept) else None


def _check_archive(data: bytes) -> None:
    """Look at an archive's list of parts before anything is unpacked. What it says there is all that can be unpacked.

    Then at how much a reader would make of each part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except DAMAGED:
        raise DomainError("tables.unreadable", status=422) from None
    names = [part.filename.lower() for part in parts]
    if any(mark in name for name in names for mark in ACTIVE):
        raise DomainError("tables.active", status=422)
    shared = sum(part.file_size for part in parts if part.filename.endswith(SHARED))
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or shared > MAX_SHARED:
        raise DomainError("tables.unpacks_too_large", status=422)
    if any(part.flag_bits & 0x1 for part in parts):
        raise DomainError("tables.old_format", status=422)
    _check_parts(data)


def _check_parts(data: bytes) -> None:
    """Look at what is in the parts, before a reader makes something of it that it cannot hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            measure(archive)
    except TooMuch:
        raise DomainError("tables.unpacks_too_large", status=422) from None
    except DAMAGED:
        raise DomainError("tables.unreadable", status=422) from None


def _from_workbook(data: bytes, longest: int) -> Iterator[Line]:
    with _opened(data) as book:
        yield from _lines_of(book.worksheets[0], longest, MAX_ROWS)


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Open a checked workbook; whatever a crafted one makes the reader raise meanwhile, it is one answer."""
    _check_archive(data)
    book: Any = None
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        yield book
    except DomainError:
        raise
    except Exception as error:
        # Whatever a crafted workbook makes the reader raise, it is one answer; the log tells a crafted one from our fault.
        # Where it happened, not what it says: the reader quotes the cell, and cells hold numbers of people.
        log.info("A workbook could not be read: %s\n%s", type(error).__name__, "".join(format_tb(error.__traceback__)))
        raise DomainError("tables.unreadable", status=422) from None
    finally:
        if book is not None:
            book.close()


def _lines_of(sheet: Any, longest: int, most: int, *, named: bool = False) -> Iterator[Line]:
    # The size that the file claims for itself may be wrong or enormous.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=most + 1, max_col=MAX_COLUMNS)
    for number, row in enumerate(rows, start=1):
        if any(cell.data_type == "f" for cell in row):
            if named:
                raise DomainError("tables.formula_in_sheet", status=422, sheet=str(sheet.title), line=number)
            raise DomainError("tables.formula", status=422, line=number)
        if (line := _line(number, [_text(cell.value) for cell in row], longest, most)) is not None:
            yield line


def _text(value: Any) -> str:
    """Return a cell as text; a whole number that a spreadsheet kept as a float loses its “.0”."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d"))
    return str(value)
