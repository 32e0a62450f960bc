"""Hashes of a tree against the vectors of Certificate Transparency and the definitions of RFC 6962."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import pytest

from engine.ledger.tree.hashes import EMPTY_ROOT, folded, leaf_hash, node_hash, parents, subtrees
from engine.ledger.tree.tiles import Growth
from tests.ledger.tree.trees import CT_INPUTS, CT_ROOTS, Memory, leaf, root


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert folded([]) == Growth(0, {}).root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_vectors_of_certificate_transparency(size: int) -> None:
    leaves = [leaf_hash(one) for one in CT_INPUTS[:size]]
    growth = Growth(0, {})
    growth.append(leaves)
    assert growth.root().hex() == CT_ROOTS[size - 1]
    levels = [leaves]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1][: len(levels[-1]) // 2 * 2]))
    assert folded(levels[level][index] for level, index in subtrees(0, size)).hex() == CT_ROOTS[size - 1]


def test_leaves_and_nodes_are_told_apart() -> None:
    """Second preimages: an entry that is two hashes is no node (RFC 6962, 2.1)."""
    left, right = leaf(0), leaf(1)
    assert leaf_hash(b"0") == left == hashlib.sha256(b"\x000").digest()
    assert node_hash(left, right) == parents([left, right])[0] == hashlib.sha256(b"\x01" + left + right).digest()
    assert leaf_hash(left + right) != node_hash(left, right)


def test_subtrees_cover_every_range_once_and_fold_to_the_root() -> None:
    for size in range(1, 71):
        nodes = subtrees(0, size)
        assert folded(Memory(size).read(nodes)) == root(0, size)
        assert len(nodes) == size.bit_count()
        for begin in range(size):
            ranges = [(index << level, (index + 1) << level) for level, index in subtrees(begin, size)]
            assert ranges[0][0] == begin
            assert ranges[-1][1] == size
            assert all(one[1] == other[0] for one, other in pairwise(ranges))
    assert subtrees(5, 5) == []
