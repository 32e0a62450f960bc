"""What can be done to an export, and what each of both verifiers must say about it."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.ledger.verifier.making import (
    BASE,
    Export,
    Signer,
    bundle,
    disclosure,
    leaf,
    make_entry,
    make_export,
    plain,
    put,
    signed,
    tile_name,
    tlog_proof,
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


# --- what holds ---


@case
def right(folder: Path) -> Case:
    written(folder)
    return Case(OK)


@case
def right_key_given(folder: Path) -> Case:
    """The key of the older shard is trusted, the newer one's is announced by it."""
    export = written(folder)
    return Case(OK, vkeys=(export.log("2025").signers[0].vkey,))


@case
def right_newer_key_given(folder: Path) -> Case:
    """The newer shard pins the head of the older one."""
    return Case(OK, vkeys=(written(folder).log("2026").signers[0].vkey,))


@case
def right_previous(folder: Path) -> Case:
    return Case(OK, previous=written(folder).log("2026").checkpoint(517))


@case
def right_previous_of_closed_shard(folder: Path) -> Case:
    return Case(OK, previous=written(folder).log("2025").checkpoint(256))


@case
def right_proof(folder: Path) -> Case:
    log = written(folder).log("2026")
    return Case(OK, proof=(tlog_proof(300, log.hashes[:700], log.checkpoint(700)), log.entries[300]))


@case
def right_sizes_of_whole_tiles(folder: Path) -> Case:
    written(folder, make_export({"2024": 2, "2025": 256, "2026": 512}))
    return Case(OK)


@case
def right_with_one_entry(folder: Path) -> Case:
    written(folder, make_export({"2026": 1})).write(folder, [])
    return Case(OK)


@case
def right_single_log(folder: Path) -> Case:
    log = make_export().log("2026")
    log.write(folder)
    return Case(OK, vkeys=(log.signers[0].vkey,))


@case
def right_wider_tiles(folder: Path) -> Case:
    """The log went on after its checkpoint: full tiles where partial ones would do (C2SP tlog-tiles)."""
    export = written(folder)
    log = export.log("2026")
    longer = [*log.entries, *(make_entry(n) for n in range(1000, 1030))]
    retiled(folder, [leaf(one) for one in longer])
    rebundled(folder, longer)
    return Case(OK)


@case
def right_pruned(folder: Path) -> Case:
    pruned(folder)
    return Case(OK)


@case
def right_part(folder: Path) -> Case:
    written(folder)
    shutil.rmtree(folder / "2025")
    return Case(OK, partial=True)


@case
def right_rotated(folder: Path) -> Case:
    written(folder, rotated([NEW]))
    return Case(OK)


@case
def right_rotated_overlap(folder: Path) -> Case:
    written(folder, rotated([OLD, NEW], retire=False))
    return Case(OK, vkeys=(OLD.vkey,))


@case
def right_rotated_with_old_checkpoint(folder: Path) -> Case:
    """Who trusts the old key learns of the new one from entries that the old one signed."""
    export = written(folder, rotated([NEW]))
    log = replace(export.log("2026"), signers=[OLD])
    return Case(OK, vkeys=(OLD.vkey,), previous=log.checkpoint(600))


@case
def right_cosigned(folder: Path) -> Case:
    export = make_export()
    export.log("2026").signers.append(Signer("witness.example.org", algorithm=4))
    written(folder, export)
    return Case(OK)


@case
def right_witness_given(folder: Path) -> Case:
    export = make_export()
    witness = Signer("witness.example.org", algorithm=4)
    export.log("2026").signers.append(witness)
    written(folder, export)
    return Case(OK, vkeys=(export.log("2026").signers[0].vkey, witness.vkey))


@case
def witness_did_not_sign(folder: Path) -> Case:
    written(folder)
    return Case(("wrong_key", "2026", None), vkeys=(Signer("witness.example.org", algorithm=4).vkey,))


WITNESSES = [Signer(f"witness.example.org/{n}", algorithm=4) for n in range(3)]


def witnessed(folder: Path, signed: int, quorum: str) -> Case:
    """So many of three witnesses signed the newest checkpoint; the policy asks for two of them, or for another thing."""
    export = make_export()
    log = export.log("2026")
    policy = "# whom to believe\n\n" + "".join(f"witness w{n} {one.vkey}\n" for n, one in enumerate(WITNESSES))
    policy = f"log {log.signers[0].vkey} https://{log.origin}/\n{policy}group two 2 w0 w1 w2\ngroup one any two\n"
    log.signers += WITNESSES[:signed]
    written(folder, export)
    expected = OK if signed >= 2 or quorum == "none" else ("wrong_key", "2026", None)
    return Case(expected, policy=f"{policy}quorum {quorum}\n".encode())


@case
def right_quorum(folder: Path) -> Case:
    return witnessed(folder, 2, "one")


@case
def right_without_quorum(folder: Path) -> Case:
    return witnessed(folder, 0, "none")


@case
def quorum_missed(folder: Path) -> Case:
    return witnessed(folder, 1, "two")


@case
def log_of_the_policy_did_not_sign(folder: Path) -> Case:
    written(folder)
    return Case(
        ("wrong_key", "2025", None), policy=f"log {Signer('stranger.example.org').vkey}\nquorum none\n".encode()
    )


