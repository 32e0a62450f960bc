"""A log small enough to be kept in a list, with everything that a witness is sent."""

from __future__ import annotations

from collections.abc import Sequence

from engine.ledger.note.checkpoint import Checkpoint, sign_checkpoint
from engine.ledger.note.note import SigningKey
from engine.ledger.tree.hashes import Node, folded, leaf_hash, node_hash, subtrees
from engine.ledger.tree.proofs import prove_consistency
from engine.ledger.witness.request import AddCheckpoint

ORIGIN = "example.com/log"
KEY = SigningKey(ORIGIN, bytes(range(32)))


class SmallLog:
    """Entries in a list; ``fork`` gives a log with the same key whose entries differ from some number on."""

    def __init__(self, size: int = 0, *, key: SigningKey = KEY, entry: str = "entry") -> None:
        self.key = key
        self.leaves = [leaf_hash(f"{entry} {number}".encode()) for number in range(size)]

    def fork(self, at: int, size: int) -> SmallLog:
        other = SmallLog(key=self.key)
        other.leaves = self.leaves[:at] + SmallLog(size, entry="another").leaves[at:]
        return other

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        return [self._hash(level, index) for level, index in nodes]

    def root(self, size: int) -> bytes:
        return folded(self.read(subtrees(0, size)))

    def signed(self, size: int) -> bytes:
        return sign_checkpoint(Checkpoint(self.key.name, size, self.root(size)), [self.key])

    def prove(self, old: int, new: int) -> list[bytes]:
        return prove_consistency(self, old, new)

    def request(self, old: int, new: int) -> bytes:
        return AddCheckpoint(old, tuple(self.prove(old, new)), self.signed(new)).format()

    def _hash(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.leaves[index]
        return node_hash(self._hash(level - 1, 2 * index), self._hash(level - 1, 2 * index + 1))
