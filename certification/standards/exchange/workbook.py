"""Writing a scheme as a workbook that can be changed and read again: six sheets, words to choose from."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from certification.standards.exchange import words
from certification.standards.rules.requirements import alternatives
from certification.standards.rules.weights import BASIC_REQUIREMENTS

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHOICES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    words.PART_SHEET: {"level": words.LEVELS, "kind": words.PARTS},
    words.WEIGHT_SHEET: {"level": words.LEVELS},
    words.CONDITION_SHEET: {"level": words.LEVELS},
    words.LINE_SHEET: {
        "level": words.LEVELS, "kind": words.LINES, "since": words.SINCE, "held": words.LEVELS, "rank": words.RANKS,
    },
}  # fmt: skip
WIDTHS = {"value": 60, "text": 60, "text_en": 50, "evidence": 44, "function": 28, "meaning": 40, "kinds": 36, "kind": 24}
ROWS_WITH_CHOICES = 500


def written(content: Mapping[str, Any]) -> bytes:
    """Return the content as an XLSX file. Every text is a text, whatever it begins with: none becomes a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    rows: Mapping[str, Iterable[tuple[Any, ...]]] = {
        words.FACT_SHEET: _facts(content),
        words.PART_SHEET: _parts(content),
        words.WEIGHT_SHEET: _weights(content),
        words.CONDITION_SHEET: _conditions(content),
        words.LINE_SHEET: _lines(content),
        words.PARAMETER_SHEET: _parameters(content),
    }
    for name, columns in words.SHEETS.items():
        sheet = book.create_sheet(name)
        _fill(sheet, [tuple(columns.values()), *rows[name]])
        _dress(sheet, name, columns)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, rows: Iterable[tuple[Any, ...]]) -> None:
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(value, str) and value:
                cell.data_type = "s"


def _dress(sheet: Any, name: str, columns: Mapping[str, str]) -> None:
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTHS.get(column, 16)
        sheet[f"{letter}1"].font = Font(bold=True)
        if (offered := CHOICES.get(name, {}).get(column)) is not None:
            choice = DataValidation(type="list", formula1=f'"{",".join(offered.values())}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{ROWS_WITH_CHOICES}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"


def _facts(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for names, word in words.FACTS.items():
        value: Any = content
        for name in names:
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        if names == ("kind",):
            value = words.KINDS[value]
        if isinstance(value, bool):
            value = words.YES if value else words.NO
        yield word, value


def _parts(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for level in content["levels"]:
        for part in level["parts"]:
            yield _label(level), words.PARTS[part["kind"]], _number(part["pass_mark"]), part.get("minutes", "")


def _weights(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for level in content["levels"]:
        theory, skill = level["theory"], level["skill"]
        basics = [name for name in BASIC_REQUIREMENTS if name in theory or name in skill]
        others = [name for name in {**theory, **skill} if name not in (*basics, *level["functions"])]
        for function in (*basics, *level["functions"], *others):
            yield _label(level), function, _number(theory.get(function, "")), _number(skill.get(function, ""))


def _conditions(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for level in content["levels"]:
        for condition in level["conditions"]:
            evidence = words.AND.join(
                words.EITHER.join(words.EVIDENCE.get(kind, kind) for kind in alternatives(entry))
                for entry in condition["evidence"]
            )
            yield _label(level), condition["code"], condition["text"], condition["text_en"], evidence


def _lines(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for level in content["levels"]:
        for condition in level["conditions"]:
            for line in condition["requirement"]:
                cells = {
                    "level": _label(level),
                    "code": condition["code"],
                    "kind": words.LINES.get(line["kind"], line["kind"]),
                    "years": line.get("years", ""),
                    "since": words.SINCE.get(line.get("since", ""), ""),
                    "held": words.LEVELS.get(str(line.get("level", "")), ""),
                    "rank": words.RANKS.get(line.get("rank", ""), ""),
                    "min_years": line.get("min_years", ""),
                    "kinds": words.COMMA.join(words.DIPLOMAS.get(kind, kind) for kind in line.get("kinds", ())),
                }
                flags = {name: words.YES if line.get(name) else "" for name in ("final_year_ok", "evaluated", "any_major")}
                yield tuple((cells | flags)[name] for name in words.SHEETS[words.LINE_SHEET])


def _parameters(content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for name, value in content["parameters"].items():
        yield name, parameter_text(value), words.PARAMETERS.get(name, "")


def parameter_text(value: Any) -> Any:
    """Return a parameter as one cell or field can show it."""
    if isinstance(value, bool):
        return words.YES if value else words.NO
    return words.COMMA.join(map(str, value)) if isinstance(value, list) else value


def _label(level: Mapping[str, Any]) -> str:
    return words.LEVELS[str(level["level"])]


def _number(text: str) -> Any:
    """Return a weight as a number, so that somebody may add a column up; it reads back as the same text."""
    return float(text) if text else ""
