"""How a paper is drawn.

A draw must be repeatable years later, by another program too, when a candidate objects. So
chance here is the order of SHA-256 over the seed and a key, not the state of a generator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from courses.questionbank.rules.blueprints import read_rows
from courses.questionbank.rules.items import LETTERS, TRUE_FALSE_OPTIONS, CheckedItem, Kind
from lms.core.errors import DomainError

KIND_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Candidate:
    """What the draw needs to know about an item in the bank."""

    pk: int
    key: str
    kind: Kind
    function: str
    module: str


@dataclass(frozen=True)
class Drawn:
    pk: int
    points: Decimal


@dataclass(frozen=True)
class Shortage:
    """A row the bank cannot fill: `found` items fit it, of which rows above may have taken `claimed`."""

    value: str
    kind: Kind
    needed: int
    found: int
    claimed: int = 0

    @property
    def missing(self) -> int:
        return self.needed - (self.found - self.claimed)


Stock = Mapping[tuple[str, str, Kind], int]
"""How many items a bank has for each function, module and kind."""


@dataclass
class _Draw:
    taken: set[int] = field(default_factory=set)
    shortages: list[Shortage] = field(default_factory=list)


def lot(seed: str, *names: object) -> str:
    """Return the lot of a name under a seed: sorting by it is the shuffle."""
    return sha256("\x1f".join([seed, *map(str, names)]).encode()).hexdigest()


def plan_draw(rows: Sequence[Mapping[str, Any]], bank: Sequence[Candidate], *, seed: str) -> list[Drawn]:
    """Return the items of a paper in their order: singles, multiples, true/false, each shuffled.

    No item comes twice. The same rows, bank and seed give the same paper. Rows are filled from
    the top, so put narrow rows first when a function row and a module row overlap. Raises
    `DomainError` "questionbank.bank_too_small" naming the first row that cannot be filled.
    """
    draw = _Draw()
    picked: list[tuple[Candidate, Decimal]] = []
    for row in read_rows(rows):
        fitting = [
            item for item in bank if item.kind is row.kind and getattr(item, row.by) == row.value and item.pk not in draw.taken
        ]
        if len(fitting) < row.count:
            draw.shortages.append(Shortage(row.value, row.kind, row.count, len(fitting)))
            continue
        chosen = sorted(fitting, key=lambda item: lot(seed, "draw", item.key))[: row.count]
        draw.taken.update(item.pk for item in chosen)
        picked += [(item, row.points) for item in chosen]
    if draw.shortages:
        short = draw.shortages[0]
        raise DomainError(
            "questionbank.bank_too_small",
            function=short.value,
            kind=short.kind.value,
            needed=short.needed,
            found=short.found,
        )
    picked.sort(key=lambda pair: (KIND_ORDER[pair[0].kind], lot(seed, "order", pair[0].key)))
    return [Drawn(item.pk, points) for item, points in picked]


def shortages(rows: Sequence[Mapping[str, Any]], stock: Stock) -> list[Shortage]:
    """Return the rows that a draw may fail to fill; when there are none, every draw succeeds, whatever its seed.

    An item that fits several rows may go to any of them, so what rows above can take at the worst is counted as taken.
    """
    short: list[Shortage] = []
    above: list[tuple[set[tuple[str, str, Kind]], int]] = []
    for row in read_rows(rows):
        fits = {cell for cell in stock if cell[2] is row.kind and cell[0 if row.by == "function" else 1] == row.value}
        found = _together(stock, fits)
        claims = sum(min(count, _together(stock, fits & cells)) for cells, count in above)
        both = _together(stock, {cell for cells, _count in above for cell in fits & cells})
        claimed = min(claims, both)
        if found - claimed < row.count:
            short.append(Shortage(row.value, row.kind, row.count, found, claimed))
        above.append((fits, row.count))
    return short


def _together(stock: Stock, cells: Iterable[tuple[str, str, Kind]]) -> int:
    return sum(stock[cell] for cell in cells)


def freeze_item(item: CheckedItem, *, seed: str) -> dict[str, Any]:
    """Return the question as this paper shows it: options shuffled and lettered anew."""
    if item.kind is Kind.TRUE_FALSE:
        options = [dict(option) for option in TRUE_FALSE_OPTIONS]
        answer = list(item.answer)
    else:
        order = sorted(range(len(item.options)), key=lambda place: lot(seed, "option", item.key, place))
        options = [{"key": LETTERS[new], "text": item.options[old]} for new, old in enumerate(order)]
        answer = sorted(LETTERS[new] for new, old in enumerate(order) if LETTERS[old] in item.answer)
    return {
        "kind": item.kind.value,
        "stem": item.stem,
        "options": options,
        "answer": answer,
        "explanation": item.explanation,
        "function": item.function,
    }
