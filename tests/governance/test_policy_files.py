"""Policy files that are used together, where they lie, and those to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.base.errors import ConfigError, NotFound
from engine.estate.detectors.own import own_detectors
from engine.governance.policy.documents import policy_files
from engine.governance.policy.language import parse_policy, read_policies
from engine.governance.policy.model import Column
from engine.governance.policy.problems import PoliciesRefused
from engine.governance.policy.starter import STARTERS, starter_text
from engine.governance.policy.words import words_with

EVENTS = "version: 1\nevents:\n  closed: {table: accounts, column: closed_at}\n"
RULES = "version: 1\nrules:\n  keep: {select: all, require: {retention: {minimum: P1Y, from: closed}}}\n"
NAMES = [one.name for one in STARTERS]


def write(folder: Path, **texts: str) -> list[Path]:
    files = [folder / f"{name}.yaml" for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def errors(files: list[Path]) -> list[tuple[str, int]]:
    with pytest.raises(PoliciesRefused) as caught:
        read_policies(files)
    return [(Path(one.file).name, one.line) for one in caught.value.errors]


def test_files_share_their_events(tmp_path: Path) -> None:
    (rule,) = read_policies(write(tmp_path, rules=RULES, events=EVENTS)).rules
    assert rule.retention is not None
    assert rule.retention.beginnings == (Column("closed_at", "accounts"),)
    assert rule.zone == "UTC"


def test_a_zone_is_that_of_its_file_unless_the_rule_says_otherwise(tmp_path: Path) -> None:
    here = "version: 1\nzone: Asia/Tokyo\nrules:\n  a: {select: all, require: {owner: true}}\n"
    there = "version: 1\nzone: Asia/Tokyo\nrules:\n  b: {select: all, require: {owner: true}, zone: Asia/Dhaka}\n"
    found = read_policies(write(tmp_path, here=here, there=there, rules=RULES, events=EVENTS))
    assert [(one.name, one.zone) for one in found.rules] == [("a", "Asia/Tokyo"), ("b", "Asia/Dhaka"), ("keep", "UTC")]


def test_no_name_stands_for_two_things(tmp_path: Path) -> None:
    files = write(tmp_path, a=EVENTS, b=RULES, c=EVENTS, d=RULES)
    assert errors(files) == [("c.yaml", 3), ("d.yaml", 3)]
    with pytest.raises(PoliciesRefused, match=rf"`closed` in {files[0]}:3 already"):
        read_policies(files)


def test_what_is_wrong_is_told_of_all_files_at_once(tmp_path: Path) -> None:
    files = write(tmp_path, a="version: 1\ntitle: [", b=RULES.replace("minimum", "minimun"), c="version: 3\n")
    assert errors([*files, tmp_path / "gone.yaml"]) == [
        *(("a.yaml", 2), ("gone.yaml", 0), ("b.yaml", 3), ("c.yaml", 1), ("c.yaml", 1)),
    ]


def test_an_event_may_stand_in_a_file_that_could_not_be_read(tmp_path: Path) -> None:
    files = write(tmp_path, events=EVENTS + "  x: [", rules=RULES)
    assert errors(files) == [("events.yaml", 4)]
    assert errors(files[1:]) == [("rules.yaml", 3)]


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    files = write(tmp_path, a=EVENTS, b=RULES)
    assert read_policies(files) == read_policies(files[::-1])


def test_entities_of_own_detectors_may_be_selected(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("detectors: [{entity: STAFF_NUMBER, patterns: [{regex: 'ST-[0-9]{6}'}]}]", encoding="utf-8")
    text = "version: 1\nrules: {a: {select: {entity: STAFF_NUMBER}, require: {owner: true}}}"
    assert parse_policy(text, words=words_with(own_detectors([own]))).rules[0].selector.entities == ("STAFF_NUMBER",)
    with pytest.raises(PoliciesRefused, match="no entity `STAFF_NUMBER`"):
        parse_policy(text)


def test_folders_give_their_files_by_name_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "below" / ".hidden").mkdir(parents=True)
    names = ["b.yaml", "a.yml", "notes.txt", ".c.yaml", "below/d.YAML", "below/.hidden/e.yaml"]
    for name in names:
        (tmp_path / name).write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "linked.yaml").symlink_to(tmp_path / "b.yaml")
    found = policy_files([tmp_path / "b.yaml", tmp_path])
    assert [str(one.relative_to(tmp_path)) for one in found] == ["b.yaml", "a.yml", "below/d.YAML"]


@pytest.mark.parametrize("place", ["gone", "empty", "linking"])
def test_nothing_is_left_out_in_silence(place: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "linking").mkdir()
    (tmp_path / "linking" / "x").symlink_to(tmp_path / "empty")
    with pytest.raises(ConfigError) as caught:
        policy_files([tmp_path / place])
    assert place in caught.value.file


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_is_right_as_it_is_and_says_what_it_is_not(name: str) -> None:
    text = starter_text(name)
    rules = parse_policy(text).rules
    assert rules
    assert not [one.name for one in rules if one.source is None or not one.source.url or not one.source.version]
    assert not [one.name for one in rules if one.disposal is not None], (
        "nothing is deleted before somebody filled it in"
    )
    assert re.search(r"It is no (legal )?advice", text)
    assert "What to adapt" in text


@pytest.mark.parametrize("name", NAMES)
def test_what_stands_in_a_starter_as_a_comment_is_right_too(name: str) -> None:
    text = starter_text(name)
    head, _, body = text.partition("version: 1\n")
    filled = head + "version: 1\n" + re.sub(r"^#(?=events:|  )", "", body, flags=re.MULTILINE)
    more = {one.name for one in parse_policy(filled).rules} - {one.name for one in parse_policy(text).rules}
    assert more
    assert all(one.retention and one.source for one in parse_policy(filled).rules if one.name in more)


def test_starters_can_be_used_together(tmp_path: Path) -> None:
    files = write(tmp_path, **{name: starter_text(name) for name in NAMES})
    assert len(read_policies(files).rules) >= 15


def test_an_unknown_starter_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        starter_text("pcidss")
    assert caught.value.hint == "did you mean `pci-dss`?"
