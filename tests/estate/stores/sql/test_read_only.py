"""The store changes nothing, and the server would not let it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import psycopg
import pymysql
import pytest
import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import as_nobody, column, opened, plant, plant_sqlite, read

WRITES = ("INSERT INTO t VALUES (2)", "UPDATE t SET id = 3", "DELETE FROM t", "DROP TABLE t", "CREATE TABLE u (id int)")


def session_of(reader: object) -> Any:
    return cast("Any", reader)._session


@pytest.mark.parametrize("statement", WRITES)
def test_postgresql_refuses(fresh_postgres: str, statement: str) -> None:
    plant(fresh_postgres, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    store = SqlStore("s", fresh_postgres)
    with opened(store, "t") as reader:
        session = session_of(reader)
        with session.reading(), pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            session._connection.execute(statement)
        session._connection.autocommit = True  # out of our transactions, too
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            session._connection.execute(statement)
    assert column(store, "t", "id") == [1]


@pytest.mark.parametrize("statement", WRITES)
def test_mariadb_refuses(fresh_mariadb: str, statement: str) -> None:
    plant(fresh_mariadb, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    store = SqlStore("s", fresh_mariadb)
    with opened(store, "t") as reader:
        session = session_of(reader)
        with session.reading(), session._connection.cursor() as cursor, pytest.raises(pymysql.err.Error) as caught:
            cursor.execute(statement)
        with session._connection.cursor() as cursor, pytest.raises(pymysql.err.Error) as second:
            cursor.execute(statement)
        assert caught.value.args[0] == second.value.args[0] == 1792
    assert column(store, "t", "id") == [1]


@pytest.mark.parametrize("statement", [*WRITES, "PRAGMA user_version = 7", "VACUUM"])
def test_sqlite_refuses(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "a.db"
    url = plant_sqlite(path, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    before = path.read_bytes()
    with opened(SqlStore("s", url), "t") as reader:
        connection = session_of(reader)._connection
        connection.execute("PRAGMA query_only = OFF")
        with pytest.raises(sqlite3.OperationalError, match=r"readonly|read-only"):
            connection.execute(statement)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def wal(public_folder: Path) -> Iterator[tuple[str, sqlite3.Connection]]:
    """A database in WAL mode, held open by its owner, with rows that are in the log only."""
    with closing(sqlite3.connect(public_folder / "a.db", isolation_level=None)) as owner:
        owner.execute("PRAGMA journal_mode = WAL")
        owner.execute("PRAGMA wal_autocheckpoint = 0")
        owner.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        owner.execute("INSERT INTO t VALUES (1), (2), (3)")
        yield f"sqlite:///{public_folder / 'a.db'}", owner


def test_a_wal_that_is_being_written(wal: tuple[str, sqlite3.Connection]) -> None:
    url, owner = wal
    with opened(SqlStore("s", url), "t") as reader:
        chunks = reader.chunks(None, Budget(rows=2))
        assert next(chunks).rows == 2
        owner.execute("INSERT INTO t VALUES (4)")  # no transaction of ours stays open between two chunks
        assert [chunk.rows for chunk in chunks] == [2]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_a_wal_in_a_folder_that_may_not_be_written(public_folder: Path, wal: tuple[str, sqlite3.Connection]) -> None:
    url, owner = wal
    owner.close()
    path = public_folder / "a.db"
    path.chmod(0o644)
    assert [one.name for one in public_folder.iterdir()] == ["a.db"]
    with as_nobody():
        assert column(SqlStore("s", url), "t", "id") == [1, 2, 3]
        with opened(SqlStore("s", url), "t") as reader:
            chunks = reader.chunks(None, Budget(rows=1))
            assert next(chunks).rows == 1
            os.seteuid(0)
            plant_sqlite(path, "INSERT INTO t VALUES (4)")
            os.seteuid(65534)
            with pytest.raises(StoreError) as caught:
                next(chunks)
            assert caught.value.reason == "changed_while_read"


def test_a_view_in_a_hostile_file_runs_nothing(tmp_path: Path) -> None:
    url = plant_sqlite(tmp_path / "a.db", "CREATE VIEW v AS SELECT load_extension('x') AS x")
    with pytest.raises(StoreError):
        read(SqlStore("s", url), "v")


def test_url_forms(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    plant_sqlite(path, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    for database in (str(path), f"file:{path}", f"file:{path}?mode=rwc&uri=true"):
        url = sa.URL.create("sqlite", database=database).render_as_string()
        with opened(SqlStore("s", url), "t") as reader, pytest.raises(sqlite3.OperationalError):
            session_of(reader)._connection.execute("DELETE FROM t")
