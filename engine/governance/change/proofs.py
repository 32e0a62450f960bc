"""That a row stands in a plan, shown without telling any other row. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.base.errors import BadInput
from engine.governance.change.plan import BatchRoot, Header
from engine.ledger.tree.growing import path_of
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.proofs import check_inclusion


@dataclass(frozen=True, slots=True)
class RowProof:
    """That a row stands in a plan, without telling any other row.

    Attributes:
        index: of its leaf in its batch; path: to the root of the batch.
        batch: that it is in; batches: how many the plan has; batch_path: from the batch to the plan's root.
    """

    index: int
    path: tuple[bytes, ...] = field(repr=False)
    batch: BatchRoot
    batches: int
    batch_path: tuple[bytes, ...] = field(repr=False)


def prove_row(
    header: Header, batches: Sequence[BatchRoot], leaves: Sequence[bytes], number: int, index: int
) -> RowProof:
    """The proof for one row.

    Args:
        header: of the plan.
        batches: all of them, in order.
        leaves: of the rows of the batch.
        number: of the batch.
        index: of the row in it.

    Raises:
        BadInput: there is no such row.
    """
    if not 0 <= number < len(batches):
        raise BadInput(f"there is no batch {number} in this plan")
    tops = [leaf_hash(header.to_bytes()), *(leaf_hash(batch.to_bytes()) for batch in batches)]
    path = path_of([leaf_hash(leaf) for leaf in leaves], index)
    return RowProof(index, tuple(path), batches[number], len(batches), tuple(path_of(tops, number + 1)))


def check_row(proof: RowProof, leaf: bytes, root: bytes) -> None:
    """Check that a row's leaf stands in the plan of that root.

    Raises:
        ProofRefused: the proof does not show it.
    """
    batch = proof.batch
    check_inclusion(leaf_hash(leaf), proof.index, sum(batch.rows), batch.root, proof.path)
    check_inclusion(leaf_hash(batch.to_bytes()), batch.number + 1, proof.batches + 1, root, proof.batch_path)
