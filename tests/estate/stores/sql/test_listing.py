"""What a database says it holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import AssetInfo, ForeignKey
from tests.estate.stores.sql.planting import WEIRD, plant, plant_sqlite, quoted, read


def listing(url: str) -> dict[str, AssetInfo]:
    return {asset.name: asset for asset in SqlStore("s", url).assets()}


LINKED = (
    "CREATE TABLE a (id int PRIMARY KEY, b_id int)",
    "CREATE TABLE b (id int PRIMARY KEY, a_id int, FOREIGN KEY (a_id) REFERENCES a (id))",
    "CREATE TABLE self (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES self (id))",
    "CREATE TABLE two (x int, y int, PRIMARY KEY (x, y))",
    "CREATE TABLE refers (y int, x int, FOREIGN KEY (x, y) REFERENCES two (x, y))",
)


def check_links(found: dict[str, AssetInfo]) -> None:
    assert found["a"].foreign_keys == (ForeignKey(("b_id",), "b", ("id",)),)
    assert found["b"].foreign_keys == (ForeignKey(("a_id",), "a", ("id",)),)
    assert found["self"].foreign_keys == (ForeignKey(("parent",), "self", ("id",)),)
    assert found["refers"].foreign_keys == (ForeignKey(("x", "y"), "two", ("x", "y")),)


def test_sqlite_foreign_keys(tmp_path: Path) -> None:
    tables = [text.replace("b_id int)", "b_id int REFERENCES b)") for text in LINKED]
    check_links(listing(plant_sqlite(tmp_path / "a.db", *tables)))


def test_postgresql_foreign_keys(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        *LINKED,
        "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id)",
        "CREATE SCHEMA other",
        "CREATE TABLE other.c (a int REFERENCES a, p int, d date)",
        "CREATE TABLE parts (d date PRIMARY KEY, a int REFERENCES a) PARTITION BY RANGE (d)",
        "CREATE TABLE parts_1 PARTITION OF parts DEFAULT",
        "ALTER TABLE other.c ADD FOREIGN KEY (d) REFERENCES parts",
    )
    found = listing(fresh_postgres)
    check_links(found)
    assert found["other.c"].foreign_keys == (ForeignKey(("a",), "a", ("id",)), ForeignKey(("d",), "parts", ("d",)))
    assert found["parts"].foreign_keys == (ForeignKey(("a",), "a", ("id",)),)
    assert "parts_1" not in found


def test_mariadb_foreign_keys(fresh_mariadb: str) -> None:
    plant(fresh_mariadb, *LINKED, "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id)")
    check_links(listing(fresh_mariadb))


def test_row_estimates(tmp_path: Path, fresh_postgres: str, fresh_mariadb: str) -> None:
    url = plant_sqlite(tmp_path / "a.db", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (90), (100)")
    assert listing(url)["t"].objects[0].rows == 100
    plant_sqlite(tmp_path / "a.db", "INSERT INTO t VALUES (9223372036854775807)")
    assert listing(url)["t"].objects[0].rows is None, "more than the file can hold"
    plant(
        fresh_postgres,
        "CREATE TABLE t (id int)",
        "INSERT INTO t SELECT generate_series(1, 100)",
        "CREATE TABLE parts (id int) PARTITION BY HASH (id)",
        "CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
        "INSERT INTO parts SELECT generate_series(1, 50)",
        "CREATE VIEW v AS SELECT 1 AS x",
        "CREATE TABLE new (id int)",
        "ANALYZE t",
        "ANALYZE parts",
    )
    found = listing(fresh_postgres)
    assert [found[name].objects[0].rows for name in ("t", "parts", "v", "new")] == [100, 50, None, None]
    assert (found["t"].objects[0].bytes or 0) % 8192 == 0
    plant(
        fresh_mariadb,
        "CREATE TABLE t (id int PRIMARY KEY)",
        "INSERT INTO t SELECT seq FROM seq_1_to_100",
        "ANALYZE TABLE t",
    )
    assert listing(fresh_mariadb)["t"].objects[0].rows == 100


def test_one_bad_table_does_not_stop_the_listing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    url = plant_sqlite(path, "CREATE TABLE good (id INTEGER PRIMARY KEY)", "INSERT INTO good VALUES (1)")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "INSERT INTO sqlite_schema VALUES ('table', 'bad', 'bad', 0, 'CREATE VIRTUAL TABLE bad USING no_such_module(x)')"
        )
        connection.commit()
    found = listing(url)
    assert {name: asset.problem for name, asset in found.items()} == {"bad": "store_error", "good": ""}
    assert read(SqlStore("s", url), "good")[0].rows == 1


def test_mariadb_without_a_database_lists_all(fresh_mariadb: str) -> None:
    name = sa.make_url(fresh_mariadb).database
    plant(fresh_mariadb, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    everywhere = sa.make_url(fresh_mariadb)._replace(database=None).render_as_string(hide_password=False)
    store = SqlStore("s", everywhere)
    names = {asset.name for asset in store.assets()}
    assert f"{name}.t" in names
    assert not any(one.startswith(("mysql.", "information_schema.")) for one in names)
    assert read(store, f"{name}.t")[0].rows == 1


def test_postgresql_system_and_foreign_tables(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        f"CREATE SCHEMA {quoted(WEIRD)}",
        f"CREATE TABLE {quoted(WEIRD)}.{quoted('a.b')} (id int PRIMARY KEY)",
        f"INSERT INTO {quoted(WEIRD)}.{quoted('a.b')} VALUES (1)",
        'CREATE TABLE "x.y" (id int)',
        "CREATE SCHEMA x",
        "CREATE TABLE x.y (id int)",
        "CREATE EXTENSION IF NOT EXISTS file_fdw",
        "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
        "CREATE FOREIGN TABLE outside (line text) SERVER files OPTIONS (filename '/no/such/file')",
    )
    found = listing(fresh_postgres)
    assert {name: asset.kind for name, asset in found.items()} == {
        f'{WEIRD}."a.b"': "table",
        '"x.y"': "table",
        "x.y": "table",
        "outside": "table",
    }
    assert read(SqlStore("s", fresh_postgres), f'{WEIRD}."a.b"')[0].rows == 1
