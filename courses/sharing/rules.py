"""How a lesson is reused, and what changed in its source. Knows no framework."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum


class Kind(StrEnum):
    """A copy goes its own way; a subscription hears of each update of its source."""

    COPY = "copy"
    SUBSCRIPTION = "subscription"


@dataclass(frozen=True)
class Line:
    """A line of a comparison: `sign` is "+" for what came, "-" for what went, " " for what stayed."""

    sign: str
    text: str


def difference(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Return both texts as one list of lines; a changed line goes and comes."""
    lines: list[Line] = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line(" ", text) for text in before[start:end]]
            continue
        lines += [Line("-", text) for text in before[start:end]]
        lines += [Line("+", text) for text in after[new_start:new_end]]
    return lines
