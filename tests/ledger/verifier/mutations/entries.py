"""What was done to the entries."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.ledger.verifier.making import (
    bundle,
    make_entry,
    make_export,
    plain,
    put,
    tile_name,
    write_bundles,
)
from tests.ledger.verifier.mutations.cases import (
    Case,
    case,
    changed,
    rebundled,
    retiled,
    written,
)


@case
def entry_changed(folder: Path) -> Case:
    log = written(folder).log("2026")
    log.entries[517] = changed(log.entries[517])
    write_bundles(folder / "2026", log.entries)
    return Case(("edit", "2026", 517))


@case
def entry_of_closed_shard_changed(folder: Path) -> Case:
    log = written(folder).log("2025")
    log.entries[17] = changed(log.entries[17])
    write_bundles(folder / "2025", log.entries)
    return Case(("edit", "2025", 17))


@case
def entry_and_its_leaf_changed(folder: Path) -> Case:
    """The tile above still knows."""
    log = written(folder).log("2026")
    log.entries[517] = changed(log.entries[517])
    write_bundles(folder / "2026", log.entries)
    put(folder / "2026" / tile_name("0", 2, 256), b"".join(log.hashes[512:768]))
    return Case(("edit", "2026", 512))


@case
def entry_removed(folder: Path) -> Case:
    log = written(folder).log("2026")
    rebundled(folder, log.entries[:517] + log.entries[518:])
    return Case(("deletion", "2026", 517))


@case
def entries_removed_here_and_there(folder: Path) -> Case:
    log = written(folder).log("2026")
    rebundled(folder, [one for n, one in enumerate(log.entries) if n not in (20, 300, 999)])
    return Case(("deletion", "2026", 20))


@case
def bundle_removed(folder: Path) -> Case:
    written(folder)
    (folder / "2026/tile/entries/001").unlink()
    return Case(("deletion", "2026", 256))


@case
def bundle_emptied(folder: Path) -> Case:
    written(folder)
    (folder / "2026/tile/entries/001").write_bytes(b"")
    return Case(("deletion", "2026", 256))


@case
def entries_swapped(folder: Path) -> Case:
    log = written(folder).log("2026")
    log.entries[255], log.entries[256] = log.entries[256], log.entries[255]
    rebundled(folder, log.entries)
    return Case(("reorder", "2026", 255))


@case
def entry_moved(folder: Path) -> Case:
    entries = written(folder).log("2026").entries
    entries.insert(900, entries.pop(3))
    rebundled(folder, entries)
    return Case(("reorder", "2026", 3))


@case
def entry_repeated(folder: Path) -> Case:
    entries = written(folder).log("2026").entries
    entries.insert(701, entries[4])
    rebundled(folder, entries)
    return Case(("duplicate", "2026", 701))


@case
def entry_repeated_over_another(folder: Path) -> Case:
    entries = written(folder).log("2026").entries
    entries[700] = entries[4]
    rebundled(folder, entries)
    return Case(("duplicate", "2026", 700))


@case
def entry_repeated_at_once(folder: Path) -> Case:
    entries = written(folder).log("2026").entries
    entries.insert(5, entries[4])
    rebundled(folder, entries)
    return Case(("duplicate", "2026", 5))


@case
def entry_added(folder: Path) -> Case:
    entries = written(folder).log("2026").entries
    entries.insert(600, make_entry(5000))
    rebundled(folder, entries)
    return Case(("edit", "2026", 600))


@case
def entries_cut_off(folder: Path) -> Case:
    rebundled(folder, written(folder).log("2026").entries[:990])
    return Case(("truncation", "2026", 990))


@case
def last_bundle_removed(folder: Path) -> Case:
    written(folder)
    shutil.rmtree(folder / "2026/tile/entries/003.p")
    return Case(("truncation", "2026", 768))


@case
def entries_and_tiles_cut_off(folder: Path) -> Case:
    log = written(folder).log("2026")
    rebundled(folder, log.entries[:990])
    retiled(folder, log.hashes[:990])
    return Case(("truncation", "2026", 990))


@case
def everything_rewritten_but_the_checkpoint(folder: Path) -> Case:
    log = written(folder).log("2026")
    log.entries[517] = changed(log.entries[517])
    rebundled(folder, log.entries)
    retiled(folder, log.hashes)
    return Case(("edit", "2026", None))


@case
def entry_not_canonical(folder: Path) -> Case:
    export = make_export()
    entries = export.log("2026").entries
    entries[517] = entries[517].replace(b":", b": ", 1)
    written(folder, export)
    return Case(("malformed", "2026", 517))


@case
def entry_of_other_keys(folder: Path) -> Case:
    export = make_export()
    export.log("2026").entries[517] = plain({"v": 1, "type": "scan.completed"})
    written(folder, export)
    return Case(("malformed", "2026", 517))


@case
def entry_with_a_key_twice(folder: Path) -> Case:
    export = make_export()
    entries = export.log("2026").entries
    entries[517] = entries[517].replace(b'"v":1', b'"v":1,"v":1')
    written(folder, export)
    return Case(("malformed", "2026", 517))


@case
def bundle_not_cut(folder: Path) -> Case:
    entries = written(folder).log("2026").entries
    put(folder / "2026" / tile_name("entries", 1, 256), bundle(entries[256:512])[:-5])
    return Case(("malformed", "2026", 511))
