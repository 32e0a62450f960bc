"""The contract of stores, on every server."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import AssetInfo, ObjectInfo
from tests.contracts.format import Cell
from tests.contracts.store import StoreCase, StoreContract, expected_cells
from tests.estate.stores.sql.planting import WEIRD, WEIRD_BMP, connected, plant, plant_sqlite, quoted

SECRET = "ada.lovelace@example.org"
PEOPLE: list[dict[str, Any]] = [
    {"id": n, "name": f"Näme {n}" if n % 3 else None, "mail": SECRET if n == 7 else f"{n}@b.c"} for n in range(1, 31)
]
PAIRS = [{"a": f"k{n % 5}", "b": n, "c": "x" * n} for n in range(23)]
NOTES = [{"text": f"note {n % 4}"} for n in range(17)]
ABSENT = (AssetInfo("gone", "table", "sql", (ObjectInfo("gone"),)), ObjectInfo("gone"))


def _fill(url: str, weird: str) -> dict[str, Counter[Cell]]:
    """The same tables everywhere: with a key, a composite key, none, no rows, and an odd name."""
    metadata = sa.MetaData()
    people = sa.Table(
        "people",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(50)),
        sa.Column("mail", sa.Text),
    )
    pairs = sa.Table(
        "pairs",
        metadata,
        sa.Column("a", sa.String(20), primary_key=True),
        sa.Column("b", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("c", sa.Text),
    )
    notes = sa.Table("notes", metadata, sa.Column("text", sa.String(50)))
    sa.Table("empty", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("x", sa.Text))
    odd = sa.Table(
        weird,
        metadata,
        sa.Column(weird, sa.Integer, primary_key=True, autoincrement=False, key="id"),
        sa.Column("select", sa.Text),
        sa.Column("a b", sa.Text, key="ab"),
    )
    with connected(url) as connection:
        metadata.create_all(connection)
        connection.execute(people.insert(), PEOPLE)
        connection.execute(pairs.insert(), PAIRS)
        connection.execute(notes.insert(), NOTES)
        connection.execute(odd.insert(), [{"id": n, "select": "s", "ab": None} for n in range(5)])
    return {
        "people": expected_cells(PEOPLE),
        "pairs": expected_cells(PAIRS),
        "notes": expected_cells(NOTES),
        "empty": expected_cells([]),
        weird: expected_cells({weird: n, "select": "s"} for n in range(5)),
        "grown_ups": expected_cells({"name": one["name"]} for one in PEOPLE if one["id"] > 20),
    }


class TestSqlite(StoreContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> StoreCase:
        url = plant_sqlite(tmp_path / "a?b#c%d.db")
        url = sa.URL.create("sqlite", database=str(tmp_path / "a?b#c%d.db")).render_as_string()
        cells = _fill(url, WEIRD)
        plant_sqlite(
            tmp_path / "a?b#c%d.db",
            "CREATE VIEW grown_ups AS SELECT name FROM people WHERE id > 20",
            "CREATE TABLE pinned (a TEXT, b INT, c, PRIMARY KEY (b DESC, a COLLATE NOCASE)) WITHOUT ROWID",
            ("INSERT INTO pinned VALUES (?, ?, ?)", [(f"K{n}", n % 3, n * 1.5) for n in range(20)]),
            "CREATE VIRTUAL TABLE words USING fts5(body)",
            "INSERT INTO words VALUES ('some words of a letter')",
        )
        shadows = {f"words_{part}": "shadow_table" for part in ("config", "content", "data", "docsize", "idx")}
        cells["pinned"] = expected_cells({"a": f"K{n}", "b": n % 3, "c": n * 1.5} for n in range(20))
        cells["words"] = expected_cells([{"body": "some words of a letter"}])
        return StoreCase(SqlStore("s", url), cells, ABSENT, unread=shadows, secret=SECRET)


class TestPostgresql(StoreContract):
    @pytest.fixture
    def case(self, fresh_postgres: str) -> StoreCase:
        cells = _fill(fresh_postgres, WEIRD)
        plant(
            fresh_postgres,
            "CREATE VIEW grown_ups AS SELECT name FROM people WHERE id > 20",
            "CREATE MATERIALIZED VIEW shown AS SELECT id FROM people WHERE id < 4",
            "CREATE SCHEMA other",
            "CREATE TABLE other.people (tags text[], id uuid PRIMARY KEY)",
            "INSERT INTO other.people SELECT ARRAY['a', NULL, i::text], md5(i::text)::uuid FROM generate_series(1, 3) i",
            "CREATE TABLE parts (id int, day date, PRIMARY KEY (day, id)) PARTITION BY RANGE (day)",
            "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
            "CREATE TABLE parts_2 PARTITION OF parts DEFAULT",
            "INSERT INTO parts SELECT i, '2019-12-01'::date + i * 30 FROM generate_series(1, 20) i",
            "CREATE TABLE parent (id int PRIMARY KEY, x text)",
            "CREATE TABLE child (y text) INHERITS (parent)",
            "INSERT INTO parent SELECT i, 'p' FROM generate_series(1, 9) i",
            "INSERT INTO child SELECT i, 'c', 'y' FROM generate_series(1, 9) i",
            "CREATE TABLE nothing ()",
        )
        with connected(fresh_postgres) as connection:
            days = connection.exec_driver_sql("SELECT id, day FROM parts").mappings().all()
            ids = [str(row[0]) for row in connection.exec_driver_sql("SELECT id FROM other.people ORDER BY tags[3]")]
        cells |= {
            "shown": expected_cells({"id": n} for n in (1, 2, 3)),
            "other.people": expected_cells({"id": one} for one in ids)
            + Counter({("tags[]", "a"): 3, ("tags[]", "1"): 1, ("tags[]", "2"): 1, ("tags[]", "3"): 1}),
            "parts": expected_cells(dict(row) for row in days),
            "parent": expected_cells({"id": n, "x": "p"} for n in range(1, 10)),
            "child": expected_cells({"id": n, "x": "c", "y": "y"} for n in range(1, 10)),
            "nothing": Counter(),
        }
        return StoreCase(SqlStore("s", fresh_postgres), cells, ABSENT, secret=SECRET)


class TestMariadb(StoreContract):
    @pytest.fixture
    def case(self, fresh_mariadb: str) -> StoreCase:
        cells = _fill(fresh_mariadb, WEIRD_BMP)
        plant(
            fresh_mariadb,
            "CREATE VIEW grown_ups AS SELECT name FROM people WHERE id > 20",
            "CREATE TABLE doomed (x int)",
            "CREATE VIEW broken AS SELECT x FROM doomed",
            "DROP TABLE doomed",
            f"CREATE VIEW {quoted('a.b', '`')} AS SELECT 1 AS one",
        )
        cells['"a.b"'] = expected_cells([{"one": 1}])
        return StoreCase(SqlStore("s", fresh_mariadb), cells, ABSENT, unread={"broken": "store_error"}, secret=SECRET)
