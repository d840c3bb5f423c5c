"""What a file would do: read, brought into shape, checked, and every row told right or wrong."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from certification.standards.content import load_problems
from certification.standards.exchange import sheets, yaml_file
from certification.standards.exchange.located import SHEET, Place
from certification.standards.rules.content import publication_problems, tidied
from certification.standards.rules.tidying import Problem
from lms.core.errors import DomainError


@dataclass(frozen=True)
class ReportRow:
    """One line of the file, what stands on it (cut), and what is wrong with it."""

    place: Place | None
    text: str
    errors: tuple[DomainError, ...]


@dataclass(frozen=True)
class Report:
    """A file as it was read. It can be stored when it is sound."""

    content: dict[str, Any]
    rows: list[ReportRow]

    @property
    def wrong(self) -> list[ReportRow]:
        return [row for row in self.rows if row.errors]

    @property
    def is_sound(self) -> bool:
        return not self.wrong


def look_at(data: bytes) -> Report:
    """Return the report on an uploaded scheme, YAML or XLSX by its bytes; nothing is written.

    Raises what the readers raise for a file that is neither, or that cannot be opened safely.
    """
    located = sheets.read(data) if data.startswith(b"PK\x03\x04") else yaml_file.read(data)
    found = tidied(located.raw)
    shapes = [*located.problems, *found.problems]
    problems = [*shapes, *_rule_problems(found.data, shapes)]
    errors: dict[Place | None, list[DomainError]] = defaultdict(list)
    for problem in problems:
        errors[located.place_of(problem.path)].append(problem.error)
    rows = [ReportRow(place, text, tuple(errors.pop(place, ()))) for place, text in located.texts.items()]
    left = [ReportRow(place, "", tuple(wrong)) for place, wrong in errors.items()]
    return Report(found.data, [*left, *rows])


def _rule_problems(content: dict[str, Any], shapes: list[Problem]) -> list[Problem]:
    """Return what the rules say to all that was readable: a level with a row that is not would seem to add up wrongly."""
    broken = {problem.path[:2] for problem in shapes}
    if ("levels",) in broken or any(path[0] == SHEET for path in broken if path):
        return []
    found = [problem for problem in publication_problems(content) if problem.path[:2] not in broken]
    heads = {path[0] for path in broken if path}
    return found if heads & {"kind", "owner", "key", "occupation"} else [*found, *load_problems(content)]
