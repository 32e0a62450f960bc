"""How many bytes a table takes up, as its server counts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.test_shapes import run, sqlite_url

FILL = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) "


def volumes(url: str, *assets: str) -> list[int | None]:
    with SqlStore("shop", url).asking() as (session, _):
        return [session.volume(one) for one in assets]


def filled(table: str, rows: str) -> tuple[str, ...]:
    return (
        f"CREATE TABLE {table} (id integer PRIMARY KEY, note varchar(250))",
        f"INSERT INTO {table} {FILL.strip()} SELECT i, {rows} FROM n",
    )


def test_sqlite_counts_pages_of_tables_and_indexes(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    text = "'" + "x" * 200 + "'"
    run(url, *filled('"odd.name"', text), *filled("bare", text), "CREATE INDEX notes ON bare (note)")
    run(url, "CREATE TABLE keyed (a text, b text, PRIMARY KEY (a, b)) WITHOUT ROWID", "INSERT INTO keyed VALUES (1, 2)")
    odd, bare, keyed, none = volumes(url, "odd.name", "Bare", "keyed", "nowhere")
    assert odd is not None
    assert bare is not None
    assert 900 * 200 < odd < 900 * 260
    assert bare > 2 * 900 * 200
    assert (keyed, none) == (4096, None)


def test_postgresql_counts_partitions_and_only_the_table_that_is_meant(fresh_postgres: str) -> None:
    run(
        fresh_postgres,
        "CREATE SCHEMA crm",
        "CREATE TABLE crm.visits (id integer, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
        "CREATE TABLE crm.old PARTITION OF crm.visits FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        "CREATE TABLE crm.late PARTITION OF crm.visits FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
        f"INSERT INTO crm.visits {FILL.strip()} SELECT i, '2020-05-05', repeat('x', 200) FROM n",
        f"INSERT INTO crm.visits {FILL.strip()} SELECT i, '2021-05-05', repeat('x', 200) FROM n",
        "CREATE TABLE visits (id integer PRIMARY KEY)",
        'CREATE TABLE "odd.name" (id integer)',
    )
    parts, public, odd, none = volumes(fresh_postgres, "crm.visits", "visits", '"odd.name"', "nowhere")
    assert parts is not None
    assert 2 * 900 * 200 < parts < 2 * 900 * 400
    assert (public, odd, none) == (8192, 0, None), "an empty index has one page"


def test_mariadb_tells_what_it_estimates(fresh_mariadb: str) -> None:
    run(fresh_mariadb, *filled("notes", "repeat('x', 200)"), "CREATE INDEX some ON notes (note)", "ANALYZE TABLE notes")
    notes, none = volumes(fresh_mariadb, "notes", "nowhere")
    assert notes is not None
    assert notes > 2 * 900 * 200
    assert none is None


@pytest.mark.parametrize("name", ["dbstat", "DBSTAT", "pragma_module_list"])
def test_tables_of_names_that_sqlite_uses_itself(tmp_path: Path, name: str) -> None:
    """One that is called as the table that counts pages hides it: then it is not told, and planning goes on."""
    url = sqlite_url(tmp_path)
    run(url, *filled("notes", "'x'"), f"CREATE TABLE {name} (id integer PRIMARY KEY)")
    (notes,) = volumes(url, "notes")
    assert (notes is None) is (name != "pragma_module_list")
