"""Hashing of RFC 9162, section 2.1 (the same as RFC 6962's), with SHA-256, and what reads the hashes of a tree.

A *node* is a perfect subtree: ``(level, index)`` covers the leaves from ``index * 2**level`` on, ``2**level`` of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Protocol

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
Node = tuple[int, int]


class HashReader(Protocol):
    """Where the hashes of nodes are found."""

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """Their hashes, in the order asked for. All lie inside the tree.

        Raises:
            IntegrityViolated: what is kept is not a tree.
        """
        ...


def leaf_hash(data: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the parent of two."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def subtrees(begin: int, end: int) -> list[Node]:
    """The fewest nodes that cover the leaves ``begin <= i < end``, from left to right."""
    nodes: list[Node] = []
    while begin < end:
        room = (end - begin).bit_length() - 1  # no larger than what is left
        level = room if begin == 0 else min(room, (begin & -begin).bit_length() - 1)
        nodes.append((level, begin >> level))
        begin += 1 << level
    return nodes


def folded(hashes: Iterable[bytes]) -> bytes:
    """The root over subtrees that shrink from left to right: what a tree's right edge comes to."""
    stack = list(hashes)
    if not stack:
        return EMPTY_ROOT
    root = stack.pop()
    while stack:
        root = node_hash(stack.pop(), root)
    return root


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """The level above an even number of neighbours that begin at an even index."""
    sha256 = hashlib.sha256
    return [sha256(b"\x01" + hashes[i] + hashes[i + 1]).digest() for i in range(0, len(hashes) - 1, 2)]
