"""A Merkle tree over a growing list, as certificate transparency has it. Pure: knows hashes and numbers, no rows.

Leaves are numbered from 0. The node (level, place) is the hash over the 2^level leaves from place · 2^level on; it
exists once they all do, and never changes then. Everything that is ever asked of the tree is a hash over a range of
leaves, and each range falls into at most one such node a level, so whoever keeps the nodes answers in O(log n).

Source: RFC 6962 §2.1, RFC 9162 §2.1 (hashes, proofs and how they are checked).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """A complete subtree: `level` 0 is a leaf, `place` counts the nodes of the level from the left, from 0."""

    level: int
    place: int

    @property
    def position(self) -> int:
        """The node's place when the tree is read from left to right, one number for both: leaf i has 2i."""
        return ((2 * self.place + 1) << self.level) - 1


class Span(NamedTuple):
    """The leaves start ≤ i < end."""

    start: int
    end: int


def leaf_hash(data: bytes) -> bytes:
    """Return the 32 bytes that stand for an entry. RFC 6962 §2.1."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32 bytes that stand for two neighbours. RFC 6962 §2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def folded(hashes: Iterable[bytes]) -> bytes:
    """Return the hash over neighbouring complete subtrees, largest first; `EMPTY_ROOT` over none."""
    reverse = list(hashes)[::-1]
    if not reverse:
        return EMPTY_ROOT
    result = reverse[0]
    for left in reverse[1:]:
        result = node_hash(left, result)
    return result


class Frontier:
    """The right edge of a tree: at most 64 hashes, enough to add leaves and to tell the root."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """`hashes`: of the nodes `nodes_of(Span(0, size))`. Raises `ValueError` when their number does not fit."""
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count() or any(len(item) != HASH_BYTES for item in self.hashes):
            raise ValueError("A tree of this size has another number of complete subtrees.")

    def add(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Append the leaf with this hash; return the nodes above it that are complete now, lowest first."""
        made = []
        current, level, index = leaf, 0, self.size
        while index & 1:
            current = node_hash(self.hashes.pop(), current)
            level, index = level + 1, index >> 1
            made.append((Node(level, index), current))
        self.hashes.append(current)
        self.size += 1
        return made

    def root(self) -> bytes:
        """Return the root over all leaves so far."""
        return folded(self.hashes)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over the leaves with these hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def nodes_of(span: Span) -> list[Node]:
    """Return the complete subtrees that make up the span, from the left. `start` must be a multiple of the first's width."""
    found = []
    start = span.start
    while start < span.end:
        level = (span.end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append(Node(level, start >> level))
        start += 1 << level
    return found


def hash_of(span: Span, nodes: Mapping[Node, bytes]) -> bytes:
    """Return the hash over the span from the hashes of its nodes. Raises `KeyError` when one is not among them."""
    return folded(nodes[node] for node in nodes_of(span))


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return the spans whose hashes prove that the leaf `index` is in the tree of this size. RFC 6962 §2.1.1.

    Raises `ValueError` unless 0 ≤ index < size.
    """
    if not 0 <= index < size:
        raise ValueError("There is no such leaf in a tree of this size.")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    return path[::-1]


def consistency_spans(first: int, second: int) -> list[Span]:
    """Return the spans whose hashes prove that the tree of `first` leaves is the beginning of that of `second`. RFC 6962 §2.1.2.

    None are needed when the sizes are equal. Raises `ValueError` unless 0 < first ≤ second.
    """
    if not 0 < first <= second:
        raise ValueError("The first tree has at least one leaf and is no larger than the second.")
    path = []
    start, end = 0, second
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(Span(middle, end))
            end = middle
        else:
            path.append(Span(start, middle))
            start = middle
    if start:
        path.append(Span(start, end))
    return path[::-1]


def _split(width: int) -> int:
    """Return the largest power of two smaller than `width` ≥ 2."""
    return 1 << ((width - 1).bit_length() - 1)


def includes(*, leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Tell whether the path proves that the leaf with this hash is number `index` of the tree. RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    number, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            result = node_hash(sibling, result)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and result == root


def extends(*, first: int, first_root: bytes, second: int, second_root: bytes, path: list[bytes]) -> bool:
    """Tell whether the path proves that the first tree is the beginning of the second. RFC 9162 §2.1.4.2."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    hashes: Iterator[bytes] = iter(path)
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    # A first tree that is one complete subtree is its own beginning, and not sent.
    begin = first_root if first & (first - 1) == 0 else next(hashes, None)
    if begin is None:
        return False
    old = new = begin
    for sibling in hashes:
        if last == 0:
            return False
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
