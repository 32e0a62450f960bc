"""``reeve detectors``: what people's answers say of detectors, and the exclusions that they suggest."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.cli.reeve import Ran, reeve
from tests.states import with_state

CONFIG = "stores:\n  shop: {kind: sql, url: 'sqlite:///shop.db'}\n"
TABLES = ("one", "two", "three")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Tables in which a test mailbox stands in the same column, beside one with customers."""
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        for table in TABLES:
            connection.execute(f"CREATE TABLE {table} (id INTEGER, probe_{table} TEXT, sender TEXT)")
            for row in range(40):
                connection.execute(
                    f"INSERT INTO {table} VALUES (?, ?, ?)",
                    (row, f"robot{row % 2}@test.example", f"{table}{row}@mail.example"),
                )
        connection.execute("CREATE TABLE people (email TEXT)")
        connection.executemany("INSERT INTO people VALUES (?)", [(f"zoe{n}@mail.example",) for n in range(40)])
    (tmp_path / "reeve.yaml").write_text(CONFIG, encoding="utf-8")
    assert reeve("scan", folder=with_state(tmp_path)).code == 0
    return tmp_path


def say(home: Path, *arguments: str) -> Ran:
    ran = reeve("inventory", *arguments, "--reason", "looked at it", folder=home)
    assert ran.code == 0, ran.err
    return ran


def told(home: Path, *arguments: str) -> list[tuple[str, int, int]]:
    rows = reeve("detectors", "precision", "--json", *arguments, folder=home).json["precision"]
    return [(row["name"], row["confirmed"], row["corrected"]) for row in rows]


def test_only_the_decision_that_stands_counts(home: Path) -> None:
    assert "nobody has confirmed" in reeve("detectors", "precision", folder=home).err
    say(home, "confirm", "shop/people.email")
    say(home, "correct", "shop/one.sender", "--nothing")
    say(home, "correct", "shop/two.sender", "--entity", "PERSON")
    say(home, "correct", "shop/three.sender", "--entity", "EMAIL_ADDRESS", "--entity", "PERSON")
    assert told(home) == [("EMAIL_ADDRESS", 2, 2)]
    say(home, "confirm", "shop/one.sender")
    say(home, "withdraw", "shop/two.sender")
    assert told(home, "--by", "entity") == [("EMAIL_ADDRESS", 3, 0)]
    document = reeve("detectors", "precision", "--json", "--skip", "1", folder=home).json
    assert (document["total"], document["precision"]) == (1, [])
    text = reeve("detectors", "precision", folder=home).out
    assert "100%" in text
    assert "44% to 100%" in text


def test_an_answer_is_to_the_scan_before_it(home: Path) -> None:
    say(home, "correct", "shop/people.email", "--nothing")
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("UPDATE people SET email = 'colour ' || rowid")
    assert reeve("scan", folder=home).code == 0
    assert told(home) == [("EMAIL_ADDRESS", 0, 1)]
    say(home, "confirm", "shop/people.email")
    assert told(home) == []


def test_fields_of_one_name_are_proposed_once_people_reject_them_often(home: Path) -> None:
    say(home, "correct", "shop/one.sender", "--nothing")
    assert "suggest no exclusion" in reeve("detectors", "propose", folder=home).err
    say(home, "correct", "shop/two.sender", "--nothing")
    (entry,) = yaml.safe_load(reeve("detectors", "propose", folder=home).out)["exclude"]
    assert (entry["entities"], entry["fields"]) == (["EMAIL_ADDRESS"], ["*.sender"])
    assert reeve("detectors", "propose", "--json", "--often", "3", folder=home).json["exclude"] == []
    say(home, "confirm", "shop/three.sender")
    assert reeve("detectors", "propose", "--json", folder=home).json["exclude"] == []


def test_values_are_proposed_as_hashes_that_a_scan_knows(home: Path) -> None:
    for table in ("one", "two"):
        say(home, "correct", f"shop/{table}.probe_{table}", "--nothing")
    ran = reeve("detectors", "propose", folder=home)
    (entry,) = yaml.safe_load(ran.out)["exclude"]
    assert "robot" not in ran.out
    assert "fields" not in entry
    hashed = reeve("detectors", "hash", folder=home, stdin="robot0@test.example\n\nrobot1@test.example\n").out
    assert sorted(entry["hashes"]) == sorted(hashed.split())
    before = reeve("inventory", "list", "probe_three", "--json", folder=home).json["fields"]
    assert before[0]["entities"] == ["EMAIL_ADDRESS"]

    (home / "reeve.yaml").write_text(CONFIG + ran.out, encoding="utf-8")
    assert reeve("scan", folder=home).code == 0
    (after,) = reeve("inventory", "list", "probe_three", "--json", folder=home).json["fields"]
    assert after["entities"] == []
    assert after["excluded"] == [f"in 40 rows: {entry['reason']}"]
    assert reeve("inventory", "list", "three.sender", "--json", folder=home).json["fields"][0]["excluded"] == []


def test_a_value_that_was_right_somewhere_is_not_proposed(home: Path) -> None:
    for table in ("one", "two"):
        say(home, "correct", f"shop/{table}.probe_{table}", "--nothing")
    say(home, "confirm", "shop/three.probe_three")
    assert reeve("detectors", "propose", "--json", folder=home).json == {"total": 0, "skip": 0, "exclude": []}


def test_plain_hashes_need_no_configuration(tmp_path: Path) -> None:
    ran = reeve("detectors", "hash", "--sha256", folder=tmp_path, stdin="A@b.example\n")
    assert ran.out == f"sha256:{hashlib.sha256(b'a@b.example').hexdigest()}\n"
    assert not list(tmp_path.iterdir())
    (tmp_path / "rules.yaml").write_text(f"exclude:\n  - hashes: ['{ran.out.strip()}']\n    reason: known\n")
    line = '{"id": 1, "text": "a@b.example and c@d.example"}'
    found = reeve("classify", "--detectors", "rules.yaml", folder=tmp_path, stdin=line).json["findings"]
    assert [one["start"] for one in found] == [16]
