"""Two schemes side by side as the desk shows them: section by section, each difference in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from certification.standards.findings import level_name, requirement_text
from certification.standards.labels import (
    CHANGE_LABELS,
    EVIDENCE_LABELS,
    FACT_LABELS,
    PARAMETER_LABELS,
    PART_LABELS,
    SECTION_LABELS,
)
from certification.standards.models import KIND_CHOICES
from certification.standards.presentation import shown_parameter
from certification.standards.rules.differences import Change, Row, Section, rows_between
from certification.standards.rules.requirements import alternatives

CHIPS = {Change.SAME: "neutral", Change.CHANGED: "warn", Change.ADDED: "good", Change.REMOVED: "bad"}


@dataclass(frozen=True)
class ShownRow:
    name: str
    before: str
    after: str
    change: str
    chip: str


@dataclass(frozen=True)
class ShownSection:
    """The rows of one table of one level; `number` makes its heading's id unique on the page."""

    number: int
    title: str
    rows: list[ShownRow]


def sections_between(before: Mapping[str, Any], after: Mapping[str, Any], *, everything: bool) -> list[ShownSection]:
    """Return what differs, in the printed order; with `everything`, what is the same as well."""
    rows = [row for row in rows_between(before, after) if everything or row.change is not Change.SAME]
    groups = groupby(rows, key=lambda row: (row.level, row.section))
    return [
        ShownSection(number, _title(level, section), [_shown(row) for row in found])
        for number, ((level, section), found) in enumerate(groups, start=1)
    ]


def _title(level: int, section: Section) -> str:
    label = str(SECTION_LABELS[section])
    return _("%(level)s · %(section)s") % {"level": level_name(level), "section": label} if level else label


def _shown(row: Row) -> ShownRow:
    label = CHANGE_LABELS[row.change]
    return ShownRow(_name(row), _value(row, row.before), _value(row, row.after), str(label), CHIPS[row.change])


def _name(row: Row) -> str:
    labels: Mapping[str, Any] = {
        Section.FACTS: FACT_LABELS,
        Section.PARAMETERS: PARAMETER_LABELS,
        Section.PARTS: PART_LABELS,
    }.get(row.section, {})
    return str(labels.get(row.name, row.name))


def _value(row: Row, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if row.section is Section.PARAMETERS:
        return shown_parameter(row.name, value)
    if row.section is Section.PARTS:
        return _("pass mark %(mark)s, %(minutes)s minutes") % {"mark": value["pass_mark"], "minutes": value["minutes"]}
    if row.section is Section.CONDITIONS:
        return "\n".join(_condition_lines(value))
    if row.name == "kind":
        return str(dict(KIND_CHOICES)[value])
    if row.name == "occupation.replaces":
        return f"{value['edition']} · {value['code']}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def _condition_lines(condition: Mapping[str, Any]) -> list[str]:
    evidence = [
        " / ".join(str(EVIDENCE_LABELS.get(kind, kind)) for kind in alternatives(entry)) for entry in condition["evidence"]
    ]
    lines = [requirement_text(line) for line in condition["requirement"]]
    return [condition["text"], *(f"· {line}" for line in lines), *(f"+ {entry}" for entry in evidence)]
