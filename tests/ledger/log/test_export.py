"""Exports: what they hold, who verifies them, and what each kind of change is called."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree

import pytest
from sigstore._internal.merkle import _chain_border_right, _chain_inner, _decomp_inclusion_proof, _hash_leaf

from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.state.canonical import canonical
from engine.base.state.commitments import Disclosure, check_commitment
from engine.base.state.database import Database
from engine.ledger.log.export import shard_folders
from engine.ledger.log.publishing import LogDisagrees
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.verification import Expected, Report, verify
from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from engine.ledger.note.note import Note, SigningKey, VerifierKey
from engine.ledger.note.proof import TlogProof
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.proofs import check_inclusion
from engine.ledger.tree.tiles import format_bundle, parse_bundle
from tests.conftest import START
from tests.ledger.log.trail import CANARY, ledger_of, note_some

COUNT = 300


@pytest.fixture
def exported(database: Database, tmp_path: Path) -> Path:
    """A ledger of some three hundred entries: a full bundle and a partial one."""
    note_some(database, COUNT, hidden=CANARY)
    ledger_of(database).export(tmp_path / "export")
    return tmp_path / "export"


def verified(folder: Path, before: list[bytes] | None = None, **more: object) -> Report:
    keys = [VerifierKey.parse(line) for line in (folder / "vkeys").read_text().split()]
    logs = {label: FolderResources(path) for label, path in shard_folders(folder).items()}
    return verify(logs, Expected(keys, before or [], **more))  # type: ignore[arg-type] # what the test says


def bundles(folder: Path) -> tuple[Path, Path]:
    """The full bundle and the partial one."""
    (partial,) = (folder / "2026/tile/entries/001.p").iterdir()
    return folder / "2026/tile/entries/000", partial


def test_an_export_verifies_without_a_state(exported: Path) -> None:
    report = verified(exported)
    assert not report.problems
    assert report.entries == report.checkpoints["2026"].size > COUNT


def test_nothing_personal_is_in_it(exported: Path) -> None:
    for path in exported.rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes().lower()


def test_the_verifier_that_goes_with_it_agrees(exported: Path) -> None:
    done = _outside(exported)
    assert done.returncode == 0, done.stderr
    full, _ = bundles(exported)
    data = bytearray(full.read_bytes())
    data[100] ^= 1
    full.write_bytes(data)
    done = _outside(exported)
    assert done.returncode == 4
    assert "edit" in done.stdout


def test_an_implementation_by_others_agrees(database: Database, exported: Path) -> None:
    ledger = ledger_of(database)
    for index in (0, 17, 255, 256, COUNT):
        proved = ledger.prove("2026", index)
        checkpoint = open_checkpoint(proved.proof.checkpoint, ledger.vkeys())
        inner, border = _decomp_inclusion_proof(index, checkpoint.size)
        hashes = list(proved.proof.hashes)
        assert len(hashes) == inner + border
        found = _chain_inner(_hash_leaf(proved.entry), hashes[:inner], index)
        assert _chain_border_right(found, hashes[inner:]) == checkpoint.root


def test_a_proof_stands_alone_and_is_small(database: Database, exported: Path) -> None:
    ledger = ledger_of(database)
    proved = ledger.prove("2026", 7)
    proof = TlogProof.parse(proved.proof.format())
    checkpoint = open_checkpoint(proof.checkpoint, ledger.vkeys())
    check_inclusion(leaf_hash(proved.entry), proof.index, checkpoint.size, checkpoint.root, proof.hashes)
    assert len(proved.proof.format()) < 2000


def test_an_export_is_continued(database: Database, exported: Path) -> None:
    first = (exported / "2026/checkpoint").read_bytes()
    note_some(database, 400)
    ledger_of(database).export(exported)
    report = verified(exported, [first])
    assert not report.problems
    assert report.entries > COUNT + 400


def test_another_ledgers_folder_is_not_written_to(database: Database, exported: Path) -> None:
    stranger = SigningKey.generate("elsewhere.example/2026")
    (exported / "2026/checkpoint").write_bytes(
        sign_checkpoint(Checkpoint(stranger.name, 0, leaf_hash(b"")), [stranger])
    )
    with pytest.raises(LogDisagrees):
        ledger_of(database).export(exported)


def test_a_folder_with_other_things_is_not_written_to(database: Database, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    note_some(database, 1)
    with pytest.raises(BadInput, match="not empty"):
        ledger_of(database).export(tmp_path / "mine")


def test_chosen_values_open_their_commitments(database: Database, tmp_path: Path) -> None:
    note_some(database, 2, hidden=CANARY)
    ledger_of(database).export(tmp_path / "export", disclose=True)
    lines = [json.loads(line) for line in (tmp_path / "export/disclosures.jsonl").read_text().splitlines()]
    shown = [one for one in lines if one["value"] == CANARY]
    assert len(shown) == 2
    for one in shown:
        entry = _entry(tmp_path / "export", one["index"])
        assert check_commitment(entry, one["field"], Disclosure(one["value"], bytes.fromhex(one["salt"])))
        assert not check_commitment(entry, one["field"], Disclosure("another", bytes.fromhex(one["salt"])))
    assert _outside(tmp_path / "export").returncode == 0
    ledger_of(database).export(tmp_path / "export")
    assert not (tmp_path / "export/disclosures.jsonl").exists(), "values are handed on only where that is asked for"


Change = Callable[[list[bytes]], list[bytes]]
CHANGES: dict[str, Change] = {
    "edit": lambda all_: [*all_[:9], all_[9].replace(b"test.noted", b"test.nuted"), *all_[10:]],
    "deletion": lambda all_: [*all_[:9], *all_[10:]],
    "reorder": lambda all_: [*all_[:9], all_[10], all_[9], *all_[11:]],
    "duplicate": lambda all_: [*all_[:9], all_[8], *all_[10:]],
    "truncation": lambda all_: all_[:-1],
}


@pytest.mark.parametrize("word", CHANGES)
@pytest.mark.parametrize("which", [0, 1], ids=["full", "partial"])
def test_a_change_of_entries_has_its_name(exported: Path, word: str, which: int) -> None:
    path = bundles(exported)[which]
    width = 256 if which == 0 else int(path.name)
    path.write_bytes(format_bundle(CHANGES[word](parse_bundle(path.read_bytes(), width))))
    if (word, which) == ("truncation", 0):
        word = "deletion"  # others follow
    problem = verified(exported).problems[0]
    assert problem.verdict.value == word
    assert problem.index is not None
    done = _outside(exported)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (4, word)


def test_entries_that_are_left_out_while_all_others_move_up_are_a_deletion(exported: Path) -> None:
    full, partial = bundles(exported)
    entries = [*parse_bundle(full.read_bytes(), 256), *parse_bundle(partial.read_bytes(), int(partial.name))]
    del entries[9]
    full.write_bytes(format_bundle(entries[:256]))
    partial.write_bytes(format_bundle(entries[256:]))
    problem = verified(exported).problems[0]
    assert (problem.verdict.value, problem.index) == ("deletion", 9)


def test_an_older_state_is_a_truncation_to_whoever_kept_a_checkpoint(database: Database, exported: Path) -> None:
    copytree(exported, exported.with_name("older"))
    note_some(database, 5)
    ledger_of(database).export(exported)
    newer = (exported / "2026/checkpoint").read_bytes()
    assert [one.verdict.value for one in verified(exported.with_name("older"), [newer]).problems] == ["truncation"]


def test_another_history_is_a_fork(database: Database, exported: Path) -> None:
    """Whoever has the key can sign anything; a kept checkpoint shows it."""
    from engine.ledger.log.keys import signing_keys

    with database.snapshot() as session:
        keys = signing_keys(session, "2026")
    real = open_checkpoint((exported / "2026/checkpoint").read_bytes(), [key.verifier for key in keys])
    forged = sign_checkpoint(Checkpoint(real.origin, real.size - 1, leaf_hash(b"forged")), keys)
    assert [one.verdict.value for one in verified(exported, [forged]).problems] == ["fork"]


def test_a_stranger_signed_it(exported: Path) -> None:
    path = exported / "2026/checkpoint"
    text = Note.parse(path.read_bytes()).text
    checkpoint = Checkpoint.parse(text)
    path.write_bytes(sign_checkpoint(checkpoint, [SigningKey.generate(checkpoint.origin)]))
    assert [one.verdict.value for one in verified(exported).problems] == ["wrong_key"]


def test_silence_makes_it_stale(exported: Path) -> None:
    late = START + timedelta(hours=3)
    report = verified(exported, now=late, oldest=timedelta(hours=2))
    assert [one.verdict.value for one in report.problems] == ["stale"]
    assert not verified(exported, now=late, oldest=timedelta(hours=4)).problems


def test_a_missing_year_is_missed(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    from shutil import rmtree

    note_some(database, 3)
    ledger_of(database).settle()
    clock.instant += timedelta(days=365)
    note_some(database, 3)
    ledger_of(database).settle()
    clock.instant += timedelta(days=365)
    note_some(database, 3)
    folder = tmp_path / "export"
    ledger_of(database).export(folder)
    assert not verified(folder).problems
    copytree(folder, tmp_path / "first_lost")
    rmtree(tmp_path / "first_lost/2026")
    assert verified(tmp_path / "first_lost").problems[0].verdict.value == "deletion"
    copytree(folder, tmp_path / "middle_lost")
    rmtree(tmp_path / "middle_lost/2027")
    assert verified(tmp_path / "middle_lost").problems
    rmtree(folder / "2028")
    assert verified(folder).problems[0].verdict.value == "truncation"


def _outside(folder: Path) -> subprocess.CompletedProcess[str]:
    """The verifier that goes with an export, in a Python that sees nothing of Reeve."""
    command = [sys.executable, "-I", "verify_reeve_log.py", ".", "--json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})


def _entry(folder: Path, index: int) -> bytes:
    (path,) = (folder / "2026/tile/entries/000.p").iterdir()
    return parse_bundle(path.read_bytes(), int(path.name))[index]


def test_entries_are_canonical(exported: Path) -> None:
    entry = parse_bundle(bundles(exported)[0].read_bytes(), 256)[5]
    assert canonical(json.loads(entry)) == entry
