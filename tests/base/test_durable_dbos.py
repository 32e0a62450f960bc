"""DBOS as the engine of durable work, on SQLite and PostgreSQL: the contract, and what is its own."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, inspect, make_url, text

from engine.base.durable.dbos import DbosDurable
from engine.base.durable.records import durable_url
from engine.base.errors import ConfigError, DependencyFailed
from engine.base.ids import TenantId, new_id
from engine.base.state.database import Database
from tests.contracts.durable import (
    CANARY,
    Child,
    DurableContract,
    Spawn,
    dispatch_for_test,
    lines,
    register_samples,
    wait_for,
)

TENANT = TenantId(new_id())


@pytest.fixture
def durable(unbound_database: Database, tmp_path: Path) -> Iterator[DbosDurable]:
    made = DbosDurable(unbound_database.url, TENANT, poll_seconds=0.05)
    register_samples(made, tmp_path)
    yield made
    (tmp_path / "go").touch()  # lets go of what hangs
    made.shutdown()


@pytest.fixture
def spawn(unbound_database: Database, tmp_path: Path) -> Iterator[Spawn]:
    url = unbound_database.url.render_as_string(hide_password=False)
    children: list[subprocess.Popen[str]] = []

    def start(executor: str, environment: dict[str, str]) -> Child:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.base.test_durable_dbos", url, str(TENANT), executor, str(tmp_path)],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return Child(process)

    yield start
    for process in children:
        process.kill()
        process.communicate()


class TestDbosDurable(DurableContract):
    """The contract, on both kinds of database."""


def test_the_records_stand_apart_from_the_state(durable: DbosDurable, unbound_database: Database) -> None:
    before = _tables(unbound_database)
    durable.launch("one")
    assert _tables(unbound_database) == before
    if unbound_database.dialect == "sqlite":
        folder = Path(str(unbound_database.url.database)).parent
        names = {item.name: stat.S_IMODE(item.stat().st_mode) for item in folder.glob("durable.db*")}
        assert names == {"durable.db": 0o600, "durable.db-shm": 0o600, "durable.db-wal": 0o600}
    else:
        assert "workflow_status" in _tables(unbound_database, "reeve_durable")


def test_the_records_hold_no_pickle_and_no_text_of_errors(durable: DbosDurable, unbound_database: Database) -> None:
    durable.launch("one")
    durable.dispatch("fail", "job/1", {"file": "a"})
    wait_for(lambda: _ended(durable, "job/1"))
    engine = create_engine(durable_url(unbound_database.url))
    schema = "" if unbound_database.dialect == "sqlite" else "reeve_durable."
    held = ""
    with engine.connect() as connection:
        for table in ("workflow_status", "workflow_input", "workflow_output", "operation_outputs"):
            held += repr(connection.execute(text(f"SELECT * FROM {schema}{table}")).all())
        version = connection.execute(text(f"SELECT application_version FROM {schema}workflow_status")).scalar_one()
    engine.dispose()
    assert version == f"reeve-{TENANT}"
    assert "reeve_json" in held
    assert "py_pickle" not in held
    assert CANARY not in held


def test_executors_of_another_tenant_keep_to_their_own(
    durable: DbosDurable, unbound_database: Database, spawn: Spawn, tmp_path: Path
) -> None:
    child = spawn("one", {"REEVE_TEST_DISPATCH": "job/1"})
    wait_for(lambda: lines(tmp_path / "job"))
    child.kill()
    other = DbosDurable(unbound_database.url, TenantId(new_id()), poll_seconds=0.05)
    register_samples(other, tmp_path)
    other.launch("two")
    try:
        assert other.adopt(["one"]) == []
        assert other.status("job/1") is None
    finally:
        other.shutdown()
    assert lines(tmp_path / "job") == ["begun"]


def test_a_role_that_may_make_no_schema_is_told(unbound_database: Database, tmp_path: Path) -> None:
    if unbound_database.dialect == "sqlite":
        return
    role, database = f"reeve_test_{new_id().hex}", unbound_database.url.database
    admin = create_engine(unbound_database.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        try:
            plain = unbound_database.url.set(username=role)
            with pytest.raises(DependencyFailed, match="42501") as caught:
                DbosDurable(plain, TENANT).launch("one")
            assert "CREATE" in caught.value.hint
            connection.execute(text(f"CREATE SCHEMA reeve_durable AUTHORIZATION {role}"))
            allowed = DbosDurable(plain, TENANT, poll_seconds=0.05)
            register_samples(allowed, tmp_path)
            allowed.launch("one")
            allowed.dispatch("mark", "job/1", {"file": "a"})
            wait_for(lambda: _ended(allowed, "job/1"))
            allowed.shutdown()
        finally:
            connection.execute(text("DROP SCHEMA IF EXISTS reeve_durable CASCADE"))
            connection.execute(text(f"DROP ROLE {role}"))
    admin.dispose()
    assert database


def test_the_cloud_of_the_engines_maker_is_refused(durable: DbosDurable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBOS__CLOUD", "true")
    with pytest.raises(ConfigError):
        durable.launch("one")
    monkeypatch.delenv("DBOS__CLOUD")
    durable.launch("one")


def test_records_that_cannot_be_opened_are_reported(tmp_path: Path) -> None:
    for url in ("sqlite:////proc/none/state.db", "postgresql+psycopg://user:hunter2@127.0.0.1:1/none"):
        with pytest.raises(DependencyFailed) as caught:
            DbosDurable(make_url(url), TENANT).launch("one")
        assert "hunter2" not in str(caught.value)
        assert "CREATE" not in caught.value.hint


def _ended(durable: DbosDurable, key: str) -> bool:
    found = durable.status(key)
    return found is not None and found.state in ("done", "failed")


def _tables(database: Database, schema: str | None = None) -> list[str]:
    engine = create_engine(database.url)
    names = sorted(inspect(engine).get_table_names(schema))
    engine.dispose()
    return names


def main(url: str, tenant: str, executor: str, folder: str) -> None:
    """A child: runs until its standard input ends."""
    durable = DbosDurable(make_url(url), TenantId(UUID(tenant)), poll_seconds=0.05)
    register_samples(durable, Path(folder))
    if "REEVE_TEST_MORE" in os.environ:
        durable.register("more", lambda _arguments: None)
    durable.launch(executor)
    dispatch_for_test(durable)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    durable.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
