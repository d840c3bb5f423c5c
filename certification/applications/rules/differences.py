"""What changed between two submissions of one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ROWS = ("employments", "certificates", "titles", "diplomas")


@dataclass(frozen=True)
class Difference:
    """`what`: a field of the record, a kind of fact, `evidence`, `photo` or `condition`; `before` or `after` is None
    where it was added or taken away. A row of facts, or a file as `{"kind", "name"}`, stands there as it is stored.
    """

    what: str
    before: Any = None
    after: Any = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return the differences of two kept submissions, in the order of the pages.

    A submission is `{"condition", "facts", "record", "private_sha256", "evidence": [{"kind", "name", "sha256"}], "photo"}`.
    """
    found: list[Difference] = []
    for name in ROWS:
        found += _rows(name, before["facts"].get(name) or [], after["facts"].get(name) or [])
    found += _value("apprenticeship_ended_on", before["facts"], after["facts"])
    found += _value("birth_date", before["facts"], after["facts"])
    found += _value("condition", before, after)
    found += _files(before["evidence"], after["evidence"])
    for name in ("photo", "private_sha256"):
        if before.get(name) != after.get(name):
            # Neither a hash of a picture nor one of an address says anything to a reader.
            found.append(Difference("photo" if name == "photo" else "private"))
    for name in dict.fromkeys([*before["record"], *after["record"]]):
        found += _value(name, before["record"], after["record"])
    return found


def _value(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    old, new = before.get(name) or None, after.get(name) or None
    return [] if old == new else [Difference(name, old, new)]


def _rows(name: str, before: Sequence[Any], after: Sequence[Any]) -> list[Difference]:
    gone = [row for row in before if row not in after]
    come = [row for row in after if row not in before]
    # A row that was only corrected stays at its place: shown as one change, not as two.
    pairs = min(len(gone), len(come))
    changed = [Difference(name, old, new) for old, new in zip(gone[:pairs], come[:pairs], strict=True)]
    return changed + [Difference(name, row) for row in gone[pairs:]] + [Difference(name, None, row) for row in come[pairs:]]


def _files(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> list[Difference]:
    old = {(row["kind"], row["sha256"]): row for row in before}
    new = {(row["kind"], row["sha256"]): row for row in after}
    return [Difference("evidence", row) for key, row in old.items() if key not in new] + [
        Difference("evidence", None, row) for key, row in new.items() if key not in old
    ]
