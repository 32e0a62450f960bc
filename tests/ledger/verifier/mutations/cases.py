"""A folder, what is asked about it and the answer; and what several of them are made with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.ledger.verifier.making import (
    BASE,
    Export,
    Signer,
    make_entry,
    make_export,
    tree,
    write_bundles,
    write_tiles,
)

Expected = tuple[Any, Any, Any]
"""Word, shard, index; or ``("ok", None, None)``."""

OK: Expected = ("ok", None, None)
OLD, NEW = Signer(f"{BASE}/2026"), Signer(f"{BASE}/2026", "after rotation")


@dataclass(frozen=True)
class Case:
    """A folder, what is asked about it, and the answer."""

    expected: Expected
    vkeys: tuple[str, ...] = ()
    policy: bytes | None = None
    previous: bytes | None = None
    max_age: float | None = None
    proof: tuple[bytes, bytes] | None = None  # and its entry
    partial: bool = False


CASES: dict[str, Callable[[Path], Case]] = {}
"""By name: writes a folder, says what is to be found."""


def case(make: Callable[[Path], Case]) -> Callable[[Path], Case]:
    CASES[make.__name__] = make
    return make


def written(folder: Path, export: Export | None = None) -> Export:
    export = export or make_export()
    export.write(folder)
    return export


def rebundled(folder: Path, entries: Sequence[bytes], label: str = "2026") -> None:
    shutil.rmtree(folder / label / "tile" / "entries")
    write_bundles(folder / label, entries)


def retiled(folder: Path, hashes: Sequence[bytes], label: str = "2026") -> None:
    for one in (folder / label / "tile").iterdir():
        if one.name != "entries":
            shutil.rmtree(one)
    write_tiles(folder / label, hashes)


def changed(entry: bytes) -> bytes:
    return entry.replace(b'"full"', b'"fool"')


def fresh(folder: Path, age: timedelta) -> None:
    start = datetime.now(UTC) - age - timedelta(seconds=10)
    written(folder, make_export({"2026": 10}, more=lambda _, n: make_entry(n, start=start))).write(folder, [])


def rotated(signers: list[Signer], *, retire: bool = True) -> Export:
    export = make_export()
    log = export.log("2026")
    log.entries[500] = make_entry(
        500, "ledger.key_added", {"origin": log.origin, "vkey": NEW.vkey, "key_id": NEW.key_id.hex()}
    )
    if retire:
        log.entries[700] = make_entry(700, "ledger.key_retired", {"origin": log.origin, "key_id": OLD.key_id.hex()})
    log.signers = signers
    return export


def pruned(folder: Path, **said: object) -> Export:
    export = make_export()
    old, new = export.log("2025"), export.log("2026")
    told = {"label": "2025", "origin": old.origin, "size": 300, "root": tree(old.hashes).hex(), **said}
    new.entries[10] = make_entry(10, "ledger.shard_pruned", told)
    export.write(folder)
    shutil.rmtree(folder / "2025" / "tile" / "entries")
    return export
