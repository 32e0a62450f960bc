"""The cache of compiled databases saves time and never trusts what lies in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.matching.matcher import Cells
from engine.base.resources import cached_matcher
from tests.classifiers.sample import PACK

TEXT = "a@b.example"


def test_a_second_matcher_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REEVE_CACHE", str(tmp_path / "cache"))
    first = cached_matcher(PACK, "digest").find([TEXT])
    (file,) = (tmp_path / "cache").iterdir()
    written = file.stat().st_mtime_ns
    assert len(cached_matcher(PACK, "digest").find([TEXT])) == len(first) == 1
    assert file.stat().st_mtime_ns == written
    cached_matcher(PACK, "another digest").find([TEXT])
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_cells_are_looked_through_with_databases_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REEVE_CACHE", str(tmp_path))
    for _ in range(2):
        matcher = cached_matcher(PACK, "digest")
        assert len(matcher.find([TEXT])) == len(matcher.find([TEXT], [Cells(0, 1, frozenset())])) == 1
    kinds = sorted(file.name.rsplit("-", 1)[0] for file in tmp_path.iterdir())
    assert kinds == ["hyperscan-always-masks", "hyperscan-texts"]


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 5_000])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes) -> None:
    monkeypatch.setenv("REEVE_CACHE", str(tmp_path))
    cached_matcher(PACK, "digest").find([TEXT])
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage)
    assert len(cached_matcher(PACK, "digest").find([TEXT])) == 1
    assert len(file.read_bytes()) == len(whole)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    file.write_bytes(flipped)
    assert len(cached_matcher(PACK, "digest").find([TEXT])) == 1


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("REEVE_CACHE", str(tmp_path / "file" / "below"))
    assert len(cached_matcher(PACK, "digest").find([TEXT])) == 1
