"""What was done to the tiles."""

from __future__ import annotations

from pathlib import Path

from tests.ledger.verifier.making import (
    leaf,
    make_export,
    put,
    tile_name,
    tree,
)
from tests.ledger.verifier.mutations.cases import (
    Case,
    case,
    pruned,
    rebundled,
    retiled,
    written,
)


@case
def leaf_hash_changed(folder: Path) -> Case:
    hashes = written(folder).log("2026").hashes
    hashes[517] = leaf(b"other")
    retiled(folder, hashes)
    return Case(("edit", "2026", 517))


@case
def leaf_hashes_swapped(folder: Path) -> Case:
    hashes = written(folder).log("2026").hashes
    hashes[517], hashes[518] = hashes[518], hashes[517]
    put(folder / "2026" / tile_name("0", 2, 256), b"".join(hashes[512:768]))
    return Case(("reorder", "2026", 517))


@case
def upper_tile_changed(folder: Path) -> Case:
    hashes = written(folder).log("2026").hashes
    hashes = [tree(hashes[:256]), leaf(b"other"), tree(hashes[512:768])]
    put(folder / "2026" / tile_name("1", 0, 3), b"".join(hashes))
    return Case(("edit", "2026", 256))


@case
def upper_tile_removed(folder: Path) -> Case:
    written(folder)
    (folder / "2026" / tile_name("1", 0, 3)).unlink()
    return Case(("deletion", "2026", 0))


@case
def tile_removed(folder: Path) -> Case:
    written(folder)
    (folder / "2026" / tile_name("0", 1, 256)).unlink()
    return Case(("deletion", "2026", 256))


@case
def last_tile_cut(folder: Path) -> Case:
    hashes = written(folder).log("2026").hashes
    put(folder / "2026" / tile_name("0", 3, 232), b"".join(hashes[768:990]))
    return Case(("truncation", "2026", 990))


@case
def much_cut_off(folder: Path) -> Case:
    """Back to an older size, more than a bundle ago."""
    log = written(folder, make_export({"2025": 300, "2026": 1600})).log("2026")
    rebundled(folder, log.entries[:700])
    retiled(folder, log.hashes[:700])
    return Case(("truncation", "2026", 700))


@case
def tile_cut_inside(folder: Path) -> Case:
    hashes = written(folder).log("2026").hashes
    put(folder / "2026" / tile_name("0", 1, 256), b"".join(hashes[256:500]))
    return Case(("deletion", "2026", 500))


@case
def tile_of_odd_length(folder: Path) -> Case:
    hashes = written(folder).log("2026").hashes
    put(folder / "2026" / tile_name("0", 1, 256), b"".join(hashes[256:512])[:-1])
    return Case(("malformed", "2026", 511))


@case
def tile_of_pruned_shard_changed(folder: Path) -> Case:
    hashes = pruned(folder).log("2025").hashes
    hashes[280] = leaf(b"other")
    retiled(folder, hashes, "2025")
    return Case(("edit", "2025", None))
