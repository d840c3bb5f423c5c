"""The sheet as an XLSX file: every cell a text, the same content always the same bytes, written row by row."""

import datetime
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.writer.excel import ExcelWriter

from certification.registry.upload.column_packs import ColumnPack

TEXT = "@"
"""The number format of a text: an ID number never becomes 3.1E+17."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment that every part of the archive bears; ZIP knows none before it."""
HEADCOUNT = ("occupation", "work_type", "level")
KEPT_IN_MEMORY = 1024 * 1024


class SteadyZip(zipfile.ZipFile):
    """An archive that does not say when or by whom its parts were written."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        super().writestr(_part(str(zinfo_or_arcname)), data)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        with open(filename, "rb") as source, self.open(_part(str(arcname)), "w") as part:
            shutil.copyfileobj(source, part)


def _part(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name.lstrip("/"), EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def write_workbook(
    pack: ColumnPack, rows: Iterable[Sequence[str]], *, facts: Sequence[tuple[str, str]], moment: datetime.datetime
) -> tuple[IO[bytes], list[list[str | int]]]:
    """Write the sheet of records and the summary.

    `rows`: the cells of each record in the pack's order; `facts`: label and value of what stands on top of the summary;
    `moment`: when the batch was released, the only time that the file bears. Returns the file, read from its beginning,
    and the head-counts: [occupation, work type, level, people], sorted. The memory needed does not grow with the rows.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "Funeng"
    book.properties.created = book.properties.modified = moment.astimezone(datetime.UTC).replace(tzinfo=None, microsecond=0)
    sheet = book.create_sheet(pack.sheet)
    sheet.freeze_panes = "A2"
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(pack.columns)]:
        sheet.column_dimensions[letter].width = 22
    try:
        sheet.append([_text(sheet, title, bold=True) for title in pack.titles])
        places = [next((n for n, column in enumerate(pack.columns) if column.source == source), None) for source in HEADCOUNT]
        heads: Counter[tuple[str, ...]] = Counter()
        for cells in rows:
            sheet.append([_text(sheet, cell) for cell in cells])
            heads[tuple("" if place is None else cells[place] for place in places)] += 1
        counts: list[list[str | int]] = [[*key, count] for key, count in sorted(heads.items())]
        _write_summary(book, pack, counts, facts)
    except BaseException:
        _discard(book)
        raise
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)
    ExcelWriter(book, SteadyZip(out, "w", zipfile.ZIP_DEFLATED)).save()
    out.seek(0)
    return out, counts


def _discard(book: Workbook) -> None:
    """Remove the files in which the library keeps the rows so far: they hold full ID numbers."""
    for sheet in book.worksheets:
        sheet.close()
        sheet._writer.cleanup()


def _write_summary(
    book: Workbook, pack: ColumnPack, counts: Sequence[Sequence[str | int]], facts: Sequence[tuple[str, str]]
) -> None:
    """Write the summary table: per occupation, work type and level the head-count (domain.md §5.4)."""
    sheet = book.create_sheet(pack.summary_sheet)
    for letter in "ABCD":
        sheet.column_dimensions[letter].width = 28
    for label, value in facts:
        sheet.append([_text(sheet, label, bold=True), _text(sheet, value)])
    sheet.append([])
    titles = {column.source: column.title for column in pack.columns}
    sheet.append([_text(sheet, title, bold=True) for title in (*(titles.get(source, source) for source in HEADCOUNT), "人数")])
    for *key, count in counts:
        sheet.append([*(_text(sheet, str(part)) for part in key), count])
    sheet.append([_text(sheet, "合计", bold=True), None, None, sum(int(row[-1]) for row in counts)])


def _text(sheet: Any, value: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    # What begins with "=" would be written as a formula.
    cell.data_type = "s"
    cell.number_format = TEXT
    if bold:
        cell.font = Font(bold=True)
    return cell
