"""Exclusions as users write them: errors with their line, and the same effect in each command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.base.errors import ConfigError
from engine.base.settings import load_settings
from engine.estate.detectors.own import configured_own, read_own
from tests.cli.reeve import reeve
from tests.states import with_state

RULES = """exclude:
  - values: [SUPPORT@shop.example]
    ignore_case: true
    reason: Our own mailbox.
  - entities: [CREDIT_CARD]
    context: [example, test]
    reason: Numbers of the documentation.
  - fields: ["*.ssn"]
    reason: Numbers made up for the tutorial.
"""
CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("exclude: {}\n", 1, "a list of exclusions"),
        ("exclude:\n  - values: [a]\n", 2, "needs `reason`"),
        ("exclude:\n  - reason: ' '\n    values: [a]\n", 2, "1 to 200"),
        ("exclude:\n  - reason: x\n", 2, "would exclude everything"),
        ("exclude:\n  - reason: x\n    value: [a]\n", 3, "did you mean `values`"),
        ("exclude:\n  - reason: x\n    entities: [EMAIL_ADRESS]\n", 3, "did you mean `EMAIL_ADDRESS`"),
        ("exclude:\n  - reason: x\n    entities:\n      - URL\n      - MINE\n", 5, "no such entity"),
        ("exclude:\n  - reason: x\n    fields: [customers]\n", 3, "store/asset.field"),
        ("exclude:\n  - reason: x\n    matching: ['(a+)+']\n", 3, "repeat inside a repeat"),
        ("exclude:\n  - reason: x\n    matching: '(a'\n", 3, "not a regular expression"),
        ("exclude:\n  - reason: x\n    hashes: [abc]\n", 3, "no hash of a value"),
        ("exclude:\n  - reason: x\n    hashes: ['keyed:0:0123456789abcdef']\n", 3, "no hash of a value"),
        ("exclude:\n  - reason: x\n    values_file: none.txt\n", 3, "cannot be read"),
        ("exclude:\n  - reason: x\n    values: [a]\n    ignore_case: maybe\n", 4, "`true` or `false`"),
        ("exclude:\n  - just text\n", 2, "a set of keys"),
    ],
)
@pytest.mark.parametrize("name", ["reeve.yaml", "own.yaml"])
def test_what_is_wrong_has_its_line(tmp_path: Path, name: str, text: str, line: int, told: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        _read(tmp_path, name)
    assert told in f"{caught.value} {caught.value.hint}"
    assert (caught.value.line, Path(caught.value.file).name) == (line, name)


def _read(folder: Path, name: str) -> None:
    if name == "own.yaml":
        read_own([folder / name])
    else:
        configured_own(load_settings(folder=folder))


def test_files_and_configuration_together(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "detectors:\n  - entity: BADGE\n    patterns: ['B-[0-9]{4}']\n"
        "exclude:\n  - entities: [badge]\n    values_file: known.txt\n    reason: first\n"
    )
    (tmp_path / "known.txt").write_text("# ours\nB-1234\nB-\uff11\uff12\uff13\uff15\n", encoding="utf-8")
    (tmp_path / "reeve.yaml").write_text(
        "detectors: own.yaml\nexclude:\n  - matching: '${x}$|B-9.*'\n    entities: BADGE\n    reason: second\n"
    )
    settings = load_settings(folder=tmp_path, environ={})
    first, second = configured_own(settings).exclusions.rules
    assert (first.reason, first.entities, first.values) == ("first", ("BADGE",), ("B-1234", "B-1235"))
    assert second.reason == "second"
    assert second.knows("B-99")
    (tmp_path / "reeve.yaml").write_text("detectors: own.yaml\n")
    other = load_settings(folder=tmp_path, environ={})
    assert other.config_hash != settings.config_hash
    assert len(configured_own(other).exclusions.rules) == 1


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with one file to scan, and rules in a file."""
    lines = "".join(
        f"zoe{n}@mail.example,support@shop.example,219-09-{1000 + n},an example: {CARD}\n" for n in range(60)
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "people.csv").write_text(f"email,contact,ssn,note\n{lines}", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "reeve.yaml").write_text("stores:\n  data: {kind: files, path: data}\n", encoding="utf-8")
    return with_state(tmp_path)


def configure(home: Path, rules: str) -> None:
    (home / "reeve.yaml").write_text(f"stores:\n  data: {{kind: files, path: data}}\n{rules}", encoding="utf-8")


