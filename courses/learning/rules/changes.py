"""What changed between two versions of a course, and within one lesson. Knows no framework."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class LessonChange:
    """A lesson that is not the same in both versions; `kept` when it is read already and stays so."""

    kind: Change
    pk: int
    title: str
    was_read: bool

    @property
    def to_read_again(self) -> bool:
        return self.kind is Change.CHANGED and self.was_read


@dataclass(frozen=True)
class Comparison:
    """`kept` counts lessons read already that stay done, `unchanged` all lessons that are the same in both."""

    changes: tuple[LessonChange, ...]
    unchanged: int
    kept: int

    @property
    def is_empty(self) -> bool:
        return not self.changes

    def of_kind(self, kind: str) -> list[LessonChange]:
        return [change for change in self.changes if change.kind == kind]


@dataclass(frozen=True)
class Line:
    """A stretch of a lesson's text: " " in both, "-" only in the older, "+" only in the newer version."""

    sign: str
    text: str


def compare(older: Mapping[int, tuple[str, str]], newer: Mapping[int, tuple[str, str]], read: Collection[int]) -> Comparison:
    """Compare two versions given as {lesson pk: (title, content hash)} in order; `read` are the lessons done."""
    changes = [
        LessonChange(Change.ADDED if pk not in older else Change.CHANGED, pk, title, pk in read)
        for pk, (title, content) in newer.items()
        if pk not in older or older[pk][1] != content
    ]
    changes += [LessonChange(Change.REMOVED, pk, title, pk in read) for pk, (title, _content) in older.items() if pk not in newer]
    same = [pk for pk, (_title, content) in newer.items() if pk in older and older[pk][1] == content]
    return Comparison(tuple(changes), len(same), sum(pk in read for pk in same))


def text_changes(older: Sequence[str], newer: Sequence[str], *, around: int = 1) -> list[Line]:
    """Return the changed lines with `around` equal ones beside them; a line "…" (sign "") stands for what is left out."""
    lines: list[Line] = []
    matcher = SequenceMatcher(a=older, b=newer, autojunk=False)
    groups = list(matcher.get_grouped_opcodes(around))
    for number, group in enumerate(groups):
        if number:
            lines.append(Line("", "…"))
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                lines += [Line(" ", text) for text in older[a1:a2]]
            else:
                lines += [Line("-", text) for text in older[a1:a2]]
                lines += [Line("+", text) for text in newer[b1:b2]]
    return lines
