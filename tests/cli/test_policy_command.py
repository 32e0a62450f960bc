"""``reeve policy``: what it tells of policy files that are right or wrong, to people, programs and editors."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.reeve import reeve

RIGHT = "version: 1\nrules:\n  owned: {select: {category: user}, require: {owner: true}}\n"
WRONG = "version: 1\nrules:\n  owned: {select: {categry: user}, require: {owner: yes}}\n"
CONFIG = "stores: {shop: {kind: sql, url: 'postgresql://u:${NOT_SET}@db.example/shop'}}\npolicies: policies\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A configuration whose secrets are not there, with one policy."""
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "reeve.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def test_policies_of_the_configuration_are_checked_without_secrets(home: Path) -> None:
    ran = reeve("policy", "check", folder=home)
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert first == "1 rule in 1 file, and nothing wrong with it"
    told = reeve("policy", "check", "--json", folder=home).json
    assert second == f"hash {told['hash']}"
    assert told["rules"] == [{"name": "owned", "file": str(home / "policies" / "a.yaml"), "line": 3}]
    assert told["errors"] == []
    assert not (home / ".reeve").exists(), "a check makes no state"


def test_a_file_is_checked_without_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT, encoding="utf-8")
    assert reeve("policy", "check", "a.yaml", folder=tmp_path).code == 0
    ran = reeve("policy", "check", folder=tmp_path)
    assert ran.code == 2
    assert "reeve.yaml: there is no such file" in ran.err


def test_every_mistake_is_shown_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG, encoding="utf-8")
    ran = reeve("policy", "check", "a.yaml", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    line = "     3 |   owned: {select: {categry: user}, require: {owner: yes}}"
    assert ran.err.splitlines() == [
        "a.yaml:3: there is no key `categry` in `select`",
        line,
        "   try: did you mean `category`?",
        "a.yaml:3: only `true` belongs here",
        line,
        "   try: write `true`",
        "2 mistakes",
    ]


def test_mistakes_for_programs(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(WRONG, encoding="utf-8")
    ran = reeve("policy", "check", "--json", "a.yaml", folder=tmp_path)
    assert ran.code == 2
    assert ran.json["hash"] is None
    assert ran.json["errors"][0] == {
        "file": "a.yaml",
        "line": 3,
        "message": "there is no key `categry` in `select`",
        "hint": "did you mean `category`?",
    }


def test_what_a_configuration_leaves_out_or_gets_wrong(home: Path) -> None:
    (home / "reeve.yaml").write_text("stores: {}\n", encoding="utf-8")
    assert "add `policies: [policies]`" in reeve("policy", "check", folder=home).err
    (home / "reeve.yaml").write_text("polices: policies\n", encoding="utf-8")
    assert "did you mean `policies`?" in reeve("policy", "check", folder=home).err
    (home / "reeve.yaml").write_text("policies: [policies, more]\n", encoding="utf-8")
    ran = reeve("policy", "check", folder=home)
    assert ran.code == 2
    assert f"{home / 'more'}: there is no such file or folder" in ran.err


def test_entities_of_own_detectors_are_known(home: Path) -> None:
    own = "detectors: [{entity: STAFF_NUMBER, patterns: [{regex: 'ST-[0-9]{6}'}]}]"
    (home / "own.yaml").write_text(own, encoding="utf-8")
    (home / "policies" / "a.yaml").write_text(RIGHT.replace("category: user", "entity: STAFF_NUMBER"), encoding="utf-8")
    assert "no entity `STAFF_NUMBER`" in reeve("policy", "check", folder=home).err
    assert reeve("policy", "check", "--detectors", "own.yaml", folder=home).code == 0
    (home / "reeve.yaml").write_text(CONFIG + "detectors: own.yaml\n", encoding="utf-8")
    assert reeve("policy", "check", folder=home).code == 0
    assert "STAFF_NUMBER" in reeve("policy", "schema", folder=home).json["$defs"]["entity"]["enum"]


def test_the_schema_needs_no_configuration(tmp_path: Path) -> None:
    told = reeve("policy", "schema", folder=tmp_path).json
    assert told["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "user.contact.email" in told["$defs"]["category"]["enum"]


def test_a_starter_is_printed_and_passes_the_check(tmp_path: Path) -> None:
    listed = reeve("policy", "starter", "--list", folder=tmp_path)
    names = [line.split()[0] for line in listed.out.splitlines()]
    assert names == ["gdpr", "ccpa", "hipaa", "pci-dss", "soc2"]
    told = reeve("policy", "starter", "--json", folder=tmp_path).json["starters"]
    assert [one["name"] for one in told] == names
    (tmp_path / "gdpr.yaml").write_text(reeve("policy", "starter", "gdpr", folder=tmp_path).out, encoding="utf-8")
    assert reeve("policy", "check", "gdpr.yaml", folder=tmp_path).code == 0
    ran = reeve("policy", "starter", "gpdr", folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean `gdpr`?" in ran.err
