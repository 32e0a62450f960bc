"""What comes out of a cell of PostgreSQL, whatever is in it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.estate.formats.format import MAX_CELL, Budget, Trouble
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import opened, plant, quoted, read, values_of


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
    (chunk,) = read(SqlStore("s", fresh_postgres), "t")
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


def test_postgresql_long_arrays(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        "CREATE TABLE t (id int PRIMARY KEY, x text[])",
        f"INSERT INTO t VALUES (1, ARRAY['a', 'b']), (2, ARRAY[repeat('c', {3 * MAX_CELL}), 'd']), (3, NULL)",
    )
    (chunk,) = read(SqlStore("s", fresh_postgres), "t")
    first, second, third = values_of([chunk], "x[]")
    assert (first, third) == (["a", "b"], None)
    assert [len(value) for value in second] == [MAX_CELL]
    assert chunk.troubles == (Trouble("cell_cut", 1, lost=True),)


def test_reserved_words_and_marks(fresh_postgres: str) -> None:
    names = ["select", "user", "a b", "%s", ":n", "k0", "t", "ß", "a.b", "A", "a"]
    columns = ", ".join(f"{quoted(name)} text" for name in names)
    plant(
        fresh_postgres,
        f"CREATE TABLE {quoted('order')} (id serial, {columns}, PRIMARY KEY (a, {quoted('%s')}))",
        f"INSERT INTO {quoted('order')} (a, {quoted('%s')}) SELECT i % 3, i FROM generate_series(1, 20) i",
    )
    assert len(read(SqlStore("s", fresh_postgres), "order", Budget(rows=2))) == 10
