"""What an item, a blueprint and a mark are; how a paper is drawn. Knows no framework.

A draw must be repeatable years later, by another program too, when a candidate objects. So
chance here is the order of SHA-256 over the seed and a key, not the state of a generator.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal, InvalidOperation
from enum import StrEnum
from hashlib import sha256
from typing import Any

from lms.core.errors import DomainError

LETTERS = "ABCDEFGH"
TRUE, FALSE = "true", "false"
TRUE_FALSE_WORDS = {"对": TRUE, "正确": TRUE, "true": TRUE, "错": FALSE, "错误": FALSE, "false": FALSE}
TRUE_FALSE_OPTIONS = ({"key": TRUE, "text": "正确"}, {"key": FALSE, "text": "错误"})
FULL_MARK = Decimal(100)
HUNDREDTH = Decimal("0.01")

LATE_KEPT_FOR = timedelta(hours=24)
"""How long after the deadline an answer that was held up on its way is still kept. House rule."""


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


KIND_ORDER = {kind: place for place, kind in enumerate(Kind)}


class Purpose(StrEnum):
    QUIZ = "quiz"
    THEORY = "theory"


class Pool(StrEnum):
    """What an item is for. A quiz shows right answers, so no item serves both (I21, item security)."""

    PRACTICE = "practice"
    EXAM = "exam"


POOL_OF = {Purpose.QUIZ: Pool.PRACTICE, Purpose.THEORY: Pool.EXAM}
"""From which pool a paper of each purpose is drawn."""


class Status(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


class Event(StrEnum):
    SUBMIT = "submit"


TRANSITIONS: dict[tuple[StrEnum, StrEnum], StrEnum] = {(Status.OPEN, Event.SUBMIT): Status.SUBMITTED}


# Items


@dataclass(frozen=True)
class CheckedItem:
    """One item fit for the bank; `answer` holds option letters in order, or "true"/"false"."""

    key: str
    kind: Kind
    stem: str
    options: tuple[str, ...]
    answer: tuple[str, ...]
    explanation: str
    function: str
    module: str
    difficulty: int
    pool: Pool = Pool.EXAM

    def as_fields(self) -> dict[str, Any]:
        """Return the model's fields except the key."""
        return {
            "kind": self.kind.value,
            "stem": self.stem,
            "options": list(self.options),
            "answer": list(self.answer),
            "explanation": self.explanation,
            "function": self.function,
            "module": self.module,
            "difficulty": self.difficulty,
            "pool": self.pool.value,
        }


