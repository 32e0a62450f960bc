"""What comes out of a cell, whatever is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from engine.base.errors import BadInput, StoreError
from engine.estate.formats.format import MAX_CELL, Budget, Chunk, Trouble
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import cells, column, opened, plant, plant_sqlite, quoted, read, values_of


def only(chunks: Sequence[Chunk]) -> Chunk:
    assert len(chunks) == 1
    return chunks[0]


def one_column(path: Path, declared: str, values: Sequence[object]) -> Chunk:
    url = plant_sqlite(
        path, f"CREATE TABLE t (x {declared})", ("INSERT INTO t VALUES (?)", [(value,) for value in values])
    )
    return only(read(SqlStore("s", url), "t"))


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
        chunk = only(read(SqlStore("s", url), name))
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
        chunk = only(read(SqlStore("s", other), "t"))
        assert chunk.batch.num_columns == width
        assert chunk.batch.column("c1").to_pylist() == [7]


def test_column_names(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db", 'CREATE TABLE t ("" int, "a[]" int, "a[ ]" int, "%(x)s" int, ":x" int, "?" int)'
    )
    plant_sqlite(tmp_path / "a.db", "INSERT INTO t VALUES (1, 2, 3, 4, 5, 6)")
    batch = only(read(SqlStore("s", url), "t")).batch
    assert batch.to_pylist() == [{"(unnamed)": 1, "a[ ]": 2, "a[ ] (2)": 3, "%(x)s": 4, ":x": 5, "?": 6}]


def test_postgresql_values(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE TYPE pair AS (a int, b text)",
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
        "CREATE DOMAIN short AS varchar(10)",
        """CREATE TABLE t (id int PRIMARY KEY, a smallint, b bigint, c real, d double precision, e boolean, f text,
           g varchar(20), h char(4), i bytea, j date, k timestamp, l timestamptz, m numeric(10, 2), n numeric, o uuid, p json,
           q jsonb, r inet, s interval, t time, u mood, v pair, w positive, x short, y int[], z text[][], aa bit(3),
           ab int4range, ac point, ad xml, ae money, af timestamptz[])""",
        """INSERT INTO t VALUES (1, 2, 3, 0.1, 'NaN', true, 'text', 'vc', 'ch', '\\x00ff', '2020-02-29', '2020-01-01 10:00:00.5',
           '2020-01-01 10:00:00+02', 12.50, 1e40, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": 1}', '{"a": [1]}',
           '10.0.0.1', '1 day', '10:00', 'glad', '(1,x)', 5, 'dom', '{1,2,NULL}', '{{a,b},{c,d}}', '101', '[1,5)', '(1,2)',
           '<a/>', '3.50', '{infinity}')""",
        "INSERT INTO t (id) VALUES (2)",
    )
    chunk = only(read(SqlStore("s", fresh_postgres), "t"))
    first, second = chunk.batch.to_pylist()
    assert first.pop("d") != first.get("d")  # NaN
    assert first == {
        "id": 1,
        "a": 2,
        "b": 3,
        "c": 0.1,
        "e": True,
        "f": "text",
        "g": "vc",
        "h": "ch  ",
        "i": b"\x00\xff",
        "j": date(2020, 2, 29),
        "k": datetime(2020, 1, 1, 10, 0, 0, 500000),
        "l": datetime(2020, 1, 1, 8, tzinfo=UTC),
        "m": Decimal("12.50"),
        "n": "1" + "0" * 40,
        "o": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "p": '{"a": 1}',
        "q": '{"a": [1]}',
        "r": "10.0.0.1",
        "s": "1 day",
        "t": "10:00:00",
        "u": "glad",
        "v": "(1,x)",
        "w": 5,
        "x": "dom",
        "y[]": ["1", "2", None],
        "z[]": ["a", "b", "c", "d"],
        "aa": "101",
        "ab": "[1,5)",
        "ac": "(1,2)",
        "ad": "<a/>",
        "ae": "$3.50",
        "af[]": ["infinity"],
    }
    assert {value for name, value in second.items() if name != "id"} == {None}


def test_postgresql_times_that_python_lacks(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        "CREATE TABLE t (id timestamptz PRIMARY KEY, d date, n numeric(5, 1))",
        "INSERT INTO t VALUES ('-infinity', '0044-03-15 BC', 'NaN'), ('2020-01-01+00', '2020-01-01', 1.5),"
        " ('20200-01-01+00', 'infinity', 2), ('infinity', NULL, NULL)",
    )
    for budget in (Budget(), Budget(rows=1)):
        chunks = read(SqlStore("s", fresh_postgres), "t", budget)
        values = [
            tuple(None if v is None else str(v) for v in row.values())
            for chunk in chunks
            for row in chunk.batch.to_pylist()
        ]
        assert values == [
            ("-infinity", "0044-03-15 BC", "NaN"),
            ("2020-01-01 00:00:00+00:00", "2020-01-01", "1.5"),
            ("20200-01-01 00:00:00+00", "infinity", "2.0"),
            ("infinity", None, None),
        ]


@pytest.mark.parametrize(
    ("declared", "values", "resumable"),
    [
        ("bigint", "i", True),
        ("text", "'a' || i % 3 || 'Ä' || i", True),
        ("char(9)", "i::text", True),
        ("uuid", "md5(i::text)::uuid", True),
        ("date", "'2020-01-01'::date + i", True),
        ("timestamp", "'2020-01-01'::timestamp + i * interval '1 microsecond'", True),
        ("numeric(20, 5)", "i / 7.0", True),
        ("numeric", "i / 7.0", True),
        ("bytea", "decode(md5(i::text), 'hex')", True),
        ("double precision", "i / 7.0", False),
        ("inet", "'10.0.0.0'::inet + i", False),
    ],
)
def test_postgresql_keys(fresh_postgres: str, declared: str, values: str, resumable: bool) -> None:  # noqa: FBT001
    plant(
        fresh_postgres,
        f"CREATE TABLE t (id {declared} NOT NULL UNIQUE, n int)",
        f"INSERT INTO t SELECT {values}, i FROM generate_series(1, 60) i",
    )
    store = SqlStore("s", fresh_postgres)
    with opened(store, "t") as reader:
        assert reader.resumable == resumable
    assert sorted(values_of(read(store, "t", Budget(rows=7)), "n")) == [*range(1, 61)]


def test_mariadb_values(fresh_mariadb: str) -> None:
    plant(
        fresh_mariadb,
        """CREATE TABLE t (id int PRIMARY KEY, a tinyint(1), b bigint unsigned, c float, d double, e decimal(10, 2),
           f varchar(20), g text, h json, i blob, j date, k datetime(6), l timestamp NULL, m time, n enum('x', 'y'),
           o set('p', 'q'), p bit(12), q point, r year, s uuid, t decimal(60, 2), u varchar(10) CHARACTER SET latin1,
           v binary(3), w inet6, x longblob)""",
        """INSERT INTO t VALUES (1, 1, 18446744073709551615, 0.5, 1e300, 12.5, 'vc', 'text', '{"a": 1}', x'00ff', '2020-02-29',
           '2020-01-01 10:00:00.5', '2020-01-01 10:00:00', '-100:00:00', 'y', 'p,q', b'101', POINT(1, 2), 2024,
           'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 1e50, 'Ä', 'abc', '::1', x'ff')""",
        "INSERT INTO t (id) VALUES (2)",
    )
    chunk = only(read(SqlStore("s", fresh_mariadb), "t"))
    first, second = chunk.batch.to_pylist()
    assert first == {
        "id": 1,
        "a": 1,
        "b": "18446744073709551615",
        "c": 0.5,
        "d": 1e300,
        "e": Decimal("12.50"),
        "f": "vc",
        "g": "text",
        "h": '{"a": 1}',
        "i": b"\x00\xff",
        "j": date(2020, 2, 29),
        "k": datetime(2020, 1, 1, 10, 0, 0, 500000),
        "l": datetime(2020, 1, 1, 10),
        "m": "-100:00:00",
        "n": "y",
        "o": "p,q",
        "p": "5",
        "q": "POINT(1 2)",
        "r": 2024,
        "s": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "t": "1" + "0" * 50 + ".00",
        "u": "Ä",
        "v": b"abc",
        "w": "::1",
        "x": b"\xff",
    }
    assert {value for name, value in second.items() if name != "id"} == {None}


