"""The library of controls: read strictly, and each part of it leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine.ledger.events  # noqa: F401 - importing a family registers its types
from engine.base.errors import ConfigError
from engine.base.settings.yaml import read_yaml
from engine.base.state.events import event_types
from engine.evidence.controls.library import KEYS, library, library_hash, read_family
from engine.evidence.criteria import CriterionClass, criteria
from engine.evidence.procedures import PROCEDURES

GOOD = {
    "id": "SCAN-01", "title": "a", "objective": "b", "criteria": "[C1.1]", "supports": "[]", "owner": "administrator",
    "frequency": "daily", "test": "scans_ended", "parameters": '{grace_hours: "24"}', "events": "[scan.started]",
    "evidence": "events", "todo": "c",
}  # fmt: skip


def family(tmp_path: Path, **changes: str | None) -> Path:
    path = tmp_path / "family.yaml"
    lines = [f"{key}: {value}" for key, value in (GOOD | changes).items() if value is not None]
    path.write_text("controls:\n  - " + "\n    ".join(lines) + "\n")
    return path


def read(path: Path) -> object:
    return list(read_family(read_yaml(path), "family"))


def test_it_has_its_controls_and_each_test_is_used() -> None:
    controls = library()
    assert len(controls) == len({one.id for one in controls}) == 48
    assert {one.test for one in controls} == set(PROCEDURES)
    assert len(library_hash()) == 64


def test_events_and_criteria_that_it_names_exist() -> None:
    classes = {one.id: one.cls for one in criteria()}
    for one in library():
        assert set(one.events) <= set(event_types()), one.id
        assert all(classes[name] is CriterionClass.AUTO for name in one.criteria), one.id
        assert not set(one.criteria) & set(one.supports), one.id
        assert one.criteria or one.supports, one.id


def test_a_good_family_is_read(tmp_path: Path) -> None:
    (one,) = read_family(read_yaml(family(tmp_path)), "family")
    assert (one.id, one.criteria, one.hours("grace_hours").days) == ("SCAN-01", ("C1.1",), 1)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "scan-1"),
        ("criteria", "[CC10.1]"),
        ("supports", "[X1]"),
        ("owner", "everybody"),
        ("frequency", "often"),
        ("test", "magic"),
        ("parameters", '{grace_hours: "24", more: "1"}'),
        ("parameters", "{grace_hours: soon}"),
        ("parameters", '{grace_hours: "-1"}'),
        ("events", "[Scan Started]"),
        ("evidence", "state"),
        ("evidence", "hearsay"),
        ("more", "unknown"),
    ],
)
def test_what_is_unknown_is_refused_with_file_and_line(tmp_path: Path, key: str, value: str) -> None:
    path = family(tmp_path, **{key: value})
    line = next(n for n, text in enumerate(path.read_text().split("\n"), 1) if text.strip(" -").startswith(f"{key}:"))
    with pytest.raises(ConfigError) as refused:
        read(path)
    assert (refused.value.file, refused.value.line) == (str(path), line)


@pytest.mark.parametrize("key", [key for key in KEYS if key not in ("criteria", "supports")])
def test_what_is_missing_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError):
        read(family(tmp_path, **{key: None}))


def test_a_family_without_controls_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "family.yaml"
    path.write_text("controls: []\n")
    with pytest.raises(ConfigError):
        read(path)
