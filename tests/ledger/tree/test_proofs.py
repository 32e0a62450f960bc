"""Proofs of inclusion and consistency: every small tree, some large ones, every byte of a proof, and a check by others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError

from engine.base.errors import BadInput
from engine.ledger.tree.hashes import EMPTY_ROOT, leaf_hash
from engine.ledger.tree.proofs import (
    MAX_PROOF,
    ProofRefused,
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
)
from tests.ledger.tree.trees import Memory, leaf, path, root, subproof
from tests.properties import tries

SMALL = range(1, 71)
OTHER = b"\xff" * 32


def test_inclusion_in_every_small_tree() -> None:
    for size in SMALL:
        for index in range(size):
            reader = Memory(size)
            proof = prove_inclusion(reader, index, size)
            assert proof == path(index, 0, size)
            assert reader.reads == 1
            check_inclusion(leaf(index), index, size, root(0, size), proof)


def test_a_proof_is_for_its_index_and_size_only() -> None:
    for size in range(1, 20):
        for index in range(size):
            proof = path(index, 0, size)
            for other in set(range(size)) - {index}:
                with pytest.raises(ProofRefused):
                    check_inclusion(leaf(index), other, size, root(0, size), proof)


def test_consistency_of_every_two_small_trees() -> None:
    for new in range(71):
        new_root = root(0, new) if new else EMPTY_ROOT
        for old in range(new + 1):
            old_root = root(0, old) if old else EMPTY_ROOT
            proof = prove_consistency(Memory(new), old, new)
            assert proof == (subproof(old, 0, new, whole=True) if old else [])
            check_consistency(old, old_root, new, new_root, proof)


def test_every_hash_of_a_proof_of_consistency_counts() -> None:
    for new in range(2, 24):
        for old in range(1, new):
            proof = subproof(old, 0, new, whole=True)
            right = (old, root(0, old), new, root(0, new))
            wrong = [[*proof[:at], OTHER, *proof[at + 1 :]] for at in range(len(proof))]
            wrong += [[*proof[:at], *proof[at + 1 :]] for at in range(len(proof))]
            wrong += [[*proof, OTHER], [OTHER, *proof], proof[::-1]] if proof != proof[::-1] else [[*proof, OTHER]]
            for one in wrong:
                with pytest.raises(ProofRefused):
                    check_consistency(*right, one)
            with pytest.raises(ProofRefused):
                check_consistency(old, OTHER, new, root(0, new), proof)
            with pytest.raises(ProofRefused):
                check_consistency(old, root(0, old), new, OTHER, proof)


@pytest.mark.parametrize(
    ("old", "old_root", "new", "new_root", "proof"),
    [
        (0, OTHER, 5, root(0, 5), []),
        (0, EMPTY_ROOT, 5, root(0, 5), [OTHER]),
        (0, EMPTY_ROOT, 0, OTHER, []),
        (5, OTHER, 5, root(0, 5), []),
        (5, root(0, 5), 5, root(0, 5), [OTHER]),
        (3, root(0, 3), 5, root(0, 5), []),
        (6, root(0, 6), 5, root(0, 5), []),
        (-1, root(0, 1), 5, root(0, 5), []),
    ],
)
def test_consistency_at_the_edges(old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]) -> None:
    with pytest.raises(ProofRefused):
        check_consistency(old, old_root, new, new_root, proof)


def test_every_byte_of_a_proof_counts() -> None:
    proof, right = path(600, 0, 1000), root(0, 1000)
    joined = b"".join(proof)
    assert len(joined) == 10 * 32
    for at in range(len(joined)):
        damaged = joined[:at] + bytes([joined[at] ^ 1 << at % 8]) + joined[at + 1 :]
        with pytest.raises(ProofRefused):
            check_inclusion(leaf(600), 600, 1000, right, [damaged[i : i + 32] for i in range(0, len(damaged), 32)])


@pytest.mark.parametrize("index", [-1, 5, 6, 2**63])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(BadInput):
        prove_inclusion(Memory(5), index, 5)
    with pytest.raises(ProofRefused):
        check_inclusion(leaf(1), index, 5, root(0, 5), [])


def test_a_smaller_tree_does_not_follow_on_a_larger_one() -> None:
    with pytest.raises(BadInput):
        prove_consistency(Memory(5), 6, 5)


def test_shapes_of_proofs() -> None:
    largest = 2**63 - 1
    for proof in ([OTHER] * (MAX_PROOF + 1), [OTHER] * MAX_PROOF, [OTHER[:31]], [OTHER + b"\0"], []):
        with pytest.raises(ProofRefused):
            check_inclusion(leaf(0), largest - 1, largest, OTHER, proof)
        with pytest.raises(ProofRefused):
            check_consistency(largest - 1, OTHER, largest, EMPTY_ROOT, proof)


SIZES = st.integers(1, 3000)


@given(SIZES, st.data())
@settings(max_examples=tries(100))
def test_larger_trees(new: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, new - 1)), data.draw(st.integers(1, new))
    proof = prove_inclusion(Memory(new), index, new)
    assert proof == path(index, 0, new)
    check_inclusion(leaf(index), index, new, root(0, new), proof)
    consistent = prove_consistency(Memory(new), old, new)
    assert consistent == subproof(old, 0, new, whole=True)
    check_consistency(old, root(0, old), new, root(0, new), consistent)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        with pytest.raises(ProofRefused):
            check_inclusion(leaf(index), index, new, root(0, new), [*proof[:at], OTHER, *proof[at + 1 :]])


def sigstore(entry: bytes, index: int, size: int, root_hash: bytes, proof: list[bytes]) -> None:
    """The check of inclusion in the Sigstore project's Python client."""
    shown = SimpleNamespace(log_index=index, tree_size=size, hashes=proof, root_hash=root_hash)
    asked: Any = SimpleNamespace(_inner=SimpleNamespace(inclusion_proof=shown, canonicalized_body=entry))
    verify_merkle_inclusion(asked)


def test_sigstore_accepts_what_we_prove_and_refuses_what_we_refuse() -> None:
    for size in SMALL:
        for index in range(size):
            proof = prove_inclusion(Memory(size), index, size)
            sigstore(b"%d" % index, index, size, root(0, size), proof)
            assert leaf_hash(b"%d" % index) == leaf(index)
            with pytest.raises(VerificationError):
                sigstore(b"x", index, size, root(0, size), proof)
