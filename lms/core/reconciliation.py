"""Do the rows still say what the ledger recorded? The chain proves its own entries; rooms lay their rows beside them.

A row altered past the services (raw SQL, a restored backup) leaves the chain whole; only the comparison tells. Rooms
register a source, `verify_ledger` asks them all. Sources read only, and in constant memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Disagreement:
    """One row, by its name in the ledger (`"assessment.scoresheet:12"`), and the first thing in which it differs."""

    subject: str
    reason: str


RowSource = Callable[[], Iterator[Disagreement]]
_sources: list[RowSource] = []


def register(source: RowSource) -> None:
    """Have `source` asked whenever the ledger is verified."""
    if source not in _sources:
        _sources.append(source)


def disagreements() -> Iterator[Disagreement]:
    """Yield each row that does not agree with the ledger, source after source."""
    for source in _sources:
        yield from source()
