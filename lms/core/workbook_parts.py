"""What an XLSX file unpacks to, measured while it streams by: a reader builds a tree of a part before it can count.

Ten megabytes of text are nothing, ten megabytes of `<a/>` are a gigabyte of tree. So every part is walked once by
expat, which keeps nothing, and is handed on only when a reader can hold what it would make of it.
"""

import zipfile
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

MAX_ELEMENTS = 4_000_000
"""In all parts together. A sheet of 100,000 rows with a dozen texts written into it has 3.7 million."""
MAX_KEPT = 200_000
"""Elements of one part that a reader keeps: styles, merged cells. The rows of a sheet and shared texts are let go."""
MAX_SHARED_TEXTS = 1_000_000
MAX_IN_A_ROW = 50_000
"""A sheet has 16,384 columns."""
MAX_SILENCE = 1024 * 1024
"""Bytes without an element in between. A cell holds 32,767 characters at most."""
MAX_ANGLES = 100_000
"""How often "<" may stand in a part that is no XML by its name: chance puts 32,000 into a picture of 8 MB."""
READ_AT_ONCE = 64 * 1024
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW, SHARED_TEXTS = f"{SHEET} row", f"{SHEET} sst"
SHEET_FOLDER = "xl/worksheets/"
XML_NAMES = (".xml", ".rels")


class TooMuch(ValueError):
    """A part holds more than a reader should be given."""


class NotXml(ValueError):
    """A part is not what its name says."""


def measure(archive: zipfile.ZipFile) -> None:
    """Walk through every part. Raises `TooMuch` and `NotXml`, and what `zipfile` raises for a damaged archive."""
    left = MAX_ELEMENTS
    for part in archive.infolist():
        if part.is_dir():
            continue
        with archive.open(part) as stream:
            if part.filename.lower().endswith(XML_NAMES):
                left -= _Walk(has_rows=part.filename.startswith(SHEET_FOLDER), most=left).through(stream)
            else:
                _count_angles(stream)


def _count_angles(stream: Any) -> None:
    seen = 0
    while chunk := stream.read(READ_AT_ONCE):
        seen += chunk.count(b"<")
        if seen > MAX_ANGLES:
            raise TooMuch


@dataclass
class _Walk:
    """One part. `has_rows`: a reader lets each row go when it has read it. `most`: elements that are left for it."""

    has_rows: bool
    most: int
    elements: int = 0
    kept: int = 0
    in_row: int = 0
    row_depth: int = 0
    most_kept: int = MAX_KEPT
    quiet_since: int = 0
    fed: int = 0

    def through(self, stream: Any) -> int:
        """Read the part to its end and return how many elements it has."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            while chunk := stream.read(READ_AT_ONCE):
                parser.Parse(chunk, False)
                self.fed += len(chunk)
                if self.fed - self.quiet_since > MAX_SILENCE:
                    raise TooMuch
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError) as error:
            if isinstance(error, (TooMuch, NotXml)):
                raise
            raise NotXml from None
        return self.elements

    def _start(self, name: str, _attributes: Any) -> None:
        self.elements += 1
        self.quiet_since = self.fed
        if self.elements == 1 and name == SHARED_TEXTS:
            self.most_kept = MAX_SHARED_TEXTS
        if self.row_depth:
            self.row_depth += 1
            self.in_row += 1
        elif self.has_rows and name == ROW:
            self.row_depth, self.in_row = 1, 0
        else:
            self.kept += 1
        if self.elements > self.most or self.kept > self.most_kept or self.in_row > MAX_IN_A_ROW:
            raise TooMuch

    def _end(self, _name: str) -> None:
        if self.row_depth:
            self.row_depth -= 1

    def _refuse(self, *_doctype: Any) -> None:
        raise NotXml
