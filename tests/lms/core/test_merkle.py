"""The tree of RFC 6962: known roots and proofs, every size, and each proof with its tampered twins."""

import functools
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core import merkle
from lms.core.merkle import Frontier, Node, Span

# The eight inputs that the RFC 6962 reference implementations share, and the roots of their first 1 to 8.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LARGEST = 300
sizes = st.integers(1, LARGEST)


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def plain_root(hashes: tuple[bytes, ...]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return hashlib.sha256(b"\x01" + plain_root(hashes[:split]) + plain_root(hashes[split:])).digest()


@functools.cache
def tree(size: int) -> tuple[dict[Node, bytes], bytes]:
    """Return all complete nodes of the tree, and its root."""
    frontier, nodes = Frontier(), {}
    for number, leaf in enumerate(leaves(size)):
        nodes[Node(0, number)] = leaf
        nodes.update(frontier.add(leaf))
    return nodes, frontier.root()


def inclusion(index: int, size: int) -> list[bytes]:
    return [merkle.hash_of(span, tree(size)[0]) for span in merkle.inclusion_spans(index, size)]


def consistency(first: int, second: int) -> list[bytes]:
    return [merkle.hash_of(span, tree(second)[0]) for span in merkle.consistency_spans(first, second)]


def flipped(value: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(value))


def tampered(path: list[bytes], place: int, bit: int) -> list[list[bytes]]:
    """Return the path with a flipped bit, one hash less at either end or one more, and with two hashes exchanged."""
    place %= len(path)
    twins = [
        [*path[:place], flipped(path[place], bit), *path[place + 1 :]],
        path[1:],
        path[:-1],
        [*path, path[place]],
        [path[place], *path],
    ]
    other = (place + 1) % len(path)
    if path[place] != path[other]:
        swapped = list(path)
        swapped[place], swapped[other] = swapped[other], swapped[place]
        twins.append(swapped)
    return twins


@pytest.mark.parametrize("size", range(1, 9))
def test_the_shared_inputs_have_their_known_roots(size):
    assert merkle.root_of(map(merkle.leaf_hash, INPUTS[:size])).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves_has_the_hash_of_nothing():
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_leaf_and_a_node_over_the_same_bytes_differ():
    left, right = leaves(2)
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)  # fmt: skip
def test_the_shared_inputs_have_their_known_paths(index, size, path):
    hashes = [merkle.leaf_hash(data) for data in INPUTS]
    frontier, nodes = Frontier(), {Node(0, number): leaf for number, leaf in enumerate(hashes)}
    for leaf in hashes:
        nodes.update(frontier.add(leaf))
    found = [merkle.hash_of(span, nodes) for span in merkle.inclusion_spans(index, size)]
    assert [item.hex() for item in found] == path
    root = bytes.fromhex(ROOTS[size - 1])
    assert merkle.includes(leaf=hashes[index], index=index, size=size, path=found, root=root)


@pytest.mark.parametrize(("first", "second", "length"), [(1, 1, 0), (1, 8, 3), (6, 8, 3), (2, 5, 2), (7, 8, 4)])
def test_the_shared_inputs_have_proofs_of_the_known_length(first, second, length):
    assert len(merkle.consistency_spans(first, second)) == length


@given(st.integers(0, LARGEST))
def test_every_size_has_the_root_of_the_definition(size):
    assert merkle.root_of(leaves(size)) == plain_root(tuple(leaves(size)))


