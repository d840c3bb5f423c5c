"""What an item is and what is wrong with one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from json import dumps
from typing import Any

from lms.core.errors import DomainError

LETTERS = "ABCDEFGH"
TRUE, FALSE = "true", "false"
TRUE_FALSE_WORDS = {"对": TRUE, "正确": TRUE, "true": TRUE, "错": FALSE, "错误": FALSE, "false": FALSE}
LONGEST = {"key": 60, "stem": 2000, "option": 500, "explanation": 4000, "function": 60, "module": 60}
"""How many characters a text of an item may have; the short ones are columns of the database."""
TRUE_FALSE_OPTIONS = ({"key": TRUE, "text": "正确"}, {"key": FALSE, "text": "错误"})


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


class Pool(StrEnum):
    """What an item is for. A quiz shows right answers, so no item serves both (I21, item security)."""

    PRACTICE = "practice"
    EXAM = "exam"


@dataclass(frozen=True)
class CheckedItem:
    """One item fit for the bank; `answer` holds option letters in order, or "true"/"false"."""

    key: str
    kind: Kind
    stem: str
    options: tuple[str, ...]
    answer: tuple[str, ...]
    explanation: str
    function: str
    module: str
    difficulty: int
    pool: Pool = Pool.EXAM

    def as_fields(self) -> dict[str, Any]:
        """Return the model's fields except the key."""
        return {
            "kind": self.kind.value,
            "stem": self.stem,
            "options": list(self.options),
            "answer": list(self.answer),
            "explanation": self.explanation,
            "function": self.function,
            "module": self.module,
            "difficulty": self.difficulty,
            "pool": self.pool.value,
        }

    @property
    def sha256(self) -> str:
        """The item's fingerprint, 64 hex: who changes it says by this which text she saw."""
        content = dumps(self.as_fields() | {"key": self.key}, ensure_ascii=False, sort_keys=True)
        return sha256(content.encode()).hexdigest()


def check_item(row: Mapping[str, Any]) -> CheckedItem:
    """Return the row as an item, its texts trimmed and its answer normalised.

    Raises `DomainError` (422) with a code that names what is wrong and the key of the item.
    House rule: a single-choice item has one right answer of at least three options, a multiple-
    choice item at least two right ones and one wrong one, and no two options read the same. A row
    that names no pool is an exam item: what is shown by mistake cannot be unseen.
    """
    key = _text(row, "key")
    if not key:
        raise _bad("item_without_key", key)
    try:
        kind = Kind(_text(row, "kind"))
    except ValueError:
        raise _bad("item_kind_unknown", key, kind=_text(row, "kind")) from None
    stem, function = _text(row, "stem"), _text(row, "function")
    if not stem:
        raise _bad("item_without_stem", key)
    if not function:
        raise _bad("item_without_function", key)
    options = tuple(str(option).strip() for option in row.get("options") or ())
    answer = _answer(key, kind, options, row.get("answer") or ())
    try:
        difficulty = int(row.get("difficulty", 2))
    except (TypeError, ValueError):
        difficulty = 0
    if difficulty not in (1, 2, 3):
        raise _bad("item_difficulty", key)
    try:
        pool = Pool(_text(row, "pool") or Pool.EXAM)
    except ValueError:
        raise _bad("item_pool_unknown", key, pool=_text(row, "pool")) from None
    checked = CheckedItem(
        key=key,
        kind=kind,
        stem=stem,
        options=() if kind is Kind.TRUE_FALSE else options,
        answer=answer,
        explanation=_text(row, "explanation"),
        function=function,
        module=_text(row, "module"),
        difficulty=difficulty,
        pool=pool,
    )
    for name, longest in LONGEST.items():
        texts = checked.options if name == "option" else (getattr(checked, name),)
        if any(len(text) > longest for text in texts):
            raise _bad("item_too_long", key[: LONGEST["key"]], part=name, longest=longest)
    return checked


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _bad(code: str, key: str, **context: Any) -> DomainError:
    return DomainError(f"questionbank.{code}", status=422, key=key or "?", **context)


def _answer(key: str, kind: Kind, options: tuple[str, ...], given: Iterable[Any]) -> tuple[str, ...]:
    # YAML and spreadsheets read a bare `true` as a boolean.
    words = [str(word).strip().lower() if isinstance(word, bool) else str(word).strip() for word in given]
    if kind is Kind.TRUE_FALSE:
        values = [TRUE_FALSE_WORDS.get(word.lower()) for word in words]
        if len(values) != 1 or values[0] is None:
            raise _bad("item_true_false_answer", key)
        return (values[0],)
    if len(options) < 3 or len(options) > len(LETTERS) or not all(options):
        raise _bad("item_options", key)
    if len(set(options)) != len(options):
        raise _bad("item_options_repeat", key)
    letters = sorted({word.upper() for word in words})
    if not letters or any(letter not in LETTERS[: len(options)] or len(letter) != 1 for letter in letters):
        raise _bad("item_answer_outside", key)
    right = len(letters)
    if (kind is Kind.SINGLE and right != 1) or (kind is Kind.MULTIPLE and not 2 <= right < len(options)):
        raise _bad("item_answer_count", key)
    return tuple(letters)
