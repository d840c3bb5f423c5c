"""A table of people as a body hands it in: the 33 columns, one line for each person."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from certification.applications.rules.sheet import COLUMNS

LINE = {
    "work_type": "康复辅助技术咨询师",
    "level": "四级/中级工",
    "condition": "4-1",
    "document_kind": "居民身份证",
    "document_number": "11010519491231002X",
    "name": "林晓梅",
    "phone": "13800000001",
    "holds_certificate": "否",
    "education": "高中",
    "province": "上海市",
    "source": "企业职工",
    "applying_unit": "静安康复中心",
    "category": "初次认定",
    "exam_type": "正考",
    "experience": "2015-07 至 今 静安康复中心 养老护理员",
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number_of(n: int, *, day: str = "19800101") -> str:
    """Return a well-formed number of nobody: the region 310199 does not exist. Even `n` are women."""
    first = f"310199{day}{100 + n:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def line_of(n: int, **changes: Any) -> dict[str, Any]:
    """Return a right line of the n-th stranger."""
    return {**LINE, "name": f"考生{n}", "document_number": number_of(n), "phone": f"137{n:08d}", **changes}


def table_of(lines: list[dict[str, Any]], *, without: str = "", title: str = "", name: str = "people.xlsx") -> SimpleUploadedFile:
    """Return the lines as an uploaded workbook; `title` stands above the headings, the column `without` is left out."""
    book = Workbook()
    sheet = book.worksheets[0]
    if title:
        sheet.append([title])
    columns = [column for column in COLUMNS if column != without]
    sheet.append([COLUMNS[column] for column in columns])
    for serial, line in enumerate(lines, start=1):
        sheet.append([str(serial) if column == "serial" else line.get(column, "") for column in columns])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())
