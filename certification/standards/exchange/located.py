from dataclasses import dataclass, field
from typing import Any

from certification.standards.rules.tidying import Path, Problem
from lms.core.errors import DomainError

SHEET = "sheet"
"""First part of a path that names a row of a sheet, for what is wrong before the row means anything."""


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file; `sheet` is empty where a file has none."""

    line: int
    sheet: str = ""


@dataclass
class Located:
    """What a file says, and on which line each thing stands."""

    raw: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    texts: dict[Place, str] = field(default_factory=dict)
    """What stands on each line, for the report; in the order of the file."""
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: Path, code: str, **context: Any) -> None:
        self.problems.append(Problem(path, DomainError(f"standards.{code}", status=422, **context)))

    def place_of(self, path: Path) -> Place | None:
        """Return the line of the nearest thing that holds `path`, or None."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return None
