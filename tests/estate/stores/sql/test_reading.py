"""What comes out of a cell of any database: wide tables, long cells, streams that are left half read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from engine.estate.formats.format import MAX_CELL, Budget
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import opened, plant, plant_sqlite, read, values_of


def test_wide_tables(tmp_path: Path, fresh_postgres: str, fresh_mariadb: str) -> None:
    names = [f"c{n}" for n in range(2000)]
    rows = [tuple(f"{row}.{n}" for n in range(2000)) for row in range(30)]
    url = plant_sqlite(
        tmp_path / "a.db",
        f"CREATE TABLE t ({', '.join(names)})",
        (f"INSERT INTO t VALUES ({', '.join('?' * 2000)})", rows),
    )
    found = read(SqlStore("s", url), "t", Budget(rows=11))
    assert [chunk.rows for chunk in found] == [11, 11, 8]
    assert found[2].batch.column("c1999")[7].as_py() == "29.1999"
    for other, width in ((fresh_postgres, 1600), (fresh_mariadb, 1000)):
        plant(
            other,
            f"CREATE TABLE t ({', '.join(f'{name} int' for name in names[:width])})",
            "INSERT INTO t (c1) VALUES (7)",
        )
        (chunk,) = read(SqlStore("s", other), "t")
        assert chunk.batch.num_columns == width
        assert chunk.batch.column("c1").to_pylist() == [7]


def test_cells_that_are_too_long(tmp_path: Path, fresh_postgres: str, fresh_mariadb: str) -> None:
    sqlite = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y BLOB)",
        "CREATE TABLE pinned (k TEXT PRIMARY KEY, x TEXT, y BLOB) WITHOUT ROWID",
        "CREATE VIEW v AS SELECT x, y FROM t",
    )
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        rows: list[tuple[Any, ...]] = [(n, "s" * n, b"b" * n) for n in range(40)]
        rows[20] = (20, "ä" * MAX_CELL, b"\xff" * (2 * MAX_CELL))
        rows[21] = (21, "t" * MAX_CELL, b"u" * MAX_CELL)
        rows[39] = (39, "€" * MAX_CELL, None)
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        connection.executemany("INSERT INTO pinned VALUES (?, ?, ?)", [(f"{row[0]:02}", *row[1:]) for row in rows])
        connection.commit()
    plant(
        fresh_postgres,
        "CREATE TABLE t (id int PRIMARY KEY, x text, y bytea)",
        "INSERT INTO t SELECT i, repeat('s', i), convert_to(repeat('b', i), 'UTF8') FROM generate_series(0, 39) i",
        f"UPDATE t SET x = repeat('ä', {MAX_CELL}), y = convert_to(repeat('c', {2 * MAX_CELL}), 'UTF8') WHERE id = 20",
        f"UPDATE t SET x = repeat('t', {MAX_CELL}), y = convert_to(repeat('u', {MAX_CELL}), 'UTF8') WHERE id = 21",
        f"UPDATE t SET x = repeat('€', {MAX_CELL}), y = NULL WHERE id = 39",
        "CREATE VIEW v AS SELECT x, y FROM t",
    )
    plant(
        fresh_mariadb,
        "CREATE TABLE t (id int PRIMARY KEY, x longtext, y longblob)",
        "INSERT INTO t SELECT seq, repeat('s', seq), repeat('b', seq) FROM seq_0_to_39",
        f"UPDATE t SET x = repeat('ä', {MAX_CELL}), y = repeat('c', {2 * MAX_CELL}) WHERE id = 20",
        f"UPDATE t SET x = repeat('t', {MAX_CELL}), y = repeat('u', {MAX_CELL}) WHERE id = 21",
        f"UPDATE t SET x = repeat('€', {MAX_CELL}), y = NULL WHERE id = 39",
        "CREATE VIEW v AS SELECT x, y FROM t",
    )
    places = [(sqlite, "t"), (sqlite, "pinned"), (sqlite, "v"), (fresh_postgres, "t"), (fresh_postgres, "v")]
    for url, name in [*places, (fresh_mariadb, "t"), (fresh_mariadb, "v")]:
        chunks = read(SqlStore("s", url), name)
        assert sum(trouble.count for chunk in chunks for trouble in chunk.troubles) == 3, (url, name)
        assert {trouble.kind for chunk in chunks for trouble in chunk.troubles} == {"cell_cut"}
        assert all(trouble.lost for chunk in chunks for trouble in chunk.troubles)
        x, y = values_of(chunks, "x"), values_of(chunks, "y")
        assert sorted(len(value.encode()) for value in x) == [
            *range(20),
            *range(22, 39),
            MAX_CELL - 1,
            MAX_CELL,
            MAX_CELL,
        ]
        assert sorted(len(value or b"") for value in y) == [0, *range(20), *range(22, 39), MAX_CELL, MAX_CELL]
        assert "ä" * (MAX_CELL // 2) in x


def test_half_read_streams_end_at_once(fresh_postgres: str, fresh_mariadb: str) -> None:
    plant(fresh_postgres, "CREATE VIEW v AS SELECT i, repeat('x', 1000) FROM generate_series(1, 1000000) i")
    plant(fresh_mariadb, "CREATE VIEW v AS SELECT seq, repeat('x', 1000) FROM seq_1_to_100000000")
    for url in (fresh_postgres, fresh_mariadb):
        with opened(SqlStore("s", url), "v") as reader:
            chunks = reader.chunks(None, Budget(rows=100))
            assert [next(chunks).rows for _ in range(3)] == [100, 100, 100]
