"""Policies as they are at each moment: what was changed is seen, whatever times and sizes files have."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.base.errors import ConfigError
from engine.base.settings import load_settings
from engine.governance.policy.configured import configured_policies
from engine.governance.policy.watching import UNREADABLE, PoliciesNow

RULE = """\
version: 1
title: Shop
rules:
  closed:
    title: Accounts go
    select: {store: shop, asset: accounts}
    require:
      retention: {maximum: P2Y, from: {column: closed_at}}
      disposal: delete
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "shop.yaml").write_text(RULE)
    file = tmp_path / "reeve.yaml"
    file.write_text("policies: policies\n")
    return file


def test_a_changed_byte_is_seen_though_time_and_size_stay(config: Path) -> None:
    policy = config.parent / "policies" / "shop.yaml"
    now = PoliciesNow(lambda: load_settings(config))
    first = now()
    assert now() == first == configured_policies(load_settings(config)).hash
    was = policy.stat()
    policy.write_text(RULE.replace("P2Y", "P3Y"))
    os.utime(policy, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert policy.stat().st_size == was.st_size
    assert policy.stat().st_mtime_ns == was.st_mtime_ns
    assert now() == configured_policies(load_settings(config)).hash != first
    policy.write_text(RULE)
    assert now() == first


def test_what_requires_the_same_has_the_same_hash(config: Path) -> None:
    now = PoliciesNow(lambda: load_settings(config))
    first = now()
    (config.parent / "policies" / "shop.yaml").write_text("# one more comment\n" + RULE)
    assert now() == first


def test_a_file_more_and_another_place_are_seen(config: Path) -> None:
    now = PoliciesNow(lambda: load_settings(config))
    first = now()
    more = config.parent / "policies" / "more.yaml"
    more.write_text(RULE.replace("closed:", "again:"))
    assert now() != first
    more.unlink()
    assert now() == first
    (config.parent / "other.yaml").write_text(RULE.replace("P2Y", "P9Y"))
    config.write_text("policies: other.yaml\n")
    assert now() == configured_policies(load_settings(config)).hash != first


def test_what_cannot_be_read_is_not_what_was_approved(config: Path) -> None:
    policy = config.parent / "policies" / "shop.yaml"
    now = PoliciesNow(lambda: load_settings(config))
    first = now()
    for broken in ("rules: [", ""):
        policy.write_text(broken)
        assert now() == UNREADABLE
    policy.unlink()
    assert now() == UNREADABLE
    config.unlink()
    assert now() == UNREADABLE
    config.write_text("policies: policies\n")
    policy.write_text(RULE)
    assert now() == first


def test_it_does_not_begin_under_policies_that_cannot_be_read(config: Path) -> None:
    (config.parent / "policies" / "shop.yaml").write_text("rules: [")
    with pytest.raises(ConfigError):
        PoliciesNow(lambda: load_settings(config))
