"""How much slower reading into Arrow is than fetching the same rows and throwing them away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from time import process_time

import pytest

from engine.estate.formats.format import Budget
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import opened, plant_sqlite

ROWS = 300_000


def fetched(path: Path) -> int:
    rows = 0
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute("SELECT * FROM t ORDER BY rowid")
        while page := cursor.fetchmany(1000):
            rows += len(page)
    return rows


def chunked(path: Path) -> int:
    with opened(SqlStore("s", f"sqlite:///{path}"), "t") as reader:
        return sum(chunk.rows for chunk in reader.chunks(None, Budget()))


@pytest.mark.benchmark
def test_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    rows = ((n, *(f"text {place} of {n}" for place in range(9)), n % 7, n / 3) for n in range(ROWS))
    columns = ", ".join(f"c{place} TEXT" for place in range(9))
    plant_sqlite(path, f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns}, x INTEGER, y REAL)")
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * 12)})", rows)
        connection.commit()
    seconds: dict[str, list[float]] = {"fetched": [], "chunked": []}
    for _ in range(5):
        for read in (fetched, chunked):
            start = process_time()
            assert read(path) == ROWS
            seconds[read.__name__].append(process_time() - start)
    ratio = min(seconds["chunked"]) / min(seconds["fetched"])
    print(f"SQLite: {ROWS / min(seconds['chunked']):,.0f} rows/s of 12 columns, {ratio:.2f} times fetchmany")
    assert ratio < 2.5
