"""What differs between two schemes, row by row and side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from certification.standards.rules.weights import WeightTable


class Change(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Section(StrEnum):
    FACTS = "facts"
    PARTS = "parts"
    THEORY = "theory"
    SKILL = "skill"
    FUNCTIONS = "functions"
    CONDITIONS = "conditions"
    PARAMETERS = "parameters"


@dataclass(frozen=True)
class Row:
    """One thing in both schemes; None where it is not in one of them. `level` is 0 for what belongs to all levels."""

    section: Section
    level: int
    name: str
    before: Any
    after: Any

    @property
    def change(self) -> Change:
        if self.before == self.after:
            return Change.SAME
        if self.before is None:
            return Change.ADDED
        return Change.REMOVED if self.after is None else Change.CHANGED


NOT_COMPARED = frozenset({"version", "levels", "parameters", "occupation"})


def rows_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Row]:
    """Return every row of the two tidied schemes, in the printed order: facts, then each level from 5 to 1, then parameters.

    A row that stands in one scheme only has None on the other side.
    """
    old, new = _flat(before), _flat(after)
    order = sorted({**old, **new}, key=lambda each: _place(each, list(dict.fromkeys([*old, *new]))))
    return [Row(*key, before=old.get(key), after=new.get(key)) for key in order]


Key = tuple[Section, int, str]


def _place(key: Key, seen: list[Key]) -> tuple[int, int, int, int]:
    section, level, _name = key
    last = section is Section.PARAMETERS
    return (int(last), -level if level else -9, list(Section).index(section), seen.index(key))


def _flat(data: Mapping[str, Any]) -> dict[Key, Any]:
    return dict(_items(data))


def _items(data: Mapping[str, Any]) -> Iterator[tuple[Key, Any]]:
    for name, value in data.items():
        if name not in NOT_COMPARED:
            yield (Section.FACTS, 0, name), value
    for name, value in data["occupation"].items():
        yield (Section.FACTS, 0, f"occupation.{name}"), value
    for level in data["levels"]:
        number = int(level["level"])
        for part in level["parts"]:
            yield (Section.PARTS, number, part["kind"]), {name: value for name, value in part.items() if name != "kind"}
        for table in WeightTable:
            for function, weight in level[table.value].items():
                yield (Section(table.value), number, function), weight
        for function in level["functions"]:
            if function not in level["theory"] and function not in level["skill"]:
                yield (Section.FUNCTIONS, number, function), function
        for condition in level["conditions"]:
            yield (Section.CONDITIONS, number, condition["code"]), condition
    for name, value in data["parameters"].items():
        yield (Section.PARAMETERS, 0, name), value