@given(sizes, st.data())
def test_each_leaf_is_proved_to_be_in_each_tree(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = inclusion(index, size)
    assert len(path) <= (size - 1).bit_length()
    assert merkle.includes(leaf=leaves(size)[index], index=index, size=size, path=path, root=tree(size)[1])


@given(st.integers(2, LARGEST), st.integers(0, 255), st.data())
def test_a_proof_of_a_leaf_holds_for_nothing_else(size, bit, data):
    index = data.draw(st.integers(0, size - 1))
    leaf, path, root = leaves(size)[index], inclusion(index, size), tree(size)[1]
    place = data.draw(st.integers(0, len(path) - 1))
    for twin in tampered(path, place, bit):
        assert not merkle.includes(leaf=leaf, index=index, size=size, path=twin, root=root)
    assert not merkle.includes(leaf=flipped(leaf, bit), index=index, size=size, path=path, root=root)
    assert not merkle.includes(leaf=leaf, index=index, size=size, path=path, root=flipped(root, bit))
    elsewhere = (index + data.draw(st.integers(1, size - 1))) % size
    assert not merkle.includes(leaf=leaf, index=elsewhere, size=size, path=path, root=root)
    assert not merkle.includes(leaf=leaf, index=index + size, size=size, path=path, root=root)
    assert not merkle.includes(leaf=leaf, index=-1, size=size, path=path, root=root)


@given(sizes, st.data())
def test_each_tree_is_proved_to_be_the_beginning_of_each_larger_one(second, data):
    first = data.draw(st.integers(1, second))
    path = consistency(first, second)
    assert len(path) <= second.bit_length() + 1
    roots = {"first_root": tree(first)[1], "second_root": tree(second)[1]}
    assert merkle.extends(first=first, second=second, path=path, **roots)


@given(st.integers(2, LARGEST), st.integers(0, 255), st.data())
def test_a_proof_of_growth_holds_for_no_other_trees(second, bit, data):
    first = data.draw(st.integers(1, second - 1))
    old, new, path = tree(first)[1], tree(second)[1], consistency(first, second)
    place = data.draw(st.integers(0, len(path) - 1))
    for twin in tampered(path, place, bit):
        assert not merkle.extends(first=first, first_root=old, second=second, second_root=new, path=twin)
    assert not merkle.extends(first=first, first_root=flipped(old, bit), second=second, second_root=new, path=path)
    assert not merkle.extends(first=first, first_root=old, second=second, second_root=flipped(new, bit), path=path)
    assert not merkle.extends(first=second, first_root=new, second=first, second_root=old, path=path)


@given(st.integers(2, LARGEST), st.data())
def test_a_tree_with_a_changed_past_is_no_continuation(second, data):
    first = data.draw(st.integers(1, second - 1))
    changed = data.draw(st.integers(0, first - 1))
    forked = leaves(second)
    forked[changed] = merkle.leaf_hash(b"forged")
    frontier, nodes = Frontier(), {Node(0, number): leaf for number, leaf in enumerate(forked)}
    for leaf in forked:
        nodes.update(frontier.add(leaf))
    path = [merkle.hash_of(span, nodes) for span in merkle.consistency_spans(first, second)]
    roots = {"first_root": tree(first)[1], "second_root": frontier.root()}
    assert not merkle.extends(first=first, second=second, path=path, **roots)


def test_equal_trees_need_no_proof_and_take_none():
    root = tree(5)[1]
    assert merkle.extends(first=5, first_root=root, second=5, second_root=root, path=[])
    assert not merkle.extends(first=5, first_root=root, second=5, second_root=root, path=[root])
    assert not merkle.extends(first=5, first_root=root, second=5, second_root=flipped(root, 3), path=[])


@settings(max_examples=50)
@given(sizes, st.data())
def test_a_tree_grows_on_from_its_edge(size, data):
    kept = data.draw(st.integers(0, size))
    begun = Frontier()
    for leaf in leaves(kept):
        begun.add(leaf)
    resumed = Frontier(kept, [tree(size)[0][node] for node in merkle.nodes_of(Span(0, kept))])
    assert resumed.hashes == begun.hashes
    for leaf in leaves(size)[kept:]:
        resumed.add(leaf)
    assert resumed.root() == tree(size)[1]


def test_an_edge_of_another_size_is_refused():
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(3, [b"\0" * 32])
    with pytest.raises(ValueError, match="complete subtrees"):
        Frontier(1, [b"\0" * 31])


def test_each_node_has_a_place_of_its_own():
    nodes = [*tree(LARGEST)[0]]
    assert len({node.position for node in nodes}) == len(nodes)
    assert [Node(0, 0).position, Node(1, 0).position, Node(0, 1).position, Node(2, 0).position] == [0, 1, 2, 3]


def test_ten_million_leaves_need_few_nodes():
    size = 10_000_000
    asked = [node for span in merkle.inclusion_spans(size - 2, size) for node in merkle.nodes_of(span)]
    assert len(asked) <= 2 * size.bit_length()
    asked = [node for span in merkle.consistency_spans(size // 3, size) for node in merkle.nodes_of(span)]
    assert len(asked) <= 2 * size.bit_length()


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_spans(index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3), (-1, 3)])
def test_sizes_the_wrong_way_round_have_no_proof(first, second):
    with pytest.raises(ValueError, match="first tree"):
        merkle.consistency_spans(first, second)
    assert not merkle.extends(first=first, first_root=b"", second=second, second_root=b"", path=[])