def check_item(row: Mapping[str, Any]) -> CheckedItem:
    """Return the row as an item, its texts trimmed and its answer normalised.

    Raises `DomainError` (422) with a code that names what is wrong and the key of the item.
    House rule: a single-choice item has one right answer of at least three options, a multiple-
    choice item at least two right ones and one wrong one, and no two options read the same. A row
    that names no pool is an exam item: what is shown by mistake cannot be unseen.
    """
    key = _text(row, "key")
    if not key:
        raise _bad("item_without_key", key)
    try:
        kind = Kind(_text(row, "kind"))
    except ValueError:
        raise _bad("item_kind_unknown", key, kind=_text(row, "kind")) from None
    stem, function = _text(row, "stem"), _text(row, "function")
    if not stem:
        raise _bad("item_without_stem", key)
    if not function:
        raise _bad("item_without_function", key)
    options = tuple(str(option).strip() for option in row.get("options") or ())
    answer = _answer(key, kind, options, row.get("answer") or ())
    try:
        difficulty = int(row.get("difficulty", 2))
    except (TypeError, ValueError):
        difficulty = 0
    if difficulty not in (1, 2, 3):
        raise _bad("item_difficulty", key)
    try:
        pool = Pool(_text(row, "pool") or Pool.EXAM)
    except ValueError:
        raise _bad("item_pool_unknown", key, pool=_text(row, "pool")) from None
    return CheckedItem(
        key=key,
        kind=kind,
        stem=stem,
        options=() if kind is Kind.TRUE_FALSE else options,
        answer=answer,
        explanation=_text(row, "explanation"),
        function=function,
        module=_text(row, "module"),
        difficulty=difficulty,
        pool=pool,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()


def _bad(code: str, key: str, **context: Any) -> DomainError:
    return DomainError(f"questionbank.{code}", status=422, key=key or "?", **context)


def _answer(key: str, kind: Kind, options: tuple[str, ...], given: Iterable[Any]) -> tuple[str, ...]:
    # YAML and spreadsheets read a bare `true` as a boolean.
    words = [str(word).strip().lower() if isinstance(word, bool) else str(word).strip() for word in given]
    if kind is Kind.TRUE_FALSE:
        values = [TRUE_FALSE_WORDS.get(word.lower()) for word in words]
        if len(values) != 1 or values[0] is None:
            raise _bad("item_true_false_answer", key)
        return (values[0],)
    if len(options) < 3 or len(options) > len(LETTERS) or not all(options):
        raise _bad("item_options", key)
    if len(set(options)) != len(options):
        raise _bad("item_options_repeat", key)
    letters = sorted({word.upper() for word in words})
    if not letters or any(letter not in LETTERS[: len(options)] or len(letter) != 1 for letter in letters):
        raise _bad("item_answer_outside", key)
    right = len(letters)
    if (kind is Kind.SINGLE and right != 1) or (kind is Kind.MULTIPLE and not 2 <= right < len(options)):
        raise _bad("item_answer_count", key)
    return tuple(letters)


# Blueprints


@dataclass(frozen=True)
class DrawRow:
    """So many items of one kind from one function or one module, each worth `points`."""

    by: str
    value: str
    kind: Kind
    count: int
    points: Decimal


def read_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[DrawRow, ...]:
    """Return a blueprint's stored rows as `DrawRow`s; raises `DomainError` (422) naming the row."""
    if not rows:
        raise DomainError("questionbank.blueprint_empty", status=422)
    return tuple(_read_row(number, row) for number, row in enumerate(rows, start=1))


def _read_row(number: int, row: Mapping[str, Any]) -> DrawRow:
    fault = DomainError("questionbank.blueprint_row", status=422, number=number)
    sources = [name for name in ("function", "module") if row.get(name)]
    try:
        kind, count, points = Kind(row["kind"]), int(row["count"]), Decimal(str(row["points"]))
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise fault from None
    if len(sources) != 1 or count < 1 or not points.is_finite() or points <= 0:
        raise fault
    return DrawRow(by=sources[0], value=str(row[sources[0]]), kind=kind, count=count, points=points)


def blueprint_points(rows: Sequence[Mapping[str, Any]]) -> Decimal:
    """Return the points of a whole paper drawn from these rows."""
    return sum((row.count * row.points for row in read_rows(rows)), Decimal(0))


def blueprint_items(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return how many items a paper drawn from these rows has."""
    return sum(row.count for row in read_rows(rows))


def points_by_function(rows: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Return the points of each function or module, in the order of the rows."""
    points: dict[str, Decimal] = {}
    for row in read_rows(rows):
        points[row.value] = points.get(row.value, Decimal(0)) + row.count * row.points
    return points


def check_blueprint(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise `DomainError` unless the rows are readable and give exactly 100 points.

    Source: docs/domain §3.2, every part is marked out of 100.
    """
    total = blueprint_points(rows)
    if total != FULL_MARK:
        raise DomainError("questionbank.blueprint_total", status=422, total=str(total))


def rows_for_weights(weights: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """Return blueprint rows that give each function exactly its weight (invariant I20).

    Singles are worth 1, multiples 2, true/false 0.5; each 10 points of weight bring about one
    multiple and two true/false items, singles fill the rest. The mix follows the published
    70 × 1 + 10 × 2 + 20 × 0.5 pattern (domain §3.2). Weights must be whole numbers.
    """
    rows: list[dict[str, Any]] = []
    for function, weight in weights.items():
        if weight == 0:
            continue
        if weight != weight.to_integral_value() or weight < 0:
            raise DomainError("questionbank.weight_not_whole", status=422, function=function, weight=str(weight))
        tens = int(weight + 5) // 10
        counts = {
            Kind.SINGLE: (int(weight) - 3 * tens, "1"),
            Kind.MULTIPLE: (tens, "2"),
            Kind.TRUE_FALSE: (2 * tens, "0.5"),
        }
        rows += [
            {"function": function, "kind": kind.value, "count": count, "points": points}
            for kind, (count, points) in counts.items()
            if count > 0
        ]
    return rows


# Drawing


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


@dataclass
class Shortage:
    """A row the bank cannot fill."""

    value: str
    kind: Kind
    needed: int
    found: int


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


# Answers and marks


def check_answer(question: Mapping[str, Any], given: Sequence[str]) -> list[str]:
    """Return the given option keys sorted and without repeats; an empty list clears the answer.

    Raises `DomainError` (422) for a key the question does not offer or two keys where one fits.
    """
    keys = {option["key"] for option in question["options"]}
    chosen = sorted(set(given))
    if any(key not in keys for key in chosen):
        raise DomainError("questionbank.answer_unknown", status=422)
    if len(chosen) > 1 and question["kind"] != Kind.MULTIPLE.value:
        raise DomainError("questionbank.answer_one_only", status=422)
    return chosen


def score(kind: Kind | str, answer: Sequence[str], given: Sequence[str], points: Decimal) -> Decimal:
    """Return the points earned: all for exactly the right set of options, otherwise none.

    House rule: a multiple-choice answer that is partly right earns nothing.
    """
    Kind(kind)
    return points if given and Counter(set(given)) == Counter(set(answer)) else Decimal(0)


def mark_of(earned: Decimal, total: Decimal) -> Decimal:
    """Return the mark out of 100, cut (never rounded up) after two decimals: 59.999 is not 60."""
    if total <= 0:
        raise DomainError("questionbank.paper_without_points", status=422)
    return (earned * FULL_MARK / total).quantize(HUNDREDTH, rounding=ROUND_DOWN)


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Say whether the time is up; the last moment to save is just before the deadline."""
    return deadline is not None and now >= deadline


def is_kept_late(*, deadline: datetime | None, submitted: bool, now: datetime) -> bool:
    """Say whether an answer that arrives now is too late to count and in time to be kept as evidence.

    Too late is what arrives after the paper was handed in or its time was up; kept is what arrives
    up to 24 hours after the deadline, that moment included. Practice has no deadline and keeps nothing.
    """
    closed = submitted or is_over(deadline, now)
    return closed and deadline is not None and now <= deadline + LATE_KEPT_FOR
