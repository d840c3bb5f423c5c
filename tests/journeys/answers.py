"""What a well-prepared person knows: the right answers of the demonstration's item bank, by the text of the question."""

from functools import cache
from pathlib import Path

import yaml
from playwright.sync_api import Page

BANK = Path(__file__).resolve().parents[2] / "lms/demo/data/questions"
TRUTH = {"对": "true", "错": "false"}


@cache
def right_answers() -> dict[str, frozenset[str]]:
    """Return, for each question, the texts (or true/false) of its right answers."""
    known: dict[str, frozenset[str]] = {}
    for path in sorted(BANK.glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            if row["kind"] == "true_false":
                known[row["stem"].strip()] = frozenset(TRUTH[answer] for answer in row["answer"])
            else:
                known[row["stem"].strip()] = frozenset(row["options"]["ABCDE".index(letter)].strip() for letter in row["answer"])
    return known


def choices_of(page: Page, position: int) -> list[tuple[str, bool]]:
    """Return (value of the field, whether it is right) for each option of a shown question."""
    question = page.locator(f"[data-question='{position}']")
    right = right_answers()[question.locator(".question__stem").inner_text().strip()]
    found = []
    for option in question.locator("label.option").all():
        value = option.locator("input").get_attribute("value") or ""
        text = option.locator(".option__text").inner_text().strip()
        found.append((value, text in right or value in right))
    return found


def answer(page: Page, position: int, *, rightly: bool = True) -> None:
    """Tick the right options of a question, or exactly one wrong one."""
    options = choices_of(page, position)
    wanted = [value for value, right in options if right] if rightly else [value for value, right in options if not right][:1]
    for value in wanted:
        page.locator(f"[data-question='{position}'] input[value='{value}']").check()
