"""What was asked for."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.ledger.verifier.making import (
    BASE,
    Signer,
    disclosure,
    make_export,
    tlog_proof,
)
from tests.ledger.verifier.mutations.cases import (
    Case,
    case,
    changed,
    fresh,
    written,
)


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
