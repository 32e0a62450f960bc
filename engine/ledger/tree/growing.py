"""Roots over what comes one by one, and roots and proofs over short lists that are at hand."""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.errors import BadInput
from engine.ledger.tree.hashes import EMPTY_ROOT, folded, leaf_hash, node_hash, parents


class Root:
    """The root of RFC 6962 over leaves that come one by one, in memory O(log n)."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, data: bytes) -> None:
        """Append a leaf."""
        one, size = leaf_hash(data), self.size
        while size & 1:
            one, size = node_hash(self._peaks.pop(), one), size >> 1
        self._peaks.append(one)
        self.size += 1

    def digest(self) -> bytes:
        """The root now; more leaves may follow."""
        return folded(self._peaks) if self._peaks else EMPTY_ROOT


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root of RFC 6962 over leaves, given by their hashes."""
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0] if level else EMPTY_ROOT


def path_of(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof of inclusion of one of them, as :func:`~engine.ledger.tree.proofs.check_inclusion` reads it.

    Raises:
        BadInput: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise BadInput(f"there is no leaf {index} in a tree of {len(leaves)}")
    level, at, path = list(leaves), index, []
    while len(level) > 1:
        if (at ^ 1) < len(level):
            path.append(level[at ^ 1])
        level, at = _above(level), at >> 1
    return path


def _above(level: list[bytes]) -> list[bytes]:
    """The next level; what has no neighbour goes up as it is."""
    return parents(level) + level[len(level) & ~1 :]
