"""The lines of a condition as plain fields: what a form or a table can hold, and what the engine reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from certification.standards.rules.facts import DIPLOMA_KINDS, TITLE_RANKS

LINE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "min_age": ("years",),
    "employed": (),
    "work_years": ("years", "since", "level", "rank"),
    "holds_certificate": ("level", "min_years"),
    "holds_title": ("rank",),
    "diploma": ("kinds", "final_year_ok", "evaluated", "any_major"),
    "apprenticeship_done": (),
}
"""Which fields each primitive of domain.md §3.3 has."""
SINCE = ("total", "certificate", "title")
EVIDENCE_KINDS = (
    "work_proof",
    "social_insurance",
    "certificate",
    "diploma",
    "chsi_report",
    "enrolment_proof",
    "title_certificate",
    "apprenticeship_proof",
    "other",
)
FLAGS = ("final_year_ok", "evaluated", "any_major")
NUMBERS = ("years", "level", "min_years")


def tidy_line(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line that these fields say, without empty ones and without those that stand for nothing.

    A field that the kind does not have stays, so that `check_line` finds it.
    """
    line: dict[str, Any] = {"kind": fields.get("kind")}
    if line["kind"] == "work_years":
        line["since"] = fields.get("since") or "total"
    for name, value in fields.items():
        if name in ("kind", "since") and name in line:
            continue
        if value in (None, "", False, []) or (name == "min_years" and value == 0):
            continue
        line[name] = list(value) if isinstance(value, list | tuple) else value
    return {name: line[name] for name in sorted(line, key=_place)}


def _place(name: str) -> int:
    order = ("kind", "years", "since", "level", "rank", "min_years", "kinds", *FLAGS)
    return order.index(name) if name in order else len(order)


def odd_fields(line: Mapping[str, Any]) -> list[str]:
    """Return the fields of a tidied line that its kind does not have, or that hold what no such field can."""
    kind = line.get("kind")
    known = LINE_FIELDS.get(kind, ()) if isinstance(kind, str) else ()
    return [name for name, value in line.items() if name != "kind" and (name not in known or not _holds(line, name, value))]


def _holds(line: Mapping[str, Any], name: str, value: Any) -> bool:
    if name in NUMBERS:
        anchored = name != "level" or line["kind"] != "work_years" or line.get("since") == "certificate"
        return type(value) is int and 0 <= value <= 99 and anchored
    if name in FLAGS:
        return value is True
    if name == "since":
        return value in SINCE
    if name == "rank":
        return value in TITLE_RANKS and (line["kind"] != "work_years" or line.get("since") == "title")
    return isinstance(value, list) and all(isinstance(entry, str) and entry in DIPLOMA_KINDS for entry in value)


def tidy_evidence(given: Sequence[Any]) -> list[str | list[str]]:
    """Return the evidence with one kind as a text and alternatives as a list; empty entries go."""
    tidied: list[str | list[str]] = []
    for entry in given:
        kinds = [str(kind) for kind in entry] if isinstance(entry, list | tuple) else [str(entry)]
        kinds = [kind for kind in kinds if kind]
        if kinds:
            tidied.append(kinds[0] if len(kinds) == 1 else kinds)
    return tidied


def alternatives(entry: str | Sequence[str]) -> tuple[str, ...]:
    """Return the kinds of which one is enough."""
    return (entry,) if isinstance(entry, str) else tuple(entry)
