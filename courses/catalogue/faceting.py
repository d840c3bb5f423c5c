"""Counting what each further choice would leave. Knows no framework."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

Fact = tuple[str, str]

HOUR_BANDS = (("short", 0, 4), ("medium", 5, 12), ("long", 13, 40), ("longest", 41, None))
"""Name, from, to (class hours); the last has no end."""


@dataclass(frozen=True)
class Faceted:
    """What is left (in the order given), and for each name how many would be with each of its values."""

    kept: list[int] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)


def hour_band(hours: int) -> str:
    """Return the band that a course of so many class hours belongs to; "" for a course that tells none."""
    if hours <= 0:
        return ""
    return next(name for name, _first, last in HOUR_BANDS if last is None or hours <= last)


def faceted(rows: Iterable[tuple[int, Set[Fact]]], chosen: Mapping[str, Sequence[str]]) -> Faceted:
    """Keep the rows that have one of the chosen values of every name.

    A value is counted as if nothing else of its own name were chosen: its count is what choosing it would show.
    """
    result = Faceted()
    for key, facts in rows:
        missed = [name for name, values in chosen.items() if not any((name, value) in facts for value in values)]
        if not missed:
            result.kept.append(key)
        if len(missed) <= 1:
            for name, value in facts:
                if not missed or name == missed[0]:
                    result.counts.setdefault(name, Counter())[value] += 1
    return result
