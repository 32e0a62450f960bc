"""Trees for the tests, by the definitions of RFC 6962: nothing here is shared with what is tested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache

from engine.ledger.tree.hashes import Node
from engine.ledger.tree.tiles import Growth, Tile

CT_INPUTS = [
    bytes.fromhex(one)
    for one in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
]
"""The entries that the implementations of Certificate Transparency are tried with."""

CT_ROOTS = """
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()


def leaf(number: int) -> bytes:
    """The hash of the entry that is the number in decimal."""
    return hashlib.sha256(b"\x00%d" % number).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@cache
def root(begin: int, end: int) -> bytes:
    """MTH over the leaves of these numbers (RFC 6962, 2.1)."""
    if end - begin == 1:
        return leaf(begin)
    k = 1 << (end - begin - 1).bit_length() - 1
    return node(root(begin, begin + k), root(begin + k, end))


def path(index: int, begin: int, end: int) -> list[bytes]:
    """PATH (RFC 6962, 2.1.1)."""
    if end - begin == 1:
        return []
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    if index < middle:
        return [*path(index, begin, middle), root(middle, end)]
    return [*path(index, middle, end), root(begin, middle)]


def subproof(old: int, begin: int, end: int, *, whole: bool) -> list[bytes]:
    """SUBPROOF (RFC 6962, 2.1.2), with the old size as the end of the old tree."""
    if old == end:
        return [] if whole else [root(begin, end)]
    middle = begin + (1 << (end - begin - 1).bit_length() - 1)
    if old <= middle:
        return [*subproof(old, begin, middle, whole=whole), root(middle, end)]
    return [*subproof(old, middle, end, whole=False), root(begin, middle)]


class Memory:
    """A tree's nodes, computed; it refuses to be asked for what is not in the tree, or twice."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.reads = 0

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        self.reads += 1
        assert len(set(nodes)) == len(nodes)
        for level, index in nodes:
            assert 0 <= index << level < (index + 1) << level <= self.size
        return [root(index << level, (index + 1) << level) for level, index in nodes]


def grown(leaves: Iterable[bytes], *, batch: int = 1000) -> tuple[dict[Tile, bytes], Growth]:
    """All tiles of a tree that grew in batches; checks that no full tile was given twice."""
    growth, full, waiting = Growth(0, {}), dict[Tile, bytes](), list(leaves)
    for at in range(0, len(waiting), batch):
        for tile, data in growth.append(waiting[at : at + batch]):
            assert tile not in full
            full[tile] = data
    return full | dict(growth.edge()), growth
