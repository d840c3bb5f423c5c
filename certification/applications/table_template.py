"""The empty table for entering people: the 33 headings, words to choose from, and a sheet that explains them."""

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from certification.applications.rules.intakes import MOST_LINES
from certification.applications.rules.record import CATEGORIES, COLLECTING, EDUCATION, EXAM_TYPES, PROVINCES, SOURCES
from certification.applications.rules.sheet import COLUMNS, DOCUMENT_WORDS, MANDATORY, NO, SEXES, YES
from certification.plans.models import Plan
from certification.standards.rules import Level

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDE = {"document_number": 22, "experience": 48, "address": 32, "mail_address": 32, "certificate_number": 26, "phone": 14}
HELP = "填写说明"
EXAMPLE_EXPERIENCE = "2015-07 至 2020-08 静安康复中心 养老护理员；2020-09 至今 浦江社区卫生服务中心 养老护理员"


def template_table(plan: Plan) -> Workbook:
    """Return the workbook for this plan. Every cell is text, so that no number loses its digits and 4-1 stays 4-1."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "报名表"
    sheet.append([heading + ("*" if name in MANDATORY else "") for name, heading in COLUMNS.items()])
    words = words_to_choose(plan)
    explained = book.create_sheet(HELP)
    places = _explain(explained, words)
    for place, name in enumerate(COLUMNS, start=1):
        letter = get_column_letter(place)
        column = sheet.column_dimensions[letter]
        column.width = WIDE.get(name, 14)
        column.number_format = "@"
        sheet[f"{letter}1"].font = Font(bold=True)
        if name in places:
            choice = DataValidation(type="list", formula1=places[name], allow_blank=True)
            choice.add(f"{letter}2:{letter}{MOST_LINES + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"
    return book


def words_to_choose(plan: Plan) -> dict[str, list[str]]:
    """Return the words that each column of choices takes, in the order of the columns."""
    return {
        "work_type": [plan.work_type or plan.scheme.occupation.name],
        "level": [Level(plan.level).label],
        "condition": list(plan.scheme_level.conditions.order_by("code").values_list("code", flat=True)),
        "document_kind": [word for word in DOCUMENT_WORDS if not word.isdigit()],
        "sex": list(SEXES),
        "holds_certificate": [YES[0], NO[0]],
        "certificate_level": [level.label for level in Level],
        "education": list(EDUCATION.values()),
        "province": list(PROVINCES.values()),
        "source": list(SOURCES.values()),
        "category": list(CATEGORIES.values()),
        "exam_type": list(EXAM_TYPES.values()),
        "collect": list(COLLECTING.values()),
    }


def _explain(sheet: Any, words: dict[str, list[str]]) -> dict[str, str]:
    """Write the words one below the other, and return where each column's stand."""
    places: dict[str, str] = {}
    rows: Sequence[int] = range(1, max(len(found) for found in words.values()) + 2)
    for place, (name, found) in enumerate(words.items(), start=1):
        letter = get_column_letter(place)
        _put(sheet, f"{letter}1", COLUMNS[name])
        for row, word in zip(rows[1:], found, strict=False):
            _put(sheet, f"{letter}{row}", word)
        places[name] = f"'{HELP}'!${letter}$2:${letter}${len(found) + 1}"
    last = len(rows) + 2
    _put(sheet, f"A{last}", "简要经历的写法（能自动读入工作年限）")
    _put(sheet, f"A{last + 1}", EXAMPLE_EXPERIENCE)
    return places


def _put(sheet: Any, cell: str, text: str) -> None:
    target = sheet[cell]
    target.value = text
    # A word that begins with "=" stays a word: the work type is what some officer typed.
    target.data_type = "s"
    target.number_format = "@"
