"""Tiles: their paths, which ones a tree has, growing, and reading nodes out of them (C2SP tlog-tiles)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import IntegrityViolated
from engine.ledger.tree.hashes import HASH_BYTES
from engine.ledger.tree.proofs import check_consistency, check_inclusion, prove_consistency, prove_inclusion
from engine.ledger.tree.tiles import (
    Growth,
    Tile,
    TileReader,
    bundles_of,
    edge_of,
    format_bundle,
    parse_bundle,
    split_hashes,
    tile_root,
    tiles_of,
)
from tests.ledger.tree.trees import grown, leaf, path, root
from tests.properties import tries

PATHS = [
    (Tile(0, 0), "tile/0/000"),
    (Tile(0, 999), "tile/0/999"),
    (Tile(0, 1000), "tile/0/x001/000"),
    (Tile(0, 1234067), "tile/0/x001/x234/067"),
    (Tile(1, 1234067, 17), "tile/1/x001/x234/067.p/17"),
    (Tile(7, 0, 255), "tile/7/000.p/255"),
    (Tile(None, 273, 112), "tile/entries/273.p/112"),
    (Tile(None, 10**9), "tile/entries/x001/x000/x000/000"),
]


@pytest.mark.parametrize(("tile", "path"), PATHS, ids=[path for _, path in PATHS])
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *"""tile/0/0 tile/0/00 tile/0/0000 tile/0/1000 tile/0/x000/000 tile/0/x01/000 tile/0/001/000 tile/0/x001 tile/0/x001/x000
    tile/00/000 tile/01/000 tile/8/000 tile/64/000 tile/-1/000 tile/+1/000 tile/0/000.p/0 tile/0/000.p/256 tile/0/000.p/01
    tile/0/000.p/999 tile/0/000.p/ tile/0/000.p tile/0/000/ /tile/0/000 tile/0/../000 tile/data/000 tile/Entries/000 tile//000
    tile/0/٠٠٠ tile/0/000.p/٣ checkpoint tile/0/000%00""".split(),
        *["", "tile/0/000\n", " tile/0/000", "tile/0/000 "],
    ],
)  # fmt: skip
def test_other_paths_are_refused(path: str) -> None:
    assert Tile.parse(path) is None


@given(st.none() | st.integers(0, 7), st.integers(0, 2**55), st.integers(1, 256))
@settings(max_examples=tries(300))
def test_every_tile_is_read_back_from_its_path(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path) == tile


@given(st.from_regex(r"tile/([0-9]{1,2}|entries)/(x?[0-9]{3}/){0,3}x?[0-9]{3}(\.p/[0-9]{1,3})?", fullmatch=True))
@settings(max_examples=tries(300))
def test_one_path_a_tile(path: str) -> None:
    tile = Tile.parse(path)
    assert tile is None or tile.path == path


def test_the_tiles_of_seventy_thousand() -> None:
    """The example of the specification: 273 full tiles and one of 112, one full and one of 17, one of 1."""
    found = list(tiles_of(70_000))
    assert Counter(tile.level for tile in found if tile.full) == {0: 273, 1: 1}
    assert [tile.path for tile in found if not tile.full] == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
    assert edge_of(70_000) == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert [tile.path for tile in bundles_of(70_000)][-2:] == ["tile/entries/272", "tile/entries/273.p/112"]


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/0/000.p/1"]),
        (255, ["tile/0/000.p/255"]),
        (256, ["tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
    ],
)
def test_the_tiles_of_small_trees(size: int, paths: list[str]) -> None:
    assert [tile.path for tile in tiles_of(size)] == paths


@given(st.integers(0, 200_000), st.integers(0, 200_000))
@settings(max_examples=tries(50))
def test_what_was_full_before_is_left_out(one: int, other: int) -> None:
    since, size = sorted((one, other))
    before = {tile for tile in tiles_of(since) if tile.full}
    assert list(tiles_of(size, since=since)) == [tile for tile in tiles_of(size) if tile not in before]
    before = {tile for tile in bundles_of(since) if tile.full}
    assert list(bundles_of(size, since=since)) == [tile for tile in bundles_of(size) if tile not in before]


def test_seventy_thousand_leaves_have_the_tiles_and_the_root_of_the_definition() -> None:
    tiles, growth = grown((leaf(n) for n in range(70_000)), batch=9_999)
    assert set(tiles) == set(tiles_of(70_000))
    assert growth.root() == root(0, 70_000)
    for tile, data in tiles.items():
        span = 256 ** (tile.level or 0)
        first = tile.index * 256 * span
        places = range(tile.width) if tile.level else (0, tile.width - 1)
        for at in places:
            assert data[at * 32 : at * 32 + 32] == root(first + at * span, first + (at + 1) * span)
        assert len(data) == 32 * tile.width
    assert sum(len(data) for _, data in growth.edge()) == (112 + 17 + 1) * HASH_BYTES


@given(st.lists(st.integers(0, 700), max_size=6))
@settings(max_examples=tries(40))
def test_growing_in_any_batches_gives_one_tree(batches: list[int]) -> None:
    """Each time from the kept edge alone, as after a restart."""
    size, edge, full = 0, dict[int, bytes](), set[Tile]()
    for batch in batches:
        growth = Growth(size, edge)
        full |= {tile for tile, _ in growth.append(leaf(n) for n in range(size, size + batch))}
        size += batch
        edge = {tile.level or 0: data for tile, data in growth.edge()}
        assert growth.size == size
        if size:
            assert growth.root() == root(0, size)
    tiles, _ = grown(leaf(n) for n in range(size))
    assert full == {tile for tile in tiles if tile.full}
    assert edge == {tile.level or 0: data for tile, data in tiles.items() if not tile.full}


@pytest.mark.parametrize("edge", [{}, {0: b""}, {0: bytes(31)}, {0: bytes(32 * 45)}, {0: bytes(32 * 44), 1: b""}])
def test_an_edge_that_does_not_fit_its_size_is_refused(edge: dict[int, bytes]) -> None:
    with pytest.raises(IntegrityViolated):
        Growth(300, edge)


class Fetcher:
    """Tiles from memory, as a folder or server gives them."""

    def __init__(self, tiles: dict[Tile, bytes]) -> None:
        self.tiles = tiles
        self.asked: list[Tile] = []

    def __call__(self, tiles: Sequence[Tile]) -> list[bytes]:
        assert not set(tiles) & set(self.asked)
        assert len(set(tiles)) == len(tiles)
        self.asked += tiles
        return [self.tiles[tile] for tile in tiles]


SIZE = 66_100
"""One full tile of level 1 and a little more."""


@pytest.fixture(scope="module")
def large() -> dict[Tile, bytes]:
    return grown(leaf(n) for n in range(SIZE))[0]


@pytest.mark.parametrize("index", [0, 255, 256, 65_535, 65_536, 66_047, 66_048, 66_099])
def test_proofs_from_tiles(large: dict[Tile, bytes], index: int) -> None:
    fetcher = Fetcher(large)
    proof = prove_inclusion(TileReader(SIZE, fetcher), index, SIZE)
    assert proof == path(index, 0, SIZE)
    check_inclusion(leaf(index), index, SIZE, root(0, SIZE), proof)
    assert len(fetcher.asked) <= 5


@pytest.mark.parametrize("old", [1, 256, 257, 40_000, 65_535, 65_536, 65_537, 66_048, 66_099])
def test_consistency_from_tiles(large: dict[Tile, bytes], old: int) -> None:
    proof = prove_consistency(TileReader(SIZE, Fetcher(large)), old, SIZE)
    check_consistency(old, root(0, old), SIZE, root(0, SIZE), proof)


def test_a_reader_fetches_each_tile_once(large: dict[Tile, bytes]) -> None:
    fetcher = Fetcher(large)
    reader = TileReader(SIZE, fetcher)
    first = prove_inclusion(reader, 5, SIZE)
    assert prove_inclusion(reader, 5, SIZE) == first


def test_a_wider_tile_serves_as_well_and_another_length_is_refused(large: dict[Tile, bytes]) -> None:
    size = 65_700  # its last tiles are narrower than those of the larger tree
    proof = prove_inclusion(TileReader(size, lambda tiles: [wider(large, tile) for tile in tiles]), 65_690, size)
    check_inclusion(leaf(65_690), 65_690, size, root(0, size), proof)
    with pytest.raises(IntegrityViolated):
        prove_inclusion(TileReader(SIZE, lambda tiles: [large[one][:-1] for one in tiles]), 5, SIZE)
    with pytest.raises(IntegrityViolated):
        prove_inclusion(TileReader(SIZE, lambda tiles: [large[one][:-32] for one in tiles]), 5, SIZE)
    with pytest.raises(IntegrityViolated):
        prove_inclusion(TileReader(SIZE, lambda tiles: [large[one] + bytes(32 * 256) for one in tiles]), 5, SIZE)


def wider(tiles: dict[Tile, bytes], tile: Tile) -> bytes:
    return next(data for one, data in tiles.items() if (one.level, one.index) == (tile.level, tile.index))


def test_the_root_of_a_tile() -> None:
    hashes = [leaf(n) for n in range(256)]
    assert tile_root(b"".join(hashes)) == root(0, 256)
    assert split_hashes(b"".join(hashes)) == hashes


BUNDLES = st.lists(st.binary(max_size=40), max_size=300)


@given(BUNDLES)
@settings(max_examples=tries(50))
def test_bundles_are_read_as_they_were_written(entries: list[bytes]) -> None:
    data = format_bundle(entries)
    assert parse_bundle(data, len(entries)) == entries
    for width in (len(entries) - 1, len(entries) + 1):
        with pytest.raises(IntegrityViolated):
            parse_bundle(data, width)
    for wrong in (data + b"\0", data[:-1] if data else b"\0\1"):
        with pytest.raises(IntegrityViolated):
            parse_bundle(wrong, len(entries))


@given(st.binary(max_size=60), st.integers(0, 10))
@settings(max_examples=tries(200))
def test_any_bytes_are_a_bundle_in_one_way_or_none(data: bytes, width: int) -> None:
    try:
        entries = parse_bundle(data, width)
    except IntegrityViolated:
        return
    assert format_bundle(entries) == data


def test_the_longest_entry() -> None:
    longest = b"x" * 65_535
    assert format_bundle([longest])[:2] == b"\xff\xff"
    assert parse_bundle(format_bundle([longest]), 1) == [longest]
    with pytest.raises(OverflowError):
        format_bundle([longest + b"x"])
