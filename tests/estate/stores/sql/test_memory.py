"""Memory is bounded, whatever a cell or a table holds: measured in a process of its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.estate.stores.sql.planting import plant, plant_sqlite

LONG = "y" * (1 << 20)

READ = """
import sys
from engine.estate.formats.format import Budget
from engine.estate.stores.sql import SqlStore
from tests.peak import peak
store = SqlStore("s", sys.argv[1])
assets = {asset.name: asset for asset in store.assets()}
def read(name):
    rows = troubles = 0
    with store.open(assets[name], assets[name].objects[0]) as reader:
        for chunk in reader.chunks(None, Budget()):
            rows += chunk.rows
            troubles += sum(trouble.count for trouble in chunk.troubles)
    return rows, troubles
read("small")
before = peak()
print(*read(sys.argv[2]), (peak() - before) >> 20)
"""


def measure(url: str, name: str) -> tuple[int, int, int]:
    """Rows, troubles, and megabytes that reading took beyond reading a small table."""
    done = subprocess.run([sys.executable, "-c", READ, url, name], capture_output=True, text=True, check=True)
    rows, troubles, megabytes = map(int, done.stdout.split())
    return rows, troubles, megabytes


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    path = tmp_path / "a.db"
    url = plant_sqlite(
        path, "CREATE TABLE small (id INTEGER PRIMARY KEY)", "CREATE TABLE big (id INTEGER PRIMARY KEY, x, y TEXT)"
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO big VALUES (1, 'a', 'b'), (2, ?, ?)", ("x" * (200 << 20), "y" * (200 << 20)))
        connection.commit()
    return url


def test_a_huge_cell_on_sqlite(sqlite_url: str) -> None:
    rows, troubles, megabytes = measure(sqlite_url, "big")
    assert (rows, troubles) == (2, 2)
    assert megabytes < 60


def test_a_huge_cell_on_postgresql(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        "CREATE TABLE small (id int PRIMARY KEY)",
        "CREATE TABLE big (id int PRIMARY KEY, x text, y bytea, z text[])",
        f"INSERT INTO big (id, x, y) VALUES (1, repeat('x', {200 << 20}), convert_to(repeat('y', {100 << 20}), 'UTF8'))",
        "INSERT INTO big (id) VALUES (2)",
        "CREATE VIEW seen AS SELECT x, y FROM big",
    )
    for name in ("big", "seen"):
        rows, troubles, megabytes = measure(fresh_postgres, name)
        assert (rows, troubles) == (2, 2)
        assert megabytes < 60


def test_small_rows_and_then_long_ones(tmp_path: Path, fresh_postgres: str, fresh_mariadb: str) -> None:
    """The page after many small rows is asked for with many rows: the cap on cells has to hold it down."""
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE small (id INTEGER PRIMARY KEY)",
        "CREATE TABLE big (id INTEGER PRIMARY KEY, x TEXT)",
        ("INSERT INTO big VALUES (?, 'x')", [(n,) for n in range(20_000)]),
        ("INSERT INTO big VALUES (?, ?)", [(n, LONG) for n in range(20_000, 20_300)]),
    )
    servers = (
        (fresh_postgres, "text", "generate_series(1, 20300) AS n(seq)"),
        (fresh_mariadb, "longtext", "seq_1_to_20300"),
    )
    for server, text, source in servers:
        plant(
            server,
            "CREATE TABLE small (id int PRIMARY KEY)",
            f"CREATE TABLE big (id int PRIMARY KEY, x {text})",
            f"INSERT INTO big SELECT seq, CASE WHEN seq <= 20000 THEN 'x' ELSE repeat('y', {1 << 20}) END FROM {source}",
        )
    for place in (url, fresh_postgres, fresh_mariadb):
        rows, troubles, megabytes = measure(place, "big")
        assert (rows, troubles) == (20_300, 0)
        assert megabytes < 200, place.partition(":")[0]
