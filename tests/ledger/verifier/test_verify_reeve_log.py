"""The one-file verifier against exports that were made without Reeve, right and wrong ones."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.ledger.verifier import verifier_files, verify_reeve_log
from tests.ledger.verifier.asking import answer, ask, options
from tests.ledger.verifier.making import Signer, make_export, tlog_proof
from tests.ledger.verifier.mutations import CASES

FILE = Path(verify_reeve_log.__file__)


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str, tmp_path: Path) -> None:
    case = CASES[name](tmp_path / "export")
    result = ask(tmp_path / "export", *options(case, tmp_path / "aside"))
    assert answer(result) == case.expected, result["findings"]
    assert result["exit"] == (0 if case.expected[0] == "ok" else 4)


def test_every_word_is_said_in_some_case(tmp_path: Path) -> None:
    said = {CASES[name](tmp_path / name).expected[0] for name in CASES}
    assert said == {"ok", *verify_reeve_log.WORDS}


def test_it_imports_nothing_but_the_standard_library_and_cryptography() -> None:
    found = set()
    for one in ast.walk(ast.parse(FILE.read_bytes(), feature_version=(3, 9))):
        if isinstance(one, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in one.names}
        elif isinstance(one, ast.ImportFrom):
            assert one.level == 0
            found.add(str(one.module).partition(".")[0])
    assert found - sys.stdlib_module_names == {"cryptography"}


def test_it_runs_alone_from_the_export(tmp_path: Path) -> None:
    make_export().write(tmp_path)
    command = [
        sys.executable,
        "-I",
        "-S",
        str(tmp_path / "verify_reeve_log.py"),
        str(tmp_path),
    ]  # -S: no cryptography either
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("VERIFIED: everything holds\n")
    assert "compare each key id" in done.stdout
    assert done.stderr == ""


def test_it_says_to_people_what_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES["entry_removed"](tmp_path)
    assert verify_reeve_log.main([str(tmp_path), "--vkey", make_export().log("2026").signers[0].vkey]) == 4
    output = capsys.readouterr().out
    assert "DELETION in shard 2026 at entry 517" in output
    assert output.endswith("NOT VERIFIED: deletion\n")
    assert "compare each key id" not in output
    assert case.expected[0] == "deletion"


def test_what_it_says_to_programs(tmp_path: Path) -> None:
    export = make_export()
    export.write(tmp_path)
    result = ask(tmp_path)
    assert result["keys"] == "folder"
    assert (
        [one["size"] for one in result["shards"]] == [one["entries_checked"] for one in result["shards"]] == [300, 1000]
    )
    assert result["disclosures_checked"] == 3
    signer = export.log("2026").signers[0]
    assert result["shards"][1]["signed_by"] == [f"{signer.name}+{signer.key_id.hex()}"]


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "quorum\n",
        "quorum w\n",
        "quorum none\nquorum none\n",
        "log x\nquorum none\n",
        "witness w\nquorum none\n",
        "group g 1 w\nquorum none\n",
        "group g all\nquorum none\n",
        f"witness w {Signer('w', algorithm=4).vkey}\ngroup g 2 w\nquorum g\n",
        f"witness w {Signer('w', algorithm=4).vkey}\ngroup g 0 w\nquorum g\n",
        f"witness none {Signer('w', algorithm=4).vkey}\nquorum none\n",
        "hello\nquorum none\n",
    ],
)
def test_a_policy_that_is_none_is_bad_usage(policy: str, tmp_path: Path) -> None:
    (tmp_path / "policy").write_text(policy)
    assert verify_reeve_log.main([str(tmp_path), "--policy", str(tmp_path / "policy")]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["/does/not/exist"],
        [],
        [".", "--proof", "x"],
        [".", "--vkey", "hello"],
        [".", "--previous", "/does/not/exist"],
        ["--proof", "x", "--entry", "y"],
    ],
    ids=" ".join,
)
def test_bad_usage_is_exit_2(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        assert verify_reeve_log.main(arguments) == 2
    except SystemExit as exc:
        assert exc.code == 2  # noqa: PT017 - argparse leaves so


def test_a_proof_is_checked_without_a_folder(tmp_path: Path) -> None:
    log = make_export().log("2026")
    for name, data in {"p": tlog_proof(7, log.hashes, log.checkpoint()), "e": log.entries[7], "other": b"x"}.items():
        (tmp_path / name).write_bytes(data)
    key = ("--vkey", log.signers[0].vkey)
    proof = ("--proof", str(tmp_path / "p"), "--entry")
    assert ask(None, *key, *proof, str(tmp_path / "e"))["ok"]
    assert ask(None, *key, *proof, str(tmp_path / "other"))["verdict"] == "edit"
    stranger = ("--vkey", Signer(log.origin, "thief").vkey)
    assert ask(None, *stranger, *proof, str(tmp_path / "e"))["verdict"] == "wrong_key"


def test_names_in_a_hostile_export_do_not_reach_the_terminal(tmp_path: Path) -> None:
    make_export().write(tmp_path)
    (tmp_path / "2026").rename(tmp_path / "2026\x1b[2J\u202e")
    command = [sys.executable, "-I", str(tmp_path / "verify_reeve_log.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 4, done.stderr
    assert "2026<U+001B>[2J<U+202E>" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_key_that_is_given_and_in_the_folder_is_one_key(tmp_path: Path) -> None:
    export = make_export()
    export.write(tmp_path)
    result = ask(tmp_path, "--vkey", export.log("2026").signers[0].vkey)
    assert [len(one["signed_by"]) for one in result["shards"]] == [1, 1]


def test_several_older_checkpoints_are_each_looked_at(tmp_path: Path) -> None:
    log = make_export().log("2026")
    make_export().write(tmp_path / "export")
    for size in (1, 600):
        (tmp_path / str(size)).write_bytes(log.checkpoint(size))
    (tmp_path / "wrong").write_bytes(CASES["previous_is_longer"](tmp_path / "other").previous or b"")
    right = ["--previous", str(tmp_path / "1"), "--previous", str(tmp_path / "600")]
    assert ask(tmp_path / "export", *right)["ok"]
    assert ask(tmp_path / "export", *right, "--previous", str(tmp_path / "wrong"))["verdict"] == "truncation"


def test_the_files_of_an_export_come_with_the_package() -> None:
    found = verifier_files()
    assert sorted(found) == ["verify.html", "verify_reeve_log.py"]
    assert found["verify_reeve_log.py"] == FILE.read_bytes()
    assert found["verify.html"].startswith(b"<!doctype html>")


def test_the_result_has_no_personal_data_but_what_was_disclosed(tmp_path: Path) -> None:
    CASES["disclosed_value_changed"](tmp_path)
    assert "another" not in json.dumps(ask(tmp_path))


def test_the_recipe_explains_every_word_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    recipe = (Path(__file__).parents[3] / "docs/how-to/verify-the-ledger-yourself.md").read_text("utf-8")
    assert set(re.findall(r"^\| (\w+) \|", recipe.partition("## What it says")[2], re.MULTILINE)) - {"word"} == set(
        verify_reeve_log.WORDS
    )
    with pytest.raises(SystemExit):
        verify_reeve_log.main(["--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options <= set(re.findall(r"--[a-z-]+", recipe))
