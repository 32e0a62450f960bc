"""``reeve ledger``: every subcommand, what it prints for people and for programs, and its exit codes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy, copytree

import pytest

from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.note.note import SigningKey, VerifierKey
from engine.ledger.note.proof import TlogProof
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.proofs import check_inclusion
from tests.cli.reeve import Ran, reeve
from tests.states import with_state

ORIGIN = "audit.example.com/reeve"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reeve.yaml").write_text(f"stores: {{}}\nledger:\n  origin: {ORIGIN}\n", encoding="utf-8")
    return with_state(tmp_path)


def ledger(home: Path, *arguments: str) -> Ran:
    return reeve("ledger", *arguments, folder=home)


def changed(home: Path, statement: str) -> None:
    """Somebody writes to the state behind our back."""
    with closing(sqlite3.connect(home / ".reeve/state.db")) as connection:
        assert connection.execute(statement).rowcount > 0
        connection.commit()


def test_checkpoint_is_printed_as_others_verify_it(home: Path) -> None:
    ran = ledger(home, "checkpoint")
    assert ran.code == 0
    keys = [VerifierKey.parse(line) for line in ledger(home, "vkey").out.splitlines()]
    first = open_checkpoint(ran.out.encode(), keys)
    assert first.origin.startswith(ORIGIN + "/")
    assert first.size > 0
    again = ledger(home, "checkpoint", "--json")
    assert set(again.json) == {"placed", "published", "checkpoint"}
    assert open_checkpoint(again.json["checkpoint"].encode(), keys).size >= first.size


def test_vkey_and_shards(home: Path) -> None:
    keys = ledger(home, "vkey", "--json").json
    assert len(keys) == 1
    assert ledger(home, "vkey").out.split() == keys
    (shard,) = ledger(home, "shards", "--json").json
    assert set(shard) == {"label", "origin", "size", "root", "closed", "pruned"}
    assert (shard["closed"], shard["pruned"]) == (False, False)
    lines = ledger(home, "shards").out
    assert shard["root"] in lines
    assert f"{shard['size']:,} entries, open" in lines


def test_prove_needs_nobody_else(home: Path) -> None:
    printed = ledger(home, "prove", "0")
    assert printed.code == 0
    proof = TlogProof.parse(printed.out.encode())
    written = ledger(home, "prove", "1", "-o", "proofs/of_1")
    assert written.code == 0, written.err
    proof = TlogProof.parse((home / "proofs/of_1/1.tlog-proof").read_bytes())
    entry = (home / "proofs/of_1/1.entry").read_bytes()
    keys = [VerifierKey.parse(line) for line in ledger(home, "vkey").out.splitlines()]
    head = open_checkpoint(proof.checkpoint, keys)
    check_inclusion(leaf_hash(entry), proof.index, head.size, head.root, proof.hashes)


@pytest.mark.parametrize("command", ["prove", "show"])
def test_what_is_not_there_is_said(home: Path, command: str) -> None:
    ledger(home, "checkpoint")
    beyond = ledger(home, command, "99999")
    assert (beyond.code, beyond.out) == (2, "")
    elsewhere = ledger(home, command, "0", "--shard", "1999")
    assert (elsewhere.code, elsewhere.out) == (2, "")
    assert "reeve ledger shards" in elsewhere.err
    assert ledger(home, command, "x").code == 2
    assert ledger(home, command, "--", "-1").code == 2
    for ran in (beyond, elsewhere):
        assert "Traceback" not in ran.err


def test_show_discloses_with_a_reason_only_and_records_it(home: Path) -> None:
    ledger(home, "checkpoint")
    size = ledger(home, "shards", "--json").json[0]["size"]
    documents = [ledger(home, "show", str(index)).json for index in range(size)]
    assert [one["index"] for one in documents] == list(range(size))
    one = next(one for one in documents if one["disclosable"])
    (field, *_) = one["disclosable"]
    assert "disclosed" not in one
    place = [str(one["index"]), "--disclose", field]
    without = ledger(home, "show", *place)
    assert (without.code, without.out) == (2, "")
    assert "reason" in without.err
    shown = ledger(home, "show", *place, "--reason", "asked by the auditor").json
    assert set(shown["disclosed"][field]) == {"value", "salt"}
    assert ledger(home, "show", str(one["index"]), "--disclose", "no_such", "--reason", "x").code == 2
    ledger(home, "checkpoint")
    last = ledger(home, "shards", "--json").json[0]["size"]
    kinds = [ledger(home, "show", str(index)).json["entry"]["type"] for index in range(size, last)]
    assert kinds.count("ledger.disclosed") == 1


def test_export_is_verified_without_configuration(home: Path, tmp_path: Path) -> None:
    ran = ledger(home, "export", "out", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["folder"], ran.json["shards"], ran.json["disclosures"]) == ("out", 1, 0)
    elsewhere = tmp_path / "auditor"
    elsewhere.mkdir()
    copytree(home / "out", elsewhere / "out")
    found = reeve("ledger", "verify", "out", "--json", folder=elsewhere)
    assert found.code == 0, found.err
    assert found.json["verdict"] == "intact"
    assert found.json["entries"] == ran.json["entries"]
    assert not (elsewhere / ".reeve").exists()
    assert not (elsewhere / "reeve.yaml").exists()
    plain = reeve("ledger", "verify", "out", folder=elsewhere)
    assert "intact" in plain.out
    assert "compare them with keys given to you in another way" in plain.err
    (key,) = ledger(home, "vkey", "--json").json
    trusted = reeve("ledger", "verify", "out", "--vkey", key, folder=elsewhere)
    assert trusted.code == 0
    assert "another way" not in trusted.err
    one_log = next((elsewhere / "out").glob("*/checkpoint")).parent
    assert reeve("ledger", "verify", one_log, "--vkey", key, folder=elsewhere).code == 0


def test_export_with_values(home: Path) -> None:
    ran = ledger(home, "export", "out", "--disclose", "--json")
    assert ran.json["disclosures"] > 0
    assert len((home / "out/disclosures.jsonl").read_text().splitlines()) == ran.json["disclosures"]
    ran = ledger(home, "export", "out")
    assert ran.code == 0
    assert "verify_reeve_log.py" in ran.err


def test_export_takes_no_folder_of_other_things(home: Path) -> None:
    (home / "mine").mkdir()
    (home / "mine/letter.txt").write_text("dear")
    ran = ledger(home, "export", "mine")
    assert (ran.code, ran.out) == (2, "")
    assert "empty folder" in ran.err
    assert [one.name for one in (home / "mine").iterdir()] == ["letter.txt"]
    assert ledger(home, "export", "mine/letter.txt").code == 2
    with closing(sqlite3.connect(home / ".reeve/state.db")) as connection:
        query = "SELECT count(*) FROM outbox WHERE type = 'ledger.exported'"
        assert connection.execute(query).fetchone() == (0,), "what did not happen is not recorded"


def test_verify_of_the_own_state(home: Path) -> None:
    ran = ledger(home, "verify", "--json")
    assert (ran.code, ran.json["verdict"], ran.json["problems"]) == (0, "intact", [])
    assert "intact" in ledger(home, "verify").out
    changed(home, "UPDATE outbox SET payload = replace(payload, '\"v\":1', '\"v\":2') WHERE ledger_index = 1")
    bad = ledger(home, "verify", "--json")
    assert (bad.code, bad.json["verdict"]) == (4, "edit")
    assert bad.json["problems"][0]["index"] == 1
    lines = ledger(home, "verify")
    assert lines.code == 4
    assert "from entry 1" in lines.out


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_shard SET root = zeroblob(32)",
        "UPDATE ledger_shard SET size = size + 1",
        "UPDATE ledger_tile SET hashes = zeroblob(length(hashes))",
        "UPDATE ledger_checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'audit', 'other') AS BLOB)",
    ],
)
def test_verify_says_what_is_wrong_however_the_state_was_changed(home: Path, statement: str) -> None:
    ledger(home, "checkpoint")
    changed(home, statement)
    bad = ledger(home, "verify", "--json")
    assert bad.code == 4, bad.err
    assert bad.json["verdict"] != "intact"
    assert "Traceback" not in bad.err
    assert ledger(home, "checkpoint").code == 4 or "checkpoint" in statement


def test_verify_of_a_changed_folder(home: Path) -> None:
    ledger(home, "export", "out")
    bundle = next(path for path in (home / "out").glob("*/tile/entries/000.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b"ledger.shard_opened", b"ledger.shard_openid", 1))
    ran = reeve("ledger", "verify", "out", "--json", folder=home)
    assert (ran.code, ran.json["verdict"]) == (4, "edit")
    assert ran.json["problems"][0]["index"] == 0
    bundle.write_bytes(b"")
    assert reeve("ledger", "verify", "out", folder=home).code == 4


def test_verify_with_a_checkpoint_that_was_kept(home: Path) -> None:
    (home / "kept").write_text(ledger(home, "checkpoint").out)
    copy(home / ".reeve/state.db", home / "older.db")
    assert ledger(home, "verify", "--previous", "kept").code == 0
    (home / "newer").write_text(ledger(home, "checkpoint").out)
    ledger(home, "export", "out")
    assert reeve("ledger", "verify", "out", "--previous", "kept", "--previous", "newer", folder=home).code == 0
    for extra in home.glob(".reeve/state.db-*"):
        extra.unlink()
    copy(home / "older.db", home / ".reeve/state.db")
    ran = ledger(home, "verify", "--previous", "newer", "--json")
    assert ran.code == 4
    assert ran.json["verdict"] in {"truncation", "fork"}


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (None, 2, ""),
        ("no checkpoint at all", 4, "malformed"),
        ("", 4, "malformed"),
    ],
)
def test_a_kept_checkpoint_that_is_none_is_not_passed_over(
    home: Path, content: str | None, code: int, word: str
) -> None:
    ledger(home, "export", "out")
    if content is not None:
        (home / "kept").write_text(content)
    ran = reeve("ledger", "verify", "out", "--previous", "kept", "--json", folder=home)
    assert ran.code == code, ran.err
    if word:
        assert ran.json["verdict"] == word
    else:
        assert "kept cannot be read" in ran.err


def test_a_kept_checkpoint_of_another_ledger_is_not_passed_over(home: Path, tmp_path: Path) -> None:
    ledger(home, "export", "out")
    other = tmp_path / "other"
    other.mkdir()
    (with_state(other) / "reeve.yaml").write_text("stores: {}\n", encoding="utf-8")
    (home / "kept").write_text(ledger(other, "checkpoint").out)
    ran = reeve("ledger", "verify", "out", "--previous", "kept", "--json", folder=home)
    assert (ran.code, ran.json["verdict"]) == (4, "wrong_key")
    (key,) = ledger(other, "vkey", "--json").json
    (own,) = ledger(home, "vkey", "--json").json
    both = ["--vkey", key, "--vkey", own]
    ran = reeve("ledger", "verify", "out", *both, "--previous", "kept", "--json", folder=home)
    assert (ran.code, ran.json["verdict"]) == (4, "deletion")


def test_verify_says_what_to_do(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in ("empty", "missing"):
        ran = reeve("ledger", "verify", place, folder=tmp_path)
        assert ran.code == 2
        assert "reeve ledger export" in ran.err
    ledger(home, "export", "out")
    (home / "out/vkeys").unlink()
    ran = reeve("ledger", "verify", "out", folder=home)
    assert ran.code == 2
    assert "--vkey" in ran.err
    ran = reeve("ledger", "verify", "out", "--vkey", "nonsense", folder=home)
    assert ran.code == 2, "a key that is none is bad usage, and says nothing about the ledger"
    assert "Traceback" not in ran.err


def test_verify_by_a_strangers_key(home: Path) -> None:
    ledger(home, "export", "out")
    stranger = str(SigningKey.generate("example.com/foo").verifier)
    ran = reeve("ledger", "verify", "out", "--vkey", stranger, "--json", folder=home)
    assert (ran.code, ran.json["verdict"]) == (4, "wrong_key")


def test_the_age_of_the_newest_entry(home: Path) -> None:
    ledger(home, "export", "out")
    assert reeve("ledger", "verify", "out", "--max-age", "1", folder=home).code == 0
    ran = reeve("ledger", "verify", "out", "--max-age", "0", "--json", folder=home)
    assert (ran.code, ran.json["verdict"]) == (4, "stale")


def test_reconcile(home: Path) -> None:
    ran = ledger(home, "reconcile", "--json")
    assert ran.code == 0, ran.out
    assert ran.json["gaps"] == []
    assert "complete" in ledger(home, "reconcile").out
    changed(home, "UPDATE outbox SET payload = payload || ' ' WHERE drained_at IS NULL")
    bad = ledger(home, "reconcile", "--json")
    assert bad.code == 4
    assert bad.json["gaps"]


def test_keys_change_with_an_overlap(home: Path) -> None:
    (old,) = ledger(home, "vkey", "--json").json
    new = ledger(home, "add-key").out.strip()
    assert ledger(home, "vkey", "--json").json == [old, new] or ledger(home, "vkey", "--json").json == [new, old]
    ran = ledger(home, "retire-key", old.split("+")[1])
    assert ran.code == 0, ran.err
    note = ledger(home, "checkpoint").out.encode()
    assert open_checkpoint(note, [VerifierKey.parse(new)]).origin.startswith(ORIGIN)
    only = ledger(home, "retire-key", new.split("+")[1])
    assert only.code == 2
    assert "reeve ledger add-key" in only.err
    unknown = ledger(home, "retire-key", "00000000")
    assert unknown.code == 2
    assert "reeve ledger vkey" in unknown.err
    assert ledger(home, "verify").code == 0


def test_a_target_that_cannot_be_written_is_exit_3_and_loses_nothing(home: Path) -> None:
    with (home / "reeve.yaml").open("a") as config:
        config.write("  publish: [{path: published}]\n")
    (home / "published").write_text("a file stands where the folder should")
    ran = ledger(home, "checkpoint")
    assert ran.code == 3
    assert "next time" in ran.err
    for command in (["vkey"], ["prove", "0"], ["show", "0"]):
        assert ledger(home, *command).code == 0, "what is signed is shown all the same"
    added = ledger(home, "add-key")
    assert added.code == 3
    assert added.out.strip() in ledger(home, "vkey").out.split(), "a key that was made is told"
    (home / "published").unlink()
    assert ledger(home, "checkpoint").code == 0
    assert list((home / "published").glob("*/checkpoint"))


def test_a_restored_state_is_exit_4(home: Path) -> None:
    with (home / "reeve.yaml").open("a") as config:
        config.write("  publish: [{path: published}]\n")
    ledger(home, "checkpoint")
    copy(home / ".reeve/state.db", home / "older.db")
    ledger(home, "add-key")
    for extra in home.glob(".reeve/state.db-*"):
        extra.unlink()
    copy(home / "older.db", home / ".reeve/state.db")
    ledger(home, "reconcile")
    ran = ledger(home, "checkpoint")
    assert ran.code == 4
    assert "published before" in ran.err
    found = ledger(home, "verify", "--json")
    assert found.code == 4
    assert found.json["verdict"] in {"truncation", "fork"}


def test_without_configuration_all_but_the_folder_say_what_is_missing(tmp_path: Path) -> None:
    for command in (["checkpoint"], ["vkey"], ["shards"], ["show", "0"], ["prove", "0"], ["export", "x"], ["verify"]):
        ran = reeve("ledger", *command, folder=tmp_path)
        assert (ran.code, ran.out) == (2, ""), command
        assert "reeve.yaml" in ran.err
    assert not (tmp_path / ".reeve").exists()


def test_json_is_one_document(home: Path) -> None:
    for command in (["checkpoint"], ["vkey"], ["shards"], ["reconcile"], ["verify"], ["export", "out"]):
        json.loads(ledger(home, *command, "--json").out)
