"""Reading a scheme that somebody wrote down: every value in its shape, and all that has none told at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from certification.standards.rules.weights import PLACES, plain
from lms.core.errors import DomainError

Path = tuple[str | int, ...]
"""Where in the data: ("levels", 0, "theory", "基础知识")."""

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}", re.ASCII)
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TRUE = (True, "是", "true", "yes", "1", "有", "y")
FALSE = (False, None, "", "否", "false", "no", "0", "无", "n", "—", "-")
MOST_ROWS = 200
"""In any one list of a scheme."""
WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where it stands."""

    path: Path
    error: DomainError


@dataclass
class Reader:
    """Reads values one by one; what has no shape becomes a problem and an empty value."""

    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: Path, code: str, **context: Any) -> None:
        self.problems.append(Problem(path, DomainError(f"standards.{code}", status=422, **context)))

    def mapping(self, value: Any, path: Path) -> Mapping[str, Any]:
        if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
            return value
        if value is not None:
            self.wrong(path, "not_a_table", what=_name(path))
        return {}

    def rows(self, value: Any, path: Path) -> Sequence[Any]:
        if isinstance(value, list | tuple):
            if len(value) > MOST_ROWS:
                self.wrong(path, "too_many_rows", what=_name(path), most=MOST_ROWS)
            return value[:MOST_ROWS]
        if value not in (None, ""):
            self.wrong(path, "not_a_list", what=_name(path))
        return ()

    def known(self, given: Mapping[str, Any], names: Sequence[str], path: Path) -> None:
        """Tell of names that nobody knows: a misspelt one would be lost silently."""
        for name in given:
            if name not in names:
                self.wrong((*path, name), "name_unknown", name=name[:40])

    def text(self, value: Any, path: Path, *, longest: int, needed: bool = False) -> str:
        if isinstance(value, Mapping | list | tuple | set | bytes):
            self.wrong(path, "not_a_text", what=_name(path))
            return ""
        found = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
        if UNPRINTABLE.search(found):
            self.wrong(path, "text_unprintable", what=_name(path))
            return ""
        if len(found) > longest:
            self.wrong(path, "text_too_long", what=_name(path), most=longest)
            return ""
        if needed and not found:
            self.wrong(path, "missing", what=_name(path))
        return found

    def shaped(self, value: Any, path: Path, pattern: re.Pattern[str], *, longest: int) -> str:
        found = self.text(value, path, longest=longest, needed=True)
        if found and not pattern.fullmatch(found):
            self.wrong(path, "text_shape", what=_name(path), value=found)
            return ""
        return found

    def number(self, value: Any, path: Path, *, low: int, high: int) -> int:
        """Return a whole number; `low` when there is none that fits."""
        text = str(value).strip() if not isinstance(value, bool) and value is not None else ""
        if not text:
            self.wrong(path, "missing", what=_name(path))
        elif not WHOLE.fullmatch(text) or not low <= int(text) <= high:
            self.wrong(path, "number_wrong", what=_name(path), low=low, high=high, value=text[:20])
        else:
            return int(text)
        return low

    def flag(self, value: Any, path: Path) -> bool:
        plain_value = value.strip().lower() if isinstance(value, str) else value
        if plain_value in TRUE:
            return True
        if plain_value not in FALSE:
            self.wrong(path, "flag_wrong", what=_name(path))
        return False

    def choice(self, value: Any, path: Path, choices: Sequence[str]) -> str:
        found = self.text(value, path, longest=60, needed=True)
        if found and found not in choices:
            self.wrong(path, "choice_wrong", what=_name(path), value=found, choices=list(choices))
        return found if found in choices else choices[0]

    def day(self, value: Any, path: Path) -> str:
        """Return the day as 2026-10-31, or "" where none is given."""
        found = self.text(value, path, longest=10)
        try:
            return date.fromisoformat(found).isoformat() if found else ""
        except ValueError:
            self.wrong(path, "day_wrong", what=_name(path), value=found)
            return ""

    def share(self, value: Any, path: Path, *, level: int, table: str, function: str) -> str | None:
        """Return a weight as the one text that stands for it, or None when it is none."""
        weight = self._decimal(value, path)
        row = {"level": level, "table": table, "function": function}
        if weight is None:
            self.wrong(path, "weight_not_a_number", level=level, function=function)
        elif not 0 < weight <= 100:
            self.wrong(path, "weight_out_of_range", weight=str(weight)[:20], **row)
        elif weight != round(weight, PLACES):
            self.wrong(path, "weight_too_fine", weight=str(weight), **row)
        else:
            return plain(weight)
        return None

    def mark(self, value: Any, path: Path) -> str:
        """Return a pass mark as text; "60" when there is none that fits."""
        mark = self._decimal(value, path)
        if mark is None or not 0 < mark <= 100 or mark != round(mark, PLACES):
            self.wrong(path, "pass_mark_wrong", value=str(value)[:20])
            return "60"
        return plain(mark)

    def _decimal(self, value: Any, path: Path) -> Decimal | None:
        try:
            found = Decimal(self.text(value, path, longest=20))
        except InvalidOperation:
            return None
        return found if found.is_finite() else None


def _name(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")[:40]
