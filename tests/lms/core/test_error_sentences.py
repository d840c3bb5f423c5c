"""Every error code that the code raises has a sentence, and every sentence can be filled in."""

import ast
import re
from pathlib import Path

import pytest

from lms.core.errors import DomainError
from lms.core.messages import _sentences, text_of

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r"[a-z]+\.[a-z0-9_]+")


def _calls() -> list[tuple[str, str, set[str]]]:
    """Return (file, code, names of context) of each `DomainError("…", …)` in the tree."""
    found = []
    for package in ("lms", "courses", "certification"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "DomainError":
                    code = node.args[0] if node.args else None
                    names = {keyword.arg for keyword in node.keywords if keyword.arg not in (None, "status")}
                    spread = any(keyword.arg is None for keyword in node.keywords)
                    if isinstance(code, ast.Constant) and not spread:
                        found.append((str(path.relative_to(ROOT)), code.value, names))
    return found


CALLS = _calls()


def test_the_scan_finds_the_calls():
    assert len(CALLS) > 60


@pytest.mark.parametrize(("path", "code", "names"), CALLS, ids=[f"{path}:{code}" for path, code, _names in CALLS])
def test_each_code_has_a_sentence_that_its_context_fills(path, code, names):
    assert CODE.fullmatch(code)
    sentence = str(_sentences()[code])
    wanted = set(re.findall(r"%\((\w+)\)", sentence))
    assert wanted <= names, f"{path}: {code} is raised without {wanted - names}"


def test_a_list_is_shown_as_a_chinese_list():
    error = DomainError("uploads.unknown_type", allowed=["PDF", "JPG/PNG"])
    assert "PDF、JPG/PNG" in text_of(error)
