"""Inclusion and consistency (RFC 9162, sections 2.1.3 and 2.1.4), as pairs: who proves reads a tree, who checks does not."""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.errors import BadInput, IntegrityViolated
from engine.ledger.tree.hashes import EMPTY_ROOT, HASH_BYTES, HashReader, Node, folded, node_hash, subtrees

MAX_PROOF = 63  # hashes: trees of up to 2^63 leaves


class ProofRefused(IntegrityViolated):
    """A proof does not show what it should."""

    code = "proof_refused"


def prove_inclusion(reader: HashReader, index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf ``index`` to the root of the first ``size`` leaves, the leaf's sibling first.

    Raises:
        BadInput: there is no such leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise BadInput(f"there is no entry {index} in a tree of {size}")
    return _read(reader, _path(index, 0, size))


def check_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the leaf of that hash stands at ``index`` in the tree of that size and root (RFC 9162, 2.1.3.2).

    Raises:
        ProofRefused: the proof does not show it.
    """
    if not 0 <= index < size or not _well_formed(proof):
        raise ProofRefused("the proof of inclusion is of the wrong shape")
    node, last, found = index, size - 1, leaf
    for other in proof:
        if last == 0:
            raise ProofRefused("the proof of inclusion is too long")
        if node & 1 or node == last:
            found = node_hash(other, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, other)
        node, last = node >> 1, last >> 1
    if last != 0 or found != root:
        raise ProofRefused("the proof of inclusion does not lead to the root")


def prove_consistency(reader: HashReader, old: int, new: int) -> list[bytes]:
    """The hashes that show that the first ``old`` of ``new`` leaves are the tree of that size.

    Raises:
        BadInput: the old tree is larger than the new one.
    """
    if not 0 <= old <= new:
        raise BadInput(f"a tree of {new} entries cannot follow on one of {old}")
    if old in (0, new):
        return []
    return _read(reader, _between(old, 0, new, whole=True))


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of size ``new`` begins with the tree of size ``old`` (RFC 9162, 2.1.4.2).

    Raises:
        ProofRefused: the proof does not show it: the history was changed, or the proof is not for these trees.
    """
    if not 0 <= old <= new or not _well_formed(proof):
        raise ProofRefused("the proof of consistency is of the wrong shape")
    if old in (0, new):
        right = old_root == (EMPTY_ROOT if old == 0 else new_root) and (new != 0 or new_root == EMPTY_ROOT)
        if proof or not right:
            raise ProofRefused("two trees of one size differ, or a tree without entries has another root than it must")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise ProofRefused("the proof of consistency is empty")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    found_old = found_new = path[0]
    for other in path[1:]:
        if last == 0:
            raise ProofRefused("the proof of consistency is too long")
        if node & 1 or node == last:
            found_old, found_new = node_hash(other, found_old), node_hash(other, found_new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found_new = node_hash(found_new, other)
        node, last = node >> 1, last >> 1
    if last != 0 or found_old != old_root or found_new != new_root:
        raise ProofRefused("the tree does not begin with the one that was known before")


Part = list[Node]
"""The nodes that one hash of a proof is folded from."""


def _path(index: int, begin: int, end: int) -> list[Part]:
    """PATH(m, D[n]) of RFC 9162, 2.1.3.1, by the nodes of each step."""
    steps: list[Part] = []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            steps.append(subtrees(middle, end))
            end = middle
        else:
            steps.append(subtrees(begin, middle))
            begin = middle
    return steps[::-1]


def _between(old: int, begin: int, end: int, *, whole: bool) -> list[Part]:
    """SUBPROOF(m, D[n], b) of RFC 9162, 2.1.4.1, by the nodes of each step."""
    steps: list[Part] = []
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            steps.append(subtrees(middle, end))
            end = middle
        else:
            steps.append(subtrees(begin, middle))
            begin, whole = middle, False
    if not whole:
        steps.append(subtrees(begin, end))
    return steps[::-1]


def _split(size: int) -> int:
    """The largest power of two below a size of at least two."""
    return 1 << ((size - 1).bit_length() - 1)


def _read(reader: HashReader, parts: list[Part]) -> list[bytes]:
    hashes = iter(reader.read([node for part in parts for node in part]))
    return [folded(next(hashes) for _ in part) for part in parts]


def _well_formed(proof: Sequence[bytes]) -> bool:
    return len(proof) <= MAX_PROOF and all(len(one) == HASH_BYTES for one in proof)
