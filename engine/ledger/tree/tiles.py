"""Tiles and bundles of entries (C2SP tlog-tiles): what a log's tree is kept and served as.

A tile ``(level, index)`` of width 1 to 256 holds the hashes of as many neighbouring nodes of tree level ``8 * level``. Full tiles
never change; the last one of each level is *partial*, and a wider one follows on it. A bundle holds the entries that stand
below a tile of level 0, each with its length in two bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.base.errors import IntegrityViolated
from engine.ledger.tree.hashes import HASH_BYTES, Node, folded, node_hash, parents

HEIGHT = 8
WIDTH = 1 << HEIGHT
MAX_LEVEL = 7  # 256^8 leaves are more than a size of 63 bits counts
MAX_ENTRY = 65_535  # bytes: a length of 16 bits

_NUMBER = r"(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?"
_TILE = re.compile(r"tile/(?P<level>0|[1-9]\d?)/" + _NUMBER, re.ASCII)
_BUNDLE = re.compile(r"tile/entries/" + _NUMBER, re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The place of a tile; ``level`` is None for a bundle of entries."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def full(self) -> bool:
        """Whether it will never change."""
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's prefix."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        width = "" if self.full else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{number}{width}"

    @classmethod
    def parse(cls, path: str) -> Tile | None:
        """The place that a path names, or None: ``Tile.parse(tile.path) == tile``, and no other path is taken for it."""
        found = _TILE.fullmatch(path) or _BUNDLE.fullmatch(path)
        if found is None:
            return None
        parts = found.groupdict()
        level = None if parts.get("level") is None else int(parts["level"])
        index = int(parts["number"].replace("x", "").replace("/", ""))
        tile = cls(level, index, int(parts["width"] or WIDTH))
        wide = parts["width"] is not None and tile.full
        return None if wide or tile.path != path or (level or 0) > MAX_LEVEL or tile.width > WIDTH else tile


def tiles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The tiles of a tree, bundles left out, level by level: full ones, and the partial one at the end of each.

    Args:
        size: of the tree.
        since: leave out what was full when the tree had this size.
    """
    level, count, before = 0, size, since
    while count:
        full, rest = divmod(count, WIDTH)
        for index in range(before // WIDTH, full):
            yield Tile(level, index)
        if rest:
            yield Tile(level, full, rest)
        level, count, before = level + 1, full, before // WIDTH


def bundles_of(size: int, *, since: int = 0) -> Iterator[Tile]:
    """The bundles of a tree; as :func:`tiles_of`."""
    for index in range(since // WIDTH, size // WIDTH):
        yield Tile(None, index)
    if size % WIDTH:
        yield Tile(None, size // WIDTH, size % WIDTH)


def edge_of(size: int) -> list[Tile]:
    """The partial tiles of a tree, one or none a level, lowest first: all that is needed to append to it."""
    return [tile for tile in tiles_of(size, since=size) if not tile.full]


class Growth:
    """A tree's right edge, to append to. It holds fewer than 256 hashes a level: O(log n) memory.

    Args:
        size: of the tree so far.
        edge: the contents of :func:`edge_of` its size, by level.
    """

    def __init__(self, size: int, edge: dict[int, bytes]) -> None:
        self.size = size
        self._edge = {level: bytearray(data) for level, data in edge.items()}
        for tile in edge_of(size):
            if len(self._edge.get(tile.level or 0, b"")) != tile.width * HASH_BYTES:
                raise IntegrityViolated(f"the tile {tile.path} at the edge of the tree is missing or of another length")

    def append(self, leaves: Iterable[bytes]) -> list[tuple[Tile, bytes]]:
        """Take in the hashes of further leaves; gives the tiles that became full, lowest level first."""
        added = list(leaves)
        self.size += len(added)
        full: list[tuple[Tile, bytes]] = []
        level, count = 0, self.size
        while added:
            edge = self._edge.setdefault(level, bytearray())
            edge += b"".join(added)
            added = []
            index = count // WIDTH - len(edge) // (WIDTH * HASH_BYTES)
            while len(edge) >= WIDTH * HASH_BYTES:
                data = bytes(edge[: WIDTH * HASH_BYTES])
                del edge[: WIDTH * HASH_BYTES]
                full.append((Tile(level, index), data))
                added.append(tile_root(data))
                index += 1
            level, count = level + 1, count // WIDTH
        return full

    def edge(self) -> list[tuple[Tile, bytes]]:
        """The partial tiles as they are now."""
        return [(tile, bytes(self._edge[tile.level or 0])) for tile in edge_of(self.size)]

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        hashes: list[bytes] = []
        for level in sorted(self._edge, reverse=True):
            hashes += _peaks(split_hashes(self._edge[level]))
        return folded(hashes)


class TileReader:
    """Reads a tree's nodes out of its tiles; each tile is fetched once.

    Args:
        size: of the tree.
        fetch: gives the bytes of tiles. A partial tile may be answered by a wider one.
    """

    def __init__(self, size: int, fetch: Callable[[Sequence[Tile]], Sequence[bytes]]) -> None:
        self._size = size
        self._fetch = fetch
        self._known: dict[Node, bytes] = {}

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        """See :class:`~engine.ledger.tree.hashes.HashReader`."""
        wanted = {(tile.level or 0, tile.index): tile for tile in map(self._tile, nodes)}
        missing = [tile for place, tile in wanted.items() if place not in self._known]
        if missing:
            for tile, data in zip(missing, self._fetch(missing), strict=True):
                if len(data) % HASH_BYTES or not tile.width * HASH_BYTES <= len(data) <= WIDTH * HASH_BYTES:
                    raise IntegrityViolated(f"the tile {tile.path} is of another length than it must be")
                self._known[tile.level or 0, tile.index] = data
        return [self._hash(node) for node in nodes]

    def _tile(self, node: Node) -> Tile:
        level, index = node
        at = index << level % HEIGHT
        tile, count = at // WIDTH, self._size >> (level // HEIGHT * HEIGHT)
        return Tile(level // HEIGHT, tile, min(WIDTH, count - tile * WIDTH))

    def _hash(self, node: Node) -> bytes:
        level, index = node
        place, within = self._tile(node), level % HEIGHT
        first = (index << within) % WIDTH
        data = self._known[place.level or 0, place.index]
        return _perfect(split_hashes(data[first * HASH_BYTES : (first + (1 << within)) * HASH_BYTES]))


def tile_root(data: bytes) -> bytes:
    """The root of a full tile: one hash of the level above."""
    return _perfect(split_hashes(data))


def split_hashes(data: bytes | bytearray) -> list[bytes]:
    """A tile's hashes."""
    return [bytes(data[i : i + HASH_BYTES]) for i in range(0, len(data), HASH_BYTES)]


def format_bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle.

    Raises:
        OverflowError: one is longer than ``MAX_ENTRY``.
    """
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle: ``format_bundle(parse_bundle(data, width)) == data``.

    Raises:
        IntegrityViolated: it does not hold just as many.
    """
    entries: list[bytes] = []
    at = 0
    while at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) != width:
        raise IntegrityViolated(f"a bundle of entries does not hold the {width} entries that it should")
    return entries


def _perfect(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = parents(hashes)
    return hashes[0]


def _peaks(hashes: list[bytes]) -> list[bytes]:
    """The roots of the perfect subtrees that fewer than 256 neighbours make, from left to right."""
    peaks: list[bytes] = []
    ranks: list[int] = []
    for one in hashes:
        found, rank = one, 0
        while ranks and ranks[-1] == rank:
            found, rank = node_hash(peaks.pop(), found), ranks.pop() + 1
        peaks.append(found)
        ranks.append(rank)
    return peaks
