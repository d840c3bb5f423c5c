"""Items as a table: what its columns are called and what may stand in them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from courses.questionbank.rules.items import LETTERS, Kind, Pool
from lms.core.errors import DomainError

HEADINGS: dict[str, tuple[str, ...]] = {
    "key": ("编号", "题号", "key"),
    "kind": ("题型", "kind"),
    "stem": ("题目", "题干", "question"),
    **{f"option {letter}": (f"选项{letter}", letter, f"option {letter}") for letter in LETTERS},
    "answer": ("答案", "正确答案", "answer"),
    "explanation": ("解析", "理由", "explanation"),
    "function": ("职业功能", "function"),
    "module": ("模块", "课程模块", "module"),
    "difficulty": ("难度", "difficulty"),
    "pool": ("用途", "pool"),
}
"""What the columns may be called, whatever the case; the first is what our own table says."""
NEEDED = ("key", "kind", "stem", "answer", "function")

KIND_WORDS = {
    Kind.SINGLE: ("单选", "单选题", "单项选择", "单项选择题", "single choice"),
    Kind.MULTIPLE: ("多选", "多选题", "多项选择", "多项选择题", "multiple choice"),
    Kind.TRUE_FALSE: ("判断", "判断题", "true or false"),
}
POOL_WORDS = {Pool.PRACTICE: ("练习", "practice"), Pool.EXAM: ("考试", "鉴定", "examination", "exam")}
DIFFICULTY_WORDS = {1: ("易", "easy"), 2: ("中", "medium"), 3: ("难", "hard")}
MOST_ITEMS = 500
"""So many items of one table are looked at on one page. House rule."""

_BETWEEN = re.compile(r"[\s,，、;；/]+")


def items_of_table(lines: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each line below the headings and its item, as `check_item` reads one.

    `lines` are the lines that hold anything, with their numbers. A word that is not known stays, so that `check_item`
    names it. Raises `DomainError` 422: "questionbank.table_headings" when a column is missing that every item needs, and
    "questionbank.table_too_many" above 500 items.
    """
    lines = iter(lines)
    _number, headings = next(lines, (0, ()))
    places = _places(headings)
    for count, (number, cells) in enumerate(lines, start=1):
        if count > MOST_ITEMS:
            raise DomainError("questionbank.table_too_many", status=422, most=MOST_ITEMS)
        yield number, _item({name: cells[place] for name, place in places.items() if place < len(cells)})


def _places(headings: Sequence[str]) -> dict[str, int]:
    known = {word.casefold(): name for name, words in HEADINGS.items() for word in words}
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = known.get(heading.strip().casefold())
        if name is not None:
            places.setdefault(name, place)
    missing = [HEADINGS[name][0] for name in NEEDED if name not in places]
    if missing:
        raise DomainError("questionbank.table_headings", status=422, missing=missing)
    return places


def _item(cells: Mapping[str, str]) -> dict[str, Any]:
    options = [cells.get(f"option {letter}", "") for letter in LETTERS]
    while options and not options[-1]:
        options.pop()
    row: dict[str, Any] = {name: cells[name] for name in ("key", "stem", "explanation", "function", "module") if name in cells}
    return row | {
        "kind": _known(cells.get("kind", ""), KIND_WORDS),
        "options": options,
        "answer": _answers(cells.get("answer", "")),
        "difficulty": _known(cells.get("difficulty", "") or "2", DIFFICULTY_WORDS),
        "pool": _known(cells.get("pool", ""), POOL_WORDS),
    }


def _known(word: str, words: Mapping[Any, Sequence[str]]) -> Any:
    return next((value for value, names in words.items() if word.strip().casefold() in names), word.strip())


def _answers(text: str) -> list[str]:
    """Return "AC", "A, C" and "A、C" as A and C; a word such as 对 stays whole."""
    parts = [part for part in _BETWEEN.split(text.strip()) if part]
    letters = [list(part) if set(part.upper()) <= set(LETTERS) else [part] for part in parts]
    return [letter for some in letters for letter in some]
