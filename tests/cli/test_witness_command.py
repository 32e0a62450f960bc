"""``reeve witness``: a folder of its own, and no configuration."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from engine.ledger.note.note import VerifierKey
from engine.ledger.note.policy import Policy, PolicyLog
from engine.ledger.note.schemes import Algorithm
from engine.ledger.witness.client import WitnessDisagrees, cosign
from engine.ledger.witness.folder import WitnessFolder
from tests.cli.reeve import Ran, reeve
from tests.ledger.note import vectors
from tests.ledger.witness.logs import KEY, ORIGIN, SmallLog
from tests.ledger.witness.processes import running, serving

NAME = "witness.example/w1"
LOG = SmallLog(20)


def made(folder: Path) -> VerifierKey:
    ran = reeve("witness", "init", "w", "--name", NAME, folder=folder)
    assert ran.code == 0, ran.err
    return VerifierKey.parse(ran.out.rstrip("\n"))


def show(folder: Path) -> Ran:
    return reeve("witness", "show", "w", "--json", folder=folder)


def test_init_prints_the_public_key_and_keeps_the_private_one_from_others(tmp_path: Path) -> None:
    key = made(tmp_path)
    assert (key.name, key.algorithm) == (NAME, Algorithm.COSIGNATURE)
    assert stat.S_IMODE((tmp_path / "w").stat().st_mode) == 0o700
    for file in (tmp_path / "w").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not (tmp_path / ".reeve").exists()
    again = reeve("witness", "init", "w", "--name", NAME, folder=tmp_path)
    assert (again.code, again.out) == (2, "")
    assert show(tmp_path).json["keys"] == [str(key)]


def test_init_with_mldsa_prints_two_keys(tmp_path: Path) -> None:
    ran = reeve("witness", "init", "w", "--name", NAME, "--mldsa", folder=tmp_path)
    algorithms = [VerifierKey.parse(line).algorithm for line in ran.out.splitlines()]
    assert algorithms == [Algorithm.COSIGNATURE, Algorithm.MLDSA44]


def test_a_name_that_cannot_be_signed_with_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    for name in ("", "a b", "a+b"):
        assert reeve("witness", "init", "w", "--name", name, folder=tmp_path).code == 2
    assert not (tmp_path / "w").exists()


def test_trust_is_remembered_once_and_only_for_keys_of_logs(tmp_path: Path) -> None:
    witness = made(tmp_path)
    assert reeve("witness", "trust", "w", vectors.PETER_KEY, str(KEY.verifier), folder=tmp_path).code == 0
    for bad in (vectors.PETER_KEY, vectors.PETER_KEY[:-1], "", str(witness)):
        assert reeve("witness", "trust", "w", bad, folder=tmp_path).code == 2
    logs = show(tmp_path).json["logs"]
    assert [(log["origin"], log["keys"], log["size"]) for log in logs] == [
        ("PeterNeumann", [vectors.PETER_KEY], None),
        (ORIGIN, [str(KEY.verifier)], None),
    ]


def test_a_folder_without_a_witness_is_refused(tmp_path: Path) -> None:
    for command in (["show", "w"], ["run", "w"], ["trust", "w", vectors.PETER_KEY]):
        ran = reeve("witness", *command, folder=tmp_path)
        assert ran.code == 2
        assert "reeve witness init" in ran.err


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "w" / "key").chmod(0o644)
    assert reeve("witness", "run", "w", folder=tmp_path).code == 2


def test_a_key_that_was_damaged_is_told(tmp_path: Path) -> None:
    made(tmp_path)
    file = tmp_path / "w" / "key"
    file.write_bytes(file.read_bytes().replace(b"w1+", b"w2+"))
    assert reeve("witness", "run", "w", folder=tmp_path).code == 4


def test_show_tells_what_was_cosigned_and_leaves_with_4_for_a_fork(tmp_path: Path) -> None:
    key = made(tmp_path)
    reeve("witness", "trust", "w", str(KEY.verifier), folder=tmp_path)
    folder = WitnessFolder.open(tmp_path / "w")
    with serving(folder) as url:
        cosign(url, key, LOG.signed(9), 0, [])
        ran = show(tmp_path)
        assert ran.code == 0
        assert ran.json["logs"][0]["size"] == 9
        assert ran.json["logs"][0]["root"] == LOG.root(9).hex()
        fork = LOG.fork(3, 9)
        with pytest.raises(WitnessDisagrees):
            cosign(url, key, fork.signed(9), 9, [])
    ran = show(tmp_path)
    assert ran.code == 4
    assert ran.json["forks"][0]["origin"] == ORIGIN
    assert ran.json["forks"][0]["refused"].encode() == fork.signed(9)
    lines = reeve("witness", "show", "w", folder=tmp_path)
    assert lines.code == 4
    assert f"FORK of {ORIGIN} at 9 entries" in lines.out
    assert fork.signed(9).decode() in lines.out


def test_run_trusts_what_it_is_given_for_this_run(tmp_path: Path) -> None:
    key = made(tmp_path)
    other = SmallLog(5, key=type(KEY)("example.com/other", bytes(32)))
    (tmp_path / "policy").write_bytes(Policy((PolicyLog(other.key.verifier),)).format().encode())
    options = ["--log", str(KEY.verifier), "--policy", str(tmp_path / "policy")]
    with running(tmp_path / "w", *options) as (url, _):
        cosign(url, key, LOG.signed(9), 0, [])
        cosign(url, key, other.signed(5), 0, [])
    assert [log["keys"] for log in show(tmp_path).json["logs"]] == [[], []]


def test_run_says_what_is_wrong_with_what_it_is_given(tmp_path: Path) -> None:
    made(tmp_path)
    (tmp_path / "policy").write_text("quorum w\n")
    for options in (["--log", "x"], ["--policy", "policy"], ["--policy", "missing"], ["--host", "192.0.2.1"]):
        ran = reeve("witness", "run", "w", *options, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
