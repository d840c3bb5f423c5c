"""The empty table that writers of items fill in: headings, words to choose from, one example of each kind."""

from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from courses.questionbank.rules import LETTERS
from courses.questionbank.rules.tables import DIFFICULTY_WORDS, HEADINGS, KIND_WORDS, MOST_ITEMS, POOL_WORDS

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"key": 12, "kind": 10, "stem": 48, "explanation": 36, "function": 20, "module": 12}
WORDS: dict[str, Mapping[Any, tuple[str, ...]]] = {"kind": KIND_WORDS, "difficulty": DIFFICULTY_WORDS, "pool": POOL_WORDS}
EXAMPLES = (
    {
        "key": "示例1", "kind": "单选", "stem": "量轮椅座宽时，臀部两侧各留多少？", "option A": "约 2.5 厘米", "option B": "约 8 厘米",
        "option C": "不留空隙", "answer": "A", "explanation": "太紧压皮肤，太宽坐不稳。", "function": "需求评估", "module": "m2",
    },
    {
        "key": "示例2", "kind": "多选", "stem": "助行器交付前要检查什么？", "option A": "脚垫", "option B": "高度", "option C": "颜色",
        "answer": "AB", "explanation": "脚垫防滑，高度合身；颜色不影响安全。", "function": "方案设计", "module": "m2",
    },
    {
        "key": "示例3", "kind": "判断", "stem": "轮椅停稳后应先拉好刹车再转移。", "answer": "对", "explanation": "刹车没拉好，轮椅会滑走。",
        "function": "需求评估", "module": "m2",
    },
)  # fmt: skip


def template_table() -> Workbook:
    """Return the workbook. The examples are practice, so that nobody takes them for secrets."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "题目"
    sheet.append([words[0] for words in HEADINGS.values()])
    for example in EXAMPLES:
        cells = {"difficulty": "中", "pool": "练习"} | example
        sheet.append([cells.get(name, "") for name in HEADINGS])
    for place, name in enumerate(HEADINGS, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(name, 16 if name.removeprefix("option ") in LETTERS else 10)
        sheet[f"{letter}1"].font = Font(bold=True)
        for row in range(1, len(EXAMPLES) + 2):
            sheet[f"{letter}{row}"].alignment = Alignment(wrap_text=True, vertical="top")
        if name in WORDS:
            offered = ",".join(words[0] for words in WORDS[name].values())
            choice = DataValidation(type="list", formula1=f'"{offered}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{MOST_ITEMS + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"
    return book
