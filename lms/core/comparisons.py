"""Do the rooms' tables say what the ledger recorded? The chain proves its own entries; rooms lay their rows beside them.

A row that was altered past the services (by raw SQL, by a restored backup) leaves the chain whole, and only the
comparison tells. `verify_ledger` asks every room that registered.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Disagreement:
    """One row, named as the ledger names it (`"results.decision:12"`), and the first thing in which it differs."""

    subject: str
    reason: str


Comparison = Callable[[], Iterator[Disagreement]]
_comparisons: dict[str, Comparison] = {}


def register(room: str, comparison: Comparison) -> None:
    """Have this room's rows compared; it reads only, and its memory does not grow with them."""
    _comparisons[room] = comparison


def disagreements() -> Iterator[Disagreement]:
    """Yield what does not agree, room by room."""
    for comparison in _comparisons.values():
        yield from comparison()
