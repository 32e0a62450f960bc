"""What comes out of a cell of SQLite, whatever is in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from engine.base.errors import BadInput, StoreError
from engine.estate.formats.format import MAX_CELL, Budget, Chunk, Trouble
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import column, opened, plant_sqlite, read, values_of


def one_column(path: Path, declared: str, values: Sequence[object]) -> Chunk:
    url = plant_sqlite(
        path, f"CREATE TABLE t (x {declared})", ("INSERT INTO t VALUES (?)", [(value,) for value in values])
    )
    (chunk,) = read(SqlStore("s", url), "t")
    return chunk


@pytest.mark.parametrize(
    ("declared", "values", "kind", "expected"),
    [
        ("INTEGER", [1, None, -(2**63)], pa.int64(), [1, None, -(2**63)]),
        ("INTEGER", [1, "x", b"\xff", 2.5], pa.string(), ["1", "x", "\\xff", "2.5"]),
        ("TEXT", ["a", None], pa.string(), ["a", None]),
        ("TEXT", ["a", b"b"], pa.string(), ["a", "b"]),
        ("REAL", [1, 2.5, 1e300], pa.float64(), [1.0, 2.5, 1e300]),
        ("BLOB", [b"a", b"\x00\xff"], pa.binary(), [b"a", b"\x00\xff"]),
        ("BLOB", [b"a", "b"], pa.string(), ["a", "b"]),
        ("", [None, None], pa.string(), [None, None]),
        ("INT", [None], pa.int64(), [None]),
        ("DATE", ["2020-01-01"], pa.string(), ["2020-01-01"]),
        ("NUMERIC", [1, 2.5], pa.string(), ["1", "2.5"]),
        ("NUMERIC", [float("inf")], pa.float64(), [float("inf")]),
        ("TEXT", ["a\x00b", ""], pa.string(), ["a\x00b", ""]),
    ],
)
def test_sqlite_values(
    tmp_path: Path, declared: str, values: list[object], kind: pa.DataType, expected: list[object]
) -> None:
    chunk = one_column(tmp_path / "a.db", declared, values)
    assert chunk.batch.schema.field("x").type == kind
    assert chunk.batch.column("x").to_pylist() == expected
    assert chunk.troubles == ()


def test_sqlite_text_that_is_not_utf8(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
        ("INSERT INTO t VALUES (?, 'good')", [(n,) for n in range(3000)]),
        "UPDATE t SET x = CAST(x'4dfc6c6c6572' AS TEXT) WHERE id IN (5, 2500)",
        "CREATE VIEW v AS SELECT x FROM t",
    )
    for name in ("t", "v"):
        (chunk,) = read(SqlStore("s", url), name)
        assert chunk.troubles == (Trouble("invalid_bytes", 2, lost=False),)
        assert [value for value in chunk.batch.column("x").to_pylist() if value != "good"] == ["M\ufffdller"] * 2
    pieces = read(SqlStore("s", url), "t", Budget(rows=700))
    assert sum(trouble.count for chunk in pieces for trouble in chunk.troubles) == 2


def test_sqlite_key_that_is_not_utf8(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (x TEXT PRIMARY KEY) WITHOUT ROWID",
        "INSERT INTO t VALUES (CAST(x'fc' AS TEXT))",
    )
    with pytest.raises(StoreError) as caught:
        read(SqlStore("s", url), "t")
    assert caught.value.reason == "not_parseable"


def test_sqlite_keys_and_views_that_are_too_long(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (x BLOB PRIMARY KEY) WITHOUT ROWID",
        f"INSERT INTO t VALUES (zeroblob({2 * MAX_CELL}))",
        "CREATE TABLE u (x TEXT PRIMARY KEY) WITHOUT ROWID",
        f"INSERT INTO u VALUES (printf('%.{MAX_CELL // 2}c', 'x'))",
        "CREATE TABLE w (k INTEGER PRIMARY KEY, x BLOB) WITHOUT ROWID",
        f"INSERT INTO w VALUES (1, zeroblob({65 << 20}))",
        "CREATE VIEW v AS SELECT x FROM w",
    )
    for name in ("t", "u", "v", "w"):
        with pytest.raises(StoreError) as caught:
            read(SqlStore("s", url), name)
        assert caught.value.reason == "too_large", name


def test_sqlite_null_keys_and_odd_rowids(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE nulls (k TEXT PRIMARY KEY, x)",
        "INSERT INTO nulls VALUES (NULL, 1), (NULL, 2), ('a', 3)",
        "CREATE TABLE shadowed (rowid TEXT, x)",
        "INSERT INTO shadowed VALUES ('same', 1), ('same', 2), (NULL, 3)",
        "CREATE TABLE hidden (rowid TEXT, oid TEXT, _ROWID_ TEXT)",
        "INSERT INTO hidden VALUES ('same', 1, 2), ('same', 1, 2)",
        "CREATE TABLE downward (id INTEGER PRIMARY KEY DESC, x)",
        "INSERT INTO downward VALUES (NULL, 1), (NULL, 2)",
        "CREATE TABLE renamed (rowid INTEGER PRIMARY KEY, x)",
        "INSERT INTO renamed VALUES (-5, 1), (9223372036854775807, 2)",
        "CREATE TABLE generated (a INT, b AS (a * 2), c AS (a + 1) STORED)",
        "INSERT INTO generated VALUES (1), (2)",
    )
    store = SqlStore("s", url)
    counts = {"nulls": 3, "shadowed": 3, "hidden": 2, "downward": 2, "renamed": 2, "generated": 2}
    for name, count in counts.items():
        with opened(store, name) as reader:
            assert reader.resumable == (name != "hidden"), name
        assert sum(chunk.rows for chunk in read(store, name, Budget(rows=1))) == count, name
        assert len(read(store, name, Budget(rows=1))) == count
    assert column(store, "generated", "b") == [2, 4]


def test_column_names(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db", 'CREATE TABLE t ("" int, "a[]" int, "a[ ]" int, "%(x)s" int, ":x" int, "?" int)'
    )
    plant_sqlite(tmp_path / "a.db", "INSERT INTO t VALUES (1, 2, 3, 4, 5, 6)")
    (chunk,) = read(SqlStore("s", url), "t")
    assert chunk.batch.to_pylist() == [{"(unnamed)": 1, "a[ ]": 2, "a[ ] (2)": 3, "%(x)s": 4, ":x": 5, "?": 6}]


def test_sqlite_long_text_in_utf16(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "PRAGMA encoding = 'UTF-16le'",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
        ("INSERT INTO t VALUES (?, ?)", [(1, "ä" * 2 * MAX_CELL), (2, "ö")]),
    )
    (chunk,) = read(SqlStore("s", url), "t")
    long, short = values_of([chunk], "x")
    assert (set(long), short) == ({"ä"}, "ö")
    assert chunk.troubles == (Trouble("cell_cut", 1, lost=True),)


def test_budgets(tmp_path: Path) -> None:
    rows = [(n, "x" * 96) for n in range(10_000)]
    url = plant_sqlite(
        tmp_path / "a.db", "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)", ("INSERT INTO t VALUES (?, ?)", rows)
    )
    store = SqlStore("s", url)
    sizes = [chunk.rows for chunk in read(store, "t", Budget(bytes=108 * 1500))]
    assert sizes == [1500] * 6 + [1000]
    assert [chunk.rows for chunk in read(store, "t", Budget(rows=4000))] == [4000, 4000, 2000]
    assert [chunk.rows for chunk in read(store, "t", Budget(rows=5000))] == [5000, 5000]


def test_a_cursor_of_another_key(tmp_path: Path) -> None:
    url = plant_sqlite(tmp_path / "a.db", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE VIEW v AS SELECT 1 AS x")
    with opened(SqlStore("s", url), "t") as reader:
        for cursor in ({"by": ["other"], "after": [1]}, {}, {"by": ["id"], "after": [1, 2]}):
            with pytest.raises(StoreError) as caught:
                next(reader.chunks(cursor, Budget()))
            assert caught.value.reason == "changed_while_read"
    with opened(SqlStore("s", url), "v") as reader, pytest.raises(BadInput):
        next(reader.chunks({"row": 5}, Budget()))


def test_a_table_of_an_sqlite_name_is_not_taken_for_a_text(tmp_path: Path) -> None:
    """SQLite takes a double-quoted name that it does not know for a text; ours are qualified, so it cannot."""
    path = tmp_path / "a.db"
    url = plant_sqlite(
        path, "CREATE TABLE t (id INTEGER PRIMARY KEY, gone TEXT)", "INSERT INTO t VALUES (1, 'x'), (2, 'y')"
    )
    with opened(SqlStore("s", url), "t") as reader:
        chunks = reader.chunks(None, Budget(rows=1))
        next(chunks)
        plant_sqlite(path, "ALTER TABLE t RENAME COLUMN gone TO here")
        with pytest.raises(StoreError):
            next(chunks)
