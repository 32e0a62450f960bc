"""What was done to checkpoints, keys and links."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from pathlib import Path

from tests.ledger.verifier.making import (
    BASE,
    Signer,
    make_export,
    put,
    signed,
    tree,
)
from tests.ledger.verifier.mutations.cases import (
    NEW,
    OLD,
    Case,
    case,
    changed,
    pruned,
    rotated,
    written,
)


@case
def root_of_checkpoint_changed(folder: Path) -> Case:
    log = written(folder).log("2026")
    root = base64.b64encode(tree(log.hashes[:999]))
    path = folder / "2026/checkpoint"
    path.write_bytes(path.read_bytes().replace(base64.b64encode(tree(log.hashes)), root))
    return Case(("edit", "2026", None))


@case
def checkpoint_by_another_key(folder: Path) -> Case:
    export = written(folder)
    log = replace(export.log("2026"), signers=[Signer(f"{BASE}/2026", "thief")])
    put(folder / "2026/checkpoint", log.checkpoint())
    return Case(("wrong_key", "2026", None))


@case
def all_by_another_key(folder: Path) -> Case:
    """Keys and all were replaced: only who has the right key notices."""
    export = make_export()
    key = export.log("2026").signers[0].vkey
    thief = Signer(f"{BASE}/2026", "thief")
    log = export.log("2026")
    log.signers = [thief]
    log.entries[0] = log.entries[0].replace(key.encode(), thief.vkey.encode())
    written(folder, export)
    return Case(("wrong_key", "2026", 0), vkeys=(key,))


@case
def signed_by_a_retired_key(folder: Path) -> Case:
    written(folder, rotated([OLD]))
    return Case(("wrong_key", "2026", None))


@case
def signed_by_a_key_that_no_entry_names(folder: Path) -> Case:
    export = make_export()
    export.log("2026").signers = [NEW]
    written(folder, export)
    return Case(("wrong_key", "2026", None))


@case
def stranger_given(folder: Path) -> Case:
    written(folder)
    return Case(("wrong_key", "2025", None), vkeys=(Signer("stranger.example.org").vkey,))


@case
def checkpoint_that_is_none(folder: Path) -> Case:
    written(folder)
    (folder / "2026/checkpoint").write_bytes(b"hello\n")
    return Case(("malformed", "2026", None))


@case
def checkpoint_removed(folder: Path) -> Case:
    written(folder)
    (folder / "2026/checkpoint").unlink()
    return Case(("malformed", "2026", None))


@case
def cosignature_changed(folder: Path) -> Case:
    export = make_export()
    export.log("2026").signers.append(Signer("witness.example.org", algorithm=4))
    written(folder, export)
    path = folder / "2026/checkpoint"
    head, _, last = path.read_bytes().rpartition(b" ")
    blob = bytearray(base64.b64decode(last))
    blob[11] ^= 1  # the time
    path.write_bytes(head + b" " + base64.b64encode(blob) + b"\n")
    return Case(("edit", "2026", None))


@case
def older_shard_removed(folder: Path) -> Case:
    written(folder)
    shutil.rmtree(folder / "2025")
    return Case(("deletion", "2026", None))


@case
def newer_shard_removed(folder: Path) -> Case:
    written(folder)
    shutil.rmtree(folder / "2026")
    return Case(("truncation", "2025", 300))


@case
def older_shard_replaced(folder: Path) -> Case:
    """By another history, signed by the same key."""
    log = written(folder).log("2025")
    log.entries[17] = changed(log.entries[17])
    shutil.rmtree(folder / "2025")
    log.write(folder / "2025")
    return Case(("fork", "2025", None))


@case
def older_shard_shortened(folder: Path) -> Case:
    """And signed again by the same key."""
    log = written(folder).log("2025")
    shutil.rmtree(folder / "2025")
    replace(log, entries=log.entries[:200]).write(folder / "2025")
    return Case(("truncation", "2025", 200))


@case
def shard_under_another_label(folder: Path) -> Case:
    written(folder)
    (folder / "2026").rename(folder / "2027")
    return Case(("malformed", "2027", None))


@case
def shard_twice(folder: Path) -> Case:
    written(folder)
    shutil.copytree(folder / "2025", folder / "2024")
    return Case(("duplicate", "2024", None))


@case
def bundles_gone_without_a_record(folder: Path) -> Case:
    written(folder)
    shutil.rmtree(folder / "2025/tile/entries")
    return Case(("deletion", "2025", 0))


@case
def bundles_gone_with_a_record_of_another_root(folder: Path) -> Case:
    pruned(folder, root="00" * 32)
    return Case(("deletion", "2025", 0))


@case
def far_less_than_was_signed(folder: Path) -> Case:
    """A log that claims to be endless is not looked through to its end."""
    export = written(folder)
    origin = export.log("2026").origin
    text = f"{origin}\n{2**50}\n{base64.b64encode(bytes(32)).decode()}\n"
    put(folder / "2026/checkpoint", signed(text.encode(), *export.log("2026").signers))
    return Case(("truncation", "2026", 1000))