@case
def right_key_of_another_kind(folder: Path) -> Case:
    """A log may sign with ML-DSA beside Ed25519."""
    written(folder)
    path = folder / "vkeys"
    path.write_text(path.read_text() + f"{BASE}/2026+00000000+{base64.b64encode(bytes([6]) * 1313).decode()}\n")
    return Case(OK)


@case
def right_unknown_signature(folder: Path) -> Case:
    """Signatures of keys that are not known are passed over."""
    export = make_export()
    export.log("2026").signers.append(Signer("stranger.example.org"))
    written(folder, export)
    keys = [line for line in (folder / "vkeys").read_text().split("\n") if "stranger" not in line]
    (folder / "vkeys").write_text("\n".join(keys))
    return Case(OK)


@case
def right_odd_values(folder: Path) -> Case:
    """Letters beyond ASCII, real numbers, keys that sort by UTF-16: canonical, but not the quick way."""
    odd = '{"\\u0007":1.5,"z":[1e+21,1e-7,0.000001,333333333.3333333,-0.1,9007199254740992],"\u00e9":"\u20ac\\"",'
    odd += '"\U0001f600":0,"\ufb33":1}'
    entry = make_entry(5).decode().replace('{"masked":true,"note":null,"rows":5,"state":"full"}', odd)
    export = make_export()
    export.log("2026").entries[5] = entry.encode()
    written(folder, export)
    return Case(OK)


@case
def right_fresh(folder: Path) -> Case:
    fresh(folder, timedelta(minutes=5))
    return Case(OK, max_age=3600)


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


# --- what was done to the entries ---


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


# --- what was done to the tiles ---


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


# --- what was done to checkpoints, keys and links ---


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


# --- what was asked for ---


@case
def previous_is_longer(folder: Path) -> Case:
    export = written(folder)
    old = make_export({"2025": 300, "2026": 1100}).log("2026").checkpoint()
    assert export.log("2026").hashes == make_export({"2025": 300, "2026": 1100}).log("2026").hashes[:1000]
    return Case(("truncation", "2026", 1000), previous=old)


@case
def previous_is_of_another_history(folder: Path) -> Case:
    log = written(folder).log("2026")
    other = replace(log, entries=[*log.entries[:3], changed(log.entries[3]), *log.entries[4:]])
    return Case(("fork", "2026", None), previous=other.checkpoint(600))


@case
def previous_has_the_same_size(folder: Path) -> Case:
    log = written(folder).log("2026")
    other = replace(log, entries=[*log.entries[:-1], changed(log.entries[-1])])
    return Case(("fork", "2026", None), previous=other.checkpoint())


@case
def previous_by_another_key(folder: Path) -> Case:
    log = replace(written(folder).log("2026"), signers=[Signer(f"{BASE}/2026", "thief")])
    return Case(("wrong_key", None, None), previous=log.checkpoint(5))


@case
def previous_of_a_shard_that_is_gone(folder: Path) -> Case:
    old = written(folder).log("2025").checkpoint(100)
    shutil.rmtree(folder / "2025")
    return Case(("deletion", None, None), previous=old, partial=True)


@case
def too_old(folder: Path) -> Case:
    fresh(folder, timedelta(hours=2))
    return Case(("stale", None, None), max_age=3600)


@case
def disclosed_value_changed(folder: Path) -> Case:
    export = make_export()
    one = disclosure(export.log("2026"), 40, "store")
    export.write(folder, [disclosure(export.log("2026"), 7, "asset"), {**one, "value": "another"}])
    return Case(("edit", "2026", 40))


@case
def disclosed_beyond_the_end(folder: Path) -> Case:
    export = make_export()
    export.write(folder, [disclosure(export.log("2026"), 1000, "store")])
    return Case(("malformed", "2026", 1000))


@case
def disclosure_that_is_none(folder: Path) -> Case:
    written(folder)
    (folder / "disclosures.jsonl").write_text('{"shard":"2026","index":-1}\n')
    return Case(("malformed", None, None))


@case
def key_that_is_none(folder: Path) -> Case:
    written(folder)
    path = folder / "vkeys"
    path.write_text(path.read_text() + "hello\n")
    return Case(("malformed", None, None))


@case
def proof_for_another_entry(folder: Path) -> Case:
    log = written(folder).log("2026")
    return Case(("edit", None, None), proof=(tlog_proof(300, log.hashes, log.checkpoint()), log.entries[301]))


@case
def proof_with_a_hash_too_many(folder: Path) -> Case:
    log = written(folder).log("2026")
    more = b"\n" + base64.b64encode(bytes(32)) + b"\n\n"
    proof = tlog_proof(300, log.hashes, log.checkpoint()).replace(b"\n\n", more, 1)
    return Case(("malformed", None, None), proof=(proof, log.entries[300]))


@case
def proof_of_another_history(folder: Path) -> Case:
    log = written(folder).log("2026")
    other = replace(log, entries=[*log.entries[:3], changed(log.entries[3]), *log.entries[4:]])
    return Case(("fork", "2026", None), proof=(tlog_proof(3, other.hashes, other.checkpoint()), other.entries[3]))


@case
def empty_folder(folder: Path) -> Case:
    folder.mkdir(exist_ok=True)
    return Case(("malformed", None, None))