def exported(home: Path) -> dict[str, tuple[str | None, list[str]]]:
    """Entity and exclusions of each field."""
    rows = reeve("inventory", "export", folder=home).json
    return {row["field"]: (row["entity"], row["excluded"]) for row in rows}


WITHOUT: dict[str, tuple[str | None, list[str]]] = {
    "email": ("EMAIL_ADDRESS", []),
    "contact": ("EMAIL_ADDRESS", []),
    "ssn": ("US_SSN", []),
    "note": ("CREDIT_CARD", []),
}
WITH: dict[str, tuple[str | None, list[str]]] = {
    "email": ("EMAIL_ADDRESS", []),
    "contact": (None, ["in 60 rows: Our own mailbox."]),
    "ssn": (None, ["US_SSN in 60 rows: Numbers made up for the tutorial."]),
    "note": (None, ["in 60 rows: Numbers of the documentation."]),
}


def test_a_scan_follows_the_rules_both_ways(home: Path) -> None:
    scanned = reeve("scan", "--json", folder=home).json
    assert scanned["excluded"] == []
    assert exported(home) == WITHOUT

    fields_only = "exclude:" + RULES.partition("  - fields")[1] + RULES.partition("  - fields")[2]
    configure(home, fields_only.replace("exclude:  -", "exclude:\n  -"))
    scanned = reeve("scan", "--json", folder=home).json
    assert (scanned["rows_read"], scanned["judged_anew"]) == (0, {"assets": 1, "fields": 4})
    assert exported(home) == WITHOUT | {"ssn": WITH["ssn"]}

    configure(home, RULES)
    scanned = reeve("scan", "--json", folder=home).json
    assert scanned["rows_read"] == 60
    assert scanned["read_again"]["detectors"][0] == "*"
    assert sorted(scanned["excluded"]) == sorted(
        f"data/people.csv.{field}: {sentence}" for field, (_, told) in WITH.items() for sentence in told
    )
    assert exported(home) == WITH
    assert reeve("scan", "--json", folder=home).json["rows_read"] == 0

    configure(home, "")
    assert "had to be read again" in reeve("scan", folder=home).out
    assert exported(home) == WITHOUT


def test_what_is_excluded_is_shown_everywhere(home: Path) -> None:
    configure(home, RULES)
    assert "Our own mailbox." in reeve("scan", folder=home).out
    assert "(excluded: US_SSN)" in reeve("inventory", "list", "ssn", folder=home).out
    assert "Numbers made up" in reeve("inventory", "show", "data/people.csv", folder=home).out
    (shown,) = reeve("inventory", "show", "data/people.csv.ssn", "--json", folder=home).json["assets"]
    assert shown["fields"][0]["excluded"] == [
        {"entity": "US_SSN", "subtype": None, "rows": 60, "reason": "Numbers made up for the tutorial."}
    ]
    page = reeve("inventory", "export", "--format", "html", folder=home).out
    assert page.count("Excluded by a rule of yours") == 3


def test_a_persons_verdict_stands_beside_an_exclusion(home: Path) -> None:
    configure(home, RULES)
    reeve("scan", folder=home)
    said = reeve("inventory", "correct", "data/people.csv.ssn", "--entity", "US_SSN", "--reason", "real", folder=home)
    assert said.code == 0, said.err
    assert exported(home)["ssn"] == ("US_SSN", WITH["ssn"][1])


def test_files_on_the_command_line(home: Path) -> None:
    rows = reeve("classify-columns", "data/people.csv", "--detectors", "rules.yaml", folder=home).json
    told = {row["field"]: (row["entity"], row.get("excluded", [])) for row in rows}
    assert told["contact"] == (None, [{"entity": None, "rows": 60, "reason": "Our own mailbox."}])
    assert told["ssn"][1] == [{"entity": "US_SSN", "rows": 60, "reason": "Numbers made up for the tutorial."}]
    assert told["email"] == ("EMAIL_ADDRESS", [])
    line = json.dumps({"id": 1, "text": f"to support@shop.example: example {CARD}. Mine is {CARD}"})
    ran = reeve("classify", "--detectors", "rules.yaml", folder=home, stdin=line)
    assert [one["start"] for one in ran.json["findings"]] == [62]


def test_keyed_hashes_say_where_they_hold(home: Path) -> None:
    (home / "rules.yaml").write_text("exclude:\n  - hashes: ['keyed:1:0123456789abcdef']\n    reason: x\n")
    ran = reeve("classify", "--detectors", "rules.yaml", folder=home, stdin="")
    assert ran.code == 0
    assert "scans only" in ran.err