def test_mariadb_zero_dates(fresh_mariadb: str) -> None:
    plant(
        fresh_mariadb,
        "SET sql_mode = ''",
        "CREATE TABLE t (id datetime PRIMARY KEY, d date)",
    )
    with_zero = "SET STATEMENT sql_mode = '' FOR INSERT INTO t VALUES "
    plant(
        fresh_mariadb,
        with_zero + "('0000-00-00', '2020-00-00'), ('2020-01-01', '2020-01-01'), ('0000-01-01', '0000-01-01')",
    )
    for budget in (Budget(), Budget(rows=1)):
        assert sorted(cells(SqlStore("s", fresh_mariadb), "t", budget).elements()) == [
            ("d", "0000-01-01"),
            ("d", "2020-00-00"),
            ("d", "2020-01-01"),
            ("id", "0000-00-00 00:00:00"),
            ("id", "0000-01-01 00:00:00"),
            ("id", "2020-01-01 00:00:00"),
        ]


@pytest.mark.parametrize(
    ("declared", "values", "resumable"),
    [
        ("bigint unsigned", "seq + 18446744073709551000", True),
        ("varchar(20)", "concat(char(65 + seq % 2 * 32), char(65 + seq % 26), seq)", True),
        ("varchar(20) CHARACTER SET latin1", "concat('Ä', seq)", True),
        ("varbinary(20)", "unhex(md5(seq))", True),
        ("decimal(30, 10)", "12345678901234567890 + seq / 1000000", True),
        ("datetime(6)", "'2020-01-01' + INTERVAL seq MICROSECOND", True),
        ("double", "seq / 7", False),
        ("uuid", "concat(lpad(hex(seq * 7919), 8, '0'), '-0000-4000-8000-000000000000')", False),
    ],
)
def test_mariadb_keys(fresh_mariadb: str, declared: str, values: str, resumable: bool) -> None:  # noqa: FBT001
    plant(
        fresh_mariadb,
        f"CREATE TABLE t (id {declared} NOT NULL UNIQUE, n int)",
        f"INSERT INTO t SELECT {values}, seq FROM seq_1_to_60",
    )
    store = SqlStore("s", fresh_mariadb)
    with opened(store, "t") as reader:
        assert reader.resumable == resumable
    assert sorted(values_of(read(store, "t", Budget(rows=7)), "n")) == [*range(1, 61)]


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


