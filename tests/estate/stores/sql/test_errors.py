"""Every failure has its reason, and none of its texts holds a value, a password or what the driver wrote."""

from __future__ import annotations

import gzip
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.base.errors import ConfigError, StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.sql import Limits, SqlStore
from engine.estate.stores.sql import errors as sql_errors
from tests.contracts.store import STORE_REASONS
from tests.estate.stores.sql.planting import as_nobody, asset_of, connected, opened, plant, plant_sqlite, quoted, read
from tests.servers.postgresql import Postgres

SECRET = "canary-4711"
CLOSED_PORT = 1


def fails(reason: str, action: Callable[[], object], *absent: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        action()
    shown = f"{caught.value} {caught.value.hint}"
    assert caught.value.reason == reason, shown
    assert caught.value.__cause__ is not None or caught.value.reason in {
        "not_found",
        "not_parseable",
        "changed_while_read",
    }
    for text in (SECRET, *absent):
        assert text not in shown
    return caught.value


@contextmanager
def other_user(server: str, create: str, drop: str) -> Iterator[tuple[str, str]]:
    """A user of the server for one test: name and password."""
    name, password = f"reeve_{secrets.token_hex(6)}", SECRET + secrets.token_hex(4)
    with connected(server) as connection:
        connection.exec_driver_sql(create.format(name=name, password=password))
    try:
        yield name, password
    finally:
        with connected(server) as connection:
            connection.exec_driver_sql(drop.format(name=name))


def as_user(url: str, name: str, password: str | None = None) -> str:
    return sa.make_url(url).set(username=name, password=password).render_as_string(hide_password=False)


class TestPostgresql:
    def test_without_the_privilege(self, fresh_postgres: str) -> None:
        plant(fresh_postgres, "CREATE TABLE shut (id int PRIMARY KEY)", "CREATE TABLE free (id int PRIMARY KEY)")
        with other_user(fresh_postgres, "CREATE ROLE {name} LOGIN", "DROP OWNED BY {name}; DROP ROLE {name}") as (
            name,
            _,
        ):
            plant(fresh_postgres, f"GRANT SELECT ON free TO {name}")
            store = SqlStore("s", as_user(fresh_postgres, name))
            assert [asset.name for asset in store.assets()] == ["free", "shut"]
            assert read(store, "free")[0].rows == 0
            error = fails("permission_denied", lambda: read(store, "shut"))
            assert "42501" in error.message

    def test_rows_that_a_policy_hides(self, fresh_postgres: str) -> None:
        plant(
            fresh_postgres,
            "CREATE TABLE guarded (id int PRIMARY KEY)",
            "INSERT INTO guarded VALUES (1), (2)",
            "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
            "CREATE POLICY partly ON guarded USING (id = 1)",
        )
        with other_user(fresh_postgres, "CREATE ROLE {name} LOGIN", "DROP OWNED BY {name}; DROP ROLE {name}") as (
            name,
            _,
        ):
            plant(fresh_postgres, f"GRANT SELECT ON guarded TO {name}")
            fails("permission_denied", lambda: read(SqlStore("s", as_user(fresh_postgres, name)), "guarded"))

    def test_dropped_between_two_chunks(self, fresh_postgres: str) -> None:
        plant(fresh_postgres, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t SELECT generate_series(1, 9)")
        with opened(SqlStore("s", fresh_postgres), "t") as reader:
            chunks = reader.chunks(None, Budget(rows=2))
            assert next(chunks).rows == 2
            plant(fresh_postgres, "DROP TABLE t")
            fails("not_found", lambda: next(chunks))

    def test_a_column_dropped_between_two_chunks(self, fresh_postgres: str) -> None:
        plant(
            fresh_postgres,
            "CREATE TABLE t (id int PRIMARY KEY, x int)",
            "INSERT INTO t SELECT generate_series(1, 9), 1",
        )
        with opened(SqlStore("s", fresh_postgres), "t") as reader:
            chunks = reader.chunks(None, Budget(rows=2))
            next(chunks)
            plant(fresh_postgres, "ALTER TABLE t DROP COLUMN x")
            fails("changed_while_read", lambda: next(chunks))

    def test_a_view_that_fails(self, fresh_postgres: str) -> None:
        plant(
            fresh_postgres,
            "CREATE TABLE t (id int PRIMARY KEY, x text)",
            f"INSERT INTO t VALUES (0, '{SECRET}')",
            "CREATE VIEW divided AS SELECT 1 / id AS y FROM t",
            "CREATE VIEW cast_view AS SELECT x::int FROM t",
        )
        store = SqlStore("s", fresh_postgres)
        assert "22012" in fails("store_error", lambda: read(store, "divided")).message
        assert "22P02" in fails("store_error", lambda: read(store, "cast_view")).message

    def test_no_server_database_or_role(self, postgres_url: str) -> None:
        url = sa.make_url(postgres_url)
        places = {
            "unreachable": url.set(port=CLOSED_PORT, password=SECRET),
            "not_found": url.set(database="nobody_made_this"),
            "permission_denied": url.set(username="nobody_at_all"),
        }
        for reason, place in places.items():
            text = place.render_as_string(hide_password=False)
            fails(reason, lambda text=text: list(SqlStore("s", text).assets()), text)  # type: ignore[misc]

    def test_a_lock_held_by_another(self, fresh_postgres: str) -> None:
        plant(fresh_postgres, "CREATE TABLE t (id int PRIMARY KEY)")
        store = SqlStore("s", fresh_postgres, Limits(lock_seconds=0.2))
        asset = asset_of(store, "t")
        engine = sa.create_engine(fresh_postgres)
        with engine.connect() as connection, store.open(asset, asset.objects[0]) as reader:
            connection.exec_driver_sql("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            fails("timeout", lambda: next(reader.chunks(None, Budget())))
        engine.dispose()

    def test_a_statement_that_takes_too_long(self, fresh_postgres: str) -> None:
        plant(fresh_postgres, "CREATE VIEW slow AS SELECT count(*) FROM generate_series(1, 1000000000) i")
        store = SqlStore("s", fresh_postgres, Limits(statement_seconds=0.2))
        fails("timeout", lambda: read(store, "slow"))

    def test_a_killed_session(self, fresh_postgres: str) -> None:
        plant(fresh_postgres, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t SELECT generate_series(1, 9)")
        with opened(SqlStore("s", fresh_postgres), "t") as reader:
            chunks = reader.chunks(None, Budget(rows=2))
            next(chunks)
            plant(
                fresh_postgres,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'reeve scan'",
            )
            fails("unreachable", lambda: next(chunks))

    def test_a_wrong_password(self, own_postgres: Postgres) -> None:
        assert list(SqlStore("s", own_postgres.url()).assets()) == []
        for password in (None, SECRET):
            place = own_postgres.url(password=password)
            fails("permission_denied", lambda place=place: list(SqlStore("s", place).assets()), place)  # type: ignore[misc]


class TestMariadb:
    def test_without_the_privilege(self, fresh_mariadb: str) -> None:
        plant(fresh_mariadb, "CREATE TABLE t (id int PRIMARY KEY)")
        store = SqlStore("s", fresh_mariadb)
        asset = asset_of(store, "t")
        user = other_user(
            fresh_mariadb, "CREATE USER '{name}'@'%%' IDENTIFIED BY '{password}'", "DROP USER '{name}'@'%%'"
        )
        with user as (name, password):
            plant(fresh_mariadb, f"GRANT INSERT ON {sa.make_url(fresh_mariadb).database}.t TO '{name}'@'%'")
            denied = SqlStore("s", as_user(fresh_mariadb, name, password))

            def reading() -> None:
                with denied.open(asset, asset.objects[0]) as reader:
                    next(reader.chunks(None, Budget()))

            fails("permission_denied", reading, password)
            wrong = SqlStore("s", as_user(fresh_mariadb, name, "wrong"))
            error = fails("permission_denied", lambda: list(wrong.assets()), password, "wrong")
            assert "1045" in error.message

    def test_dropped_or_changed_between_two_chunks(self, fresh_mariadb: str) -> None:
        for change, reason in (("DROP TABLE t", "not_found"), ("ALTER TABLE t DROP COLUMN x", "changed_while_read")):
            plant(
                fresh_mariadb,
                "CREATE OR REPLACE TABLE t (id int PRIMARY KEY, x int)",
                "INSERT INTO t SELECT seq, 1 FROM seq_1_to_9",
            )
            with opened(SqlStore("s", fresh_mariadb), "t") as reader:
                chunks = reader.chunks(None, Budget(rows=2))
                next(chunks)
                plant(fresh_mariadb, change)
                fails(reason, lambda chunks=chunks: next(chunks))  # type: ignore[misc]

    def test_a_view_that_fails(self, fresh_mariadb: str) -> None:
        plant(
            fresh_mariadb,
            "CREATE TABLE t (id int PRIMARY KEY, x text)",
            f"INSERT INTO t VALUES (1, '{SECRET}'), (2, 'b')",
            "CREATE VIEW several AS SELECT (SELECT x FROM t) AS x",
        )
        assert "1242" in fails("store_error", lambda: read(SqlStore("s", fresh_mariadb), "several")).message

    def test_no_server_or_database(self, mariadb_url: str) -> None:
        url = sa.make_url(mariadb_url)
        places = {
            "unreachable": url.set(port=CLOSED_PORT, password=SECRET),
            "not_found": url.set(database="nobody_made_this"),
        }
        for reason, place in places.items():
            text = place.render_as_string(hide_password=False)
            fails(reason, lambda text=text: list(SqlStore("s", text).assets()), text)  # type: ignore[misc]

    def test_a_statement_that_takes_too_long(self, fresh_mariadb: str) -> None:
        plant(
            fresh_mariadb,
            "CREATE TABLE t (id int PRIMARY KEY, x varchar(200))",
            "INSERT INTO t SELECT seq, seq FROM seq_1_to_2000",
        )
        store = SqlStore("s", fresh_mariadb, Limits(statement_seconds=0.0001))
        fails("timeout", lambda: read(store, "t"))


class TestSqlite:
    def test_a_missing_file_is_not_made(self, tmp_path: Path) -> None:
        path = tmp_path / "no" / "such.db"
        for place in (path, tmp_path / "such.db"):
            fails("not_found", lambda place=place: list(SqlStore("s", f"sqlite:///{place}").assets()), str(place))  # type: ignore[misc]
            assert not place.exists()
        assert list(tmp_path.iterdir()) == []

    def test_what_is_no_database(self, tmp_path: Path) -> None:
        contents = {
            "not_parseable": (b"id,name\n" + SECRET.encode() * 900, gzip.compress(secrets.token_bytes(5000))),
            "encrypted": (secrets.token_bytes(8192),),
        }
        for reason, bodies in contents.items():
            for body in bodies:
                path = tmp_path / "file.db"
                path.write_bytes(body)
                fails(reason, lambda path=path: list(SqlStore("s", f"sqlite:///{path}").assets()))  # type: ignore[misc]
        fails("not_parseable", lambda: list(SqlStore("s", f"sqlite:///{tmp_path}").assets()))

    def test_dropped_or_changed_between_two_chunks(self, tmp_path: Path) -> None:
        for number, (change, reason) in enumerate(
            (("DROP TABLE t", "not_found"), ("ALTER TABLE t DROP COLUMN x", "changed_while_read"))
        ):
            path = tmp_path / f"{number}.db"
            url = plant_sqlite(
                path,
                "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
                ("INSERT INTO t VALUES (?, 'y')", [(n,) for n in range(9)]),
            )
            with opened(SqlStore("s", url), "t") as reader:
                chunks = reader.chunks(None, Budget(rows=2))
                next(chunks)
                plant_sqlite(path, change)
                fails(reason, lambda chunks=chunks: next(chunks))  # type: ignore[misc]

    def test_a_view_that_fails(self, tmp_path: Path) -> None:
        url = plant_sqlite(
            tmp_path / "a.db",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
            f"INSERT INTO t VALUES (1, '{SECRET}')",
            "CREATE VIEW absent AS SELECT x FROM nowhere",
            "CREATE VIEW parsed AS SELECT json_extract(x, '$.a') AS y FROM t",
        )
        store = SqlStore("s", url)
        for name in ("absent", "parsed"):
            fails("store_error", lambda name=name: read(store, name))  # type: ignore[misc]

    def test_a_statement_that_takes_too_long(self, tmp_path: Path) -> None:
        url = plant_sqlite(
            tmp_path / "a.db",
            "CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000)"
            " SELECT count(*) AS c FROM n",
        )
        fails("timeout", lambda: read(SqlStore("s", url, Limits(statement_seconds=0.2)), "slow"))

    def test_a_lock_held_by_another(self, tmp_path: Path) -> None:
        url = plant_sqlite(tmp_path / "a.db", "CREATE TABLE t (id INTEGER PRIMARY KEY)")
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            fails("timeout", lambda: list(SqlStore("s", url, Limits(lock_seconds=0.1)).assets()))

    def test_a_damaged_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.db"
        rows = [(n, "x" * 500) for n in range(200)]
        url = plant_sqlite(
            path, "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)", ("INSERT INTO t VALUES (?, ?)", rows)
        )
        body = bytearray(path.read_bytes())
        body[5 * 4096 : 12 * 4096] = b"\xff" * (7 * 4096)
        path.write_bytes(body)
        fails("not_parseable", lambda: read(SqlStore("s", url), "t"))

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
    def test_a_file_that_may_not_be_read(self, public_folder: Path) -> None:
        path = public_folder / "a.db"
        url = plant_sqlite(path, "CREATE TABLE t (id INTEGER PRIMARY KEY)")
        path.chmod(0o600)
        with as_nobody():
            fails("permission_denied", lambda: list(SqlStore("s", url).assets()))


@pytest.mark.parametrize(
    "url", ["", "nonsense", "no-such-dialect://a:canary-4711@b/c", "postgresql://a:canary-4711@b:port/c"]
)
def test_a_url_that_cannot_be_understood(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SqlStore("s", url)
    assert SECRET not in f"{caught.value} {caught.value.hint}"


def test_a_driver_that_is_not_installed() -> None:
    with pytest.raises(ConfigError, match="not installed"):
        SqlStore("s", "oracle+oracledb://a@b/c")


def test_every_reason_is_one_of_the_contract() -> None:
    tables = (sql_errors.POSTGRESQL, sql_errors.MYSQL, sql_errors.SQLITE)
    assert {reason for table in tables for reason in table.values()} <= STORE_REASONS
    assert set(sql_errors.HINTS) <= STORE_REASONS


def test_quoting_marks_are_doubled() -> None:
    assert quoted('a"b') == '"a""b"'
