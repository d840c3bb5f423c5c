"""Questions to oneself inside a lesson: answered through the address, judged on the page, kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.questionbank.rules import LETTERS, TRUE_FALSE_OPTIONS, Kind, Pool

CHECKED = "check"


@dataclass(frozen=True)
class CheckQuestion:
    """A question as the page shows it. `is_right` is None until it is judged."""

    field: str
    kind: str
    stem: str
    options: list[dict[str, str]]
    answer: tuple[str, ...]
    explanation: str
    chosen: tuple[str, ...]
    is_right: bool | None


@dataclass(frozen=True)
class Check:
    """The questions of one block; `name` tells it from the others of the lesson."""

    name: str
    questions: list[CheckQuestion]
    is_checked: bool

    @property
    def right(self) -> int:
        return sum(question.is_right is True for question in self.questions)


def check_of(value: Mapping[str, Any], query: Any, *, block: str) -> Check:
    """Return the block's questions, judged if the query says `check=<name>`.

    Items that are no longer practice items, or were taken out of use, are left out.
    """
    items = [item for item in value["items"] if item is not None and _may_show(item)]
    name = str(block)[:8] or "-".join(str(item.pk) for item in items)
    is_checked = query.get(CHECKED) == name
    return Check(name, [_question(item, name, query, is_checked=is_checked) for item in items], is_checked)


def _may_show(item: Any) -> bool:
    return bool(getattr(item, "is_practice", False) or (item.pool == Pool.PRACTICE.value and item.active))


def _question(item: Any, name: str, query: Any, *, is_checked: bool) -> CheckQuestion:
    if item.kind == Kind.TRUE_FALSE.value:
        options = [{"key": str(option["key"]), "text": str(option["text"])} for option in TRUE_FALSE_OPTIONS]
    else:
        options = [{"key": LETTERS[place], "text": str(text)} for place, text in enumerate(item.options)]
    field = f"{name}-{item.pk}"
    keys = {option["key"] for option in options}
    given = query.getlist(field) if hasattr(query, "getlist") else []
    chosen = tuple(sorted({key for key in given if key in keys})) if is_checked else ()
    return CheckQuestion(
        field=field,
        kind=item.kind,
        stem=str(item.stem),
        options=options,
        answer=tuple(item.answer),
        explanation=str(item.explanation),
        chosen=chosen,
        is_right=None if not is_checked or not chosen else set(chosen) == set(item.answer),
    )
