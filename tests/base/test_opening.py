"""From a configuration to a state, on first use and later."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, IntegrityViolated
from engine.base.ids import EventId
from engine.base.settings import load_settings
from engine.base.state.opening import open_state
from engine.base.state.outbox import disclose
from engine.base.state.tables import OutboxRow


def types(folder: Path, clock: FixedClock) -> list[str]:
    database = open_state(load_settings(folder=folder), clock)
    try:
        with database.snapshot() as session:
            return list(session.scalars(select(OutboxRow.type).order_by(OutboxRow.id)))
    finally:
        database.close()


def test_first_use_makes_all_and_later_use_nothing(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "reeve.yaml").write_text("stores: {docs: {kind: files, path: docs}}")
    first = types(tmp_path, clock)
    assert first == ["actor.registered", "keyring.created", "configuration.loaded"]
    assert types(tmp_path, clock) == first
    made = {item.name: item.stat().st_mode & 0o777 for item in (tmp_path / ".reeve").iterdir()}
    assert made == {"state.db": 0o600, "keyring.json": 0o600}


def test_a_changed_configuration_is_recorded_once(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "reeve.yaml").write_text("stores: {docs: {kind: files, path: docs}}")
    types(tmp_path, clock)
    (tmp_path / "reeve.yaml").write_text("# a comment\nstores:\n  docs: {path: docs, kind: files}\n")
    assert types(tmp_path, clock).count("configuration.loaded") == 1
    (tmp_path / "reeve.yaml").write_text("stores: {docs: {kind: files, path: docs}, more: {kind: files, path: more}}")
    assert types(tmp_path, clock).count("configuration.loaded") == 2
    assert types(tmp_path, clock).count("configuration.loaded") == 2
    database = open_state(load_settings(folder=tmp_path), clock)
    with database.transaction() as session:
        row = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()).limit(1)).one()
        assert json.loads(row.payload)["attributes"]["stores"] == 2
        assert disclose(session, EventId(row.id), "store_names").value == ["docs", "more"]
    database.close()


def test_a_lost_keyring_is_not_replaced_by_a_new_one(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "reeve.yaml").write_text("")
    types(tmp_path, clock)
    keyring = tmp_path / ".reeve" / "keyring.json"
    kept = keyring.rename(tmp_path / "elsewhere.json")
    with pytest.raises(IntegrityViolated, match="missing"):
        types(tmp_path, clock)
    assert not keyring.exists()
    kept.rename(keyring)
    types(tmp_path, clock)
    keyring.chmod(0o644)
    with pytest.raises(BadInput, match="open to others"):
        types(tmp_path, clock)


def test_a_foreign_keyring_is_refused(tmp_path: Path, clock: FixedClock) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "reeve.yaml").write_text("")
        types(tmp_path / name, clock)
    (tmp_path / "one" / "reeve.yaml").write_text("keyring: ../other/.reeve/keyring.json")
    with pytest.raises(IntegrityViolated):
        types(tmp_path / "one", clock)


def test_the_same_on_postgresql(tmp_path: Path, clock: FixedClock, fresh_postgres: str) -> None:
    (tmp_path / "reeve.yaml").write_text(f"state: {fresh_postgres}\ntenant: acme\n")
    assert (
        types(tmp_path, clock)
        == types(tmp_path, clock)
        == ["actor.registered", "keyring.created", "configuration.loaded"]
    )
    assert [item.name for item in (tmp_path / ".reeve").iterdir()] == ["keyring.json"]
