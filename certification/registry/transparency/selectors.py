"""What the log answers: heads, entries, and proofs from at most two rows a level of the tree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from certification.certificates.models import Certificate
from certification.registry.transparency.checkpoints import load_public_key, parse_checkpoint, signed_by
from certification.registry.transparency.leaves import certificate_reference, commitment, parse_leaf
from certification.registry.transparency.models import LogLeaf, TreeHead, TreeNode
from lms.core.ledger import Anchor
from lms.core.merkle import Node, Span, consistency_spans, hash_of, inclusion_spans, nodes_of


def hashes_of(nodes: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of these nodes, in their order, by two queries at most. Raises `KeyError` when one is missing."""
    wanted = list(nodes)
    leaves = [node.place for node in wanted if node.level == 0]
    inner = [node.position for node in wanted if node.level]
    found: dict[int, bytes] = {}
    if leaves:
        rows = LogLeaf.objects.filter(index__in=leaves).values_list("index", "leaf_hash")
        found.update((2 * index, bytes.fromhex(value)) for index, value in rows)
    if inner:
        rows_above = TreeNode.objects.filter(position__in=inner).values_list("position", "hash")
        found.update((position, bytes(value)) for position, value in rows_above)
    return {node: found[node.position] for node in wanted}


def _path(spans: list[Span]) -> list[bytes]:
    nodes = hashes_of(dict.fromkeys(node for span in spans for node in nodes_of(span)))
    return [hash_of(span, nodes) for span in spans]


def inclusion_path(*, index: int, size: int) -> list[bytes]:
    """Return the audit path of the leaf in the tree of that size. Raises `ValueError` unless 0 ≤ index < size."""
    return _path(inclusion_spans(index, size))


def consistency_path(*, first: int, second: int) -> list[bytes]:
    """Return the proof that the first tree is the beginning of the second. Raises `ValueError` unless 0 < first ≤ second."""
    return _path(consistency_spans(first, second))


def latest_head() -> TreeHead | None:
    """Return the newest signed head, None before the log was grown for the first time."""
    return TreeHead.objects.select_related("key").order_by("-number").first()


def head_of_size(size: int) -> TreeHead | None:
    """Return the newest head over exactly this many leaves."""
    return TreeHead.objects.select_related("key").filter(size=size).order_by("-number").first()


def heads_from(number: int, *, count: int) -> QuerySet[TreeHead]:
    """Return up to `count` heads from this number on, oldest first."""
    return TreeHead.objects.select_related("key").filter(number__gte=number).order_by("number")[:count]


def leaves_between(start: int, end: int) -> QuerySet[LogLeaf]:
    """Return the leaves start ≤ index < end, in order."""
    return LogLeaf.objects.filter(index__gte=start, index__lt=end).order_by("index")


@dataclass(frozen=True)
class InclusionProof:
    """That the issue of a certificate stands in the log: all that anybody needs to check it. Hashes are 64 hex.

    `leaf` is the entry's text; hashed with its neighbours in `path` it gives `root`, which `head.checkpoint` says
    and `head.signature` signs with the key `key_id` at `time`.
    """

    leaf: str
    leaf_hash: str
    leaf_index: int
    tree_size: int
    root: str
    path: tuple[str, ...]
    head_number: int
    time: datetime
    checkpoint: str
    signature: str
    key_id: str


def inclusion_of(certificate: Certificate) -> InclusionProof | None:
    """Return the proof that this certificate's issue is in the log, under its newest head; None while it is not merged yet.

    Four queries at most, whatever the size of the log.
    """
    leaf = LogLeaf.objects.filter(certificate=certificate_reference(certificate.token)).order_by("index").first()
    head = latest_head() if leaf is not None else None
    if leaf is None or head is None:
        return None
    path = inclusion_path(index=leaf.index, size=head.size)
    return InclusionProof(
        leaf=leaf.data,
        leaf_hash=leaf.leaf_hash,
        leaf_index=leaf.index,
        tree_size=head.size,
        root=head.root,
        path=tuple(item.hex() for item in path),
        head_number=head.number,
        time=head.at,
        checkpoint=head.checkpoint,
        signature=head.signature,
        key_id=head.key.key_id,
    )


def leaf_anchors() -> Iterator[Anchor]:
    """Yield what each leaf of the log recorded about the ledger, for `ledger.verify`."""
    for leaf in LogLeaf.objects.order_by("ledger_sequence").iterator():
        yield Anchor(leaf.ledger_sequence, leaf.ledger_hash, f"the log's entry {leaf.index}", _leaf_flaw(leaf))


def _leaf_flaw(leaf: LogLeaf) -> str:
    try:
        public = parse_leaf(leaf.data)
        tied = commitment(bytes.fromhex(leaf.ledger_salt), leaf.ledger_hash)
    except ValueError:
        return "was changed"
    return "" if (public.ledger_sequence, public.ledger) == (leaf.ledger_sequence, tied) else "was changed"


def head_anchors() -> Iterator[Anchor]:
    """Yield what each signed head recorded about the ledger, for `ledger.verify`. A head counts if its key signed it."""
    for head in TreeHead.objects.select_related("key").order_by("number").iterator():
        yield Anchor(head.ledger_sequence, head.ledger_hash, f"tree head {head.number}", _head_flaw(head))


def _head_flaw(head: TreeHead) -> str:
    try:
        said = parse_checkpoint(head.checkpoint)
        key = load_public_key(head.key.public_pem)
        tied = commitment(bytes.fromhex(head.ledger_salt), head.ledger_hash)
    except ValueError:
        return "was changed"
    if not signed_by(key, text=head.checkpoint, signature=head.signature):
        return "does not carry the log's signature"
    columns = (head.size, head.root, head.ledger_sequence, tied)
    return "" if (said.size, said.root, said.ledger_sequence, said.ledger) == columns else "was changed"
