"""Versions of tables: another one after every change, the same one without, and none where changes cannot be seen."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pymysql
import pytest
from sqlalchemy import make_url

from engine.estate.stores.sql import SqlStore


def versions(url: str) -> dict[str, str]:
    return {asset.name: asset.objects[0].version for asset in SqlStore("shop", url).assets()}


SETUP = (
    "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT)",
    "INSERT INTO people VALUES (1, 'a@mail.example'), (2, 'b@mail.example')",
    "CREATE TABLE other (id INTEGER PRIMARY KEY)",
    "CREATE VIEW seen AS SELECT email FROM people",
)
CHANGES = (
    "INSERT INTO people VALUES (3, 'c@mail.example')",
    "UPDATE people SET email = 'd@mail.example' WHERE id = 1",
    "DELETE FROM people WHERE id = 2",
    "ALTER TABLE people ADD COLUMN phone TEXT",
    "ALTER TABLE people RENAME COLUMN phone TO mobile",
)


@pytest.fixture(params=["delete", "wal"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"PRAGMA journal_mode = {request.param}")
        for statement in SETUP:
            connection.execute(statement)
    return path


def test_each_change_of_a_sqlite_file_shows(file: Path) -> None:
    url = f"sqlite:///{file}"
    before = versions(url)["people"]
    assert before
    for statement in CHANGES:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(statement)
        now = versions(url)["people"]
        assert now != before, statement
        assert versions(url)["people"] == now, "reading is no change"
        before = now


def test_a_change_shows_while_a_writer_keeps_the_file_open(file: Path) -> None:
    url = f"sqlite:///{file}"
    with closing(sqlite3.connect(file)) as connection:
        seen = {versions(url)["people"]}
        for number in range(20):
            with connection:
                connection.execute("UPDATE people SET email = ? WHERE id = 1", (f"x{number % 2}@mail.example",))
            seen.add(versions(url)["people"])
    assert len(seen) == 21


def test_a_view_of_a_sqlite_file_has_no_version(file: Path) -> None:
    assert not versions(f"sqlite:///{file}")["seen"]


@pytest.fixture
def postgres(fresh_postgres: str) -> str:
    run(fresh_postgres, *SETUP)
    return fresh_postgres


def run(url: str, *statements: str) -> None:
    """In a session of its own, whose counts are told when it ends."""
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
        connection.execute("SELECT pg_stat_force_next_flush()")


@pytest.mark.parametrize(
    "statement", [*CHANGES[:4], "TRUNCATE people", "ALTER TABLE people RENAME COLUMN email TO mail"]
)
def test_each_change_of_a_postgres_table_shows(postgres: str, statement: str) -> None:
    before = versions(postgres)
    assert before["people"]
    assert versions(postgres) == before, "reading is no change"
    run(postgres, statement)
    now = versions(postgres)
    assert now["people"] != before["people"]
    assert now["other"] == before["other"]
    assert not now["seen"]


def test_a_change_of_a_partition_is_one_of_its_table(fresh_postgres: str) -> None:
    run(
        fresh_postgres,
        "CREATE TABLE visits (day date, who text) PARTITION BY RANGE (day)",
        "CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
    )
    before = versions(fresh_postgres)["visits"]
    run(fresh_postgres, "INSERT INTO visits VALUES ('2026-01-05', 'somebody')")
    assert before
    assert versions(fresh_postgres)["visits"] != before


def test_counters_that_were_reset_make_another_version(postgres: str) -> None:
    before = versions(postgres)["other"]
    run(postgres, "SELECT pg_stat_reset()")
    assert versions(postgres)["other"] != before


def test_a_server_that_does_not_count_gives_no_versions(postgres: str) -> None:
    name = make_url(postgres).database
    run(postgres, f"ALTER DATABASE {name} SET track_counts = off")
    assert set(versions(postgres).values()) == {""}


def test_mariadb_gives_no_versions(fresh_mariadb: str) -> None:
    target = make_url(fresh_mariadb)
    with closing(
        pymysql.connect(host=target.host, port=target.port or 3306, user=target.username, database=target.database)
    ) as connection:
        connection.cursor().execute("CREATE TABLE people (id INTEGER PRIMARY KEY)")
    assert versions(fresh_mariadb) == {"people": ""}