def test_sqlite_long_text_in_utf16(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "PRAGMA encoding = 'UTF-16le'",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)",
        ("INSERT INTO t VALUES (?, ?)", [(1, "ä" * 2 * MAX_CELL), (2, "ö")]),
    )
    chunk = only(read(SqlStore("s", url), "t"))
    long, short = values_of([chunk], "x")
    assert (set(long), short) == ({"ä"}, "ö")
    assert chunk.troubles == (Trouble("cell_cut", 1, lost=True),)


def test_postgresql_long_arrays(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        "CREATE TABLE t (id int PRIMARY KEY, x text[])",
        f"INSERT INTO t VALUES (1, ARRAY['a', 'b']), (2, ARRAY[repeat('c', {3 * MAX_CELL}), 'd']), (3, NULL)",
    )
    chunk = only(read(SqlStore("s", fresh_postgres), "t"))
    first, second, third = values_of([chunk], "x[]")
    assert (first, third) == (["a", "b"], None)
    assert [len(value) for value in second] == [MAX_CELL]
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


def test_half_read_streams_end_at_once(fresh_postgres: str, fresh_mariadb: str) -> None:
    plant(fresh_postgres, "CREATE VIEW v AS SELECT i, repeat('x', 1000) FROM generate_series(1, 1000000) i")
    plant(fresh_mariadb, "CREATE VIEW v AS SELECT seq, repeat('x', 1000) FROM seq_1_to_100000000")
    for url in (fresh_postgres, fresh_mariadb):
        with opened(SqlStore("s", url), "v") as reader:
            chunks = reader.chunks(None, Budget(rows=100))
            assert [next(chunks).rows for _ in range(3)] == [100, 100, 100]


def test_reserved_words_and_marks(fresh_postgres: str) -> None:
    names = ["select", "user", "a b", "%s", ":n", "k0", "t", "ß", "a.b", "A", "a"]
    columns = ", ".join(f"{quoted(name)} text" for name in names)
    plant(
        fresh_postgres,
        f"CREATE TABLE {quoted('order')} (id serial, {columns}, PRIMARY KEY (a, {quoted('%s')}))",
        f"INSERT INTO {quoted('order')} (a, {quoted('%s')}) SELECT i % 3, i FROM generate_series(1, 20) i",
    )
    assert len(read(SqlStore("s", fresh_postgres), "order", Budget(rows=2))) == 10
