"""Whatever is in a table and however it is cut, each row is read once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.estate.formats.cursor import cursor_from_bytes, cursor_to_bytes
from engine.estate.formats.format import Budget, Cursor
from engine.estate.stores.sql import SqlStore
from tests.contracts.format import cell_text
from tests.estate.stores.sql.planting import asset_of, connected, plant
from tests.properties import tries

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
ANY = st.none() | TEXTS | NUMBERS | st.floats(allow_nan=False) | st.binary(max_size=12)
BUDGETS = st.builds(Budget, rows=st.integers(1, 12), bytes=st.sampled_from([1, 60, 400, 1 << 20]))


@dataclass(frozen=True)
class Planted:
    """A table of columns a, b, c, d, with its rows."""

    create: str
    rows: list[tuple[Any, ...]]


@st.composite
def sqlite_tables(draw: st.DrawFn) -> Planted:
    kinds = [
        draw(st.sampled_from(["INTEGER", "TEXT", "TEXT COLLATE NOCASE", "BLOB", "REAL", "NUMERIC", "", "DATE"]))
        for _ in "abcd"
    ]
    key = draw(
        st.sampled_from(
            ["", "PRIMARY KEY (a)", "PRIMARY KEY (b, a)", "PRIMARY KEY (c COLLATE RTRIM, a DESC)", "UNIQUE (a, b)"]
        )
    )
    bare = " WITHOUT ROWID" if key.startswith("PRIMARY") and draw(st.booleans()) else ""
    columns = ", ".join(f"{name} {kind}" for name, kind in zip("abcd", kinds, strict=True))
    create = f"CREATE TABLE t ({columns}{', ' + key if key else ''}){bare}"
    return Planted(create, draw(st.lists(st.tuples(ANY, ANY, ANY, ANY), max_size=40)))


def shown(value: object) -> str:
    """As it comes out of a column of mixed types, too."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return cell_text(value)


def as_counter(rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]]) -> Counter[tuple[str | None, ...]]:
    return Counter(tuple(None if cell is None else shown(cell) for cell in row) for row in rows)


def read_restarting(store: SqlStore, budgets: list[Budget], restarts: list[bool]) -> Iterator[tuple[Any, ...]]:
    """Read with a budget after the other, opening anew where ``restarts`` says so; cursors go through their bytes."""
    asset = asset_of(store, "t")
    cursor: Cursor | None = None
    turn = 0
    while True:
        with store.open(asset, asset.objects[0]) as reader:
            for chunk in reader.chunks(cursor, budgets[turn % len(budgets)]):
                yield from (tuple(row.values()) for row in chunk.batch.to_pylist())
                cursor, turn = chunk.next, turn + 1
                if cursor is None:
                    return
                cursor = cursor_from_bytes(cursor_to_bytes(cursor))
                if reader.resumable and restarts[turn % len(restarts)]:
                    break


@settings(max_examples=tries(150), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(sqlite_tables(), st.lists(BUDGETS, min_size=1, max_size=4), st.lists(st.booleans(), min_size=1, max_size=4))
def test_sqlite(planted: Planted, budgets: list[Budget], restarts: list[bool]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(planted.create)
            for row in planted.rows:
                with suppress(sqlite3.IntegrityError):
                    connection.execute("INSERT OR IGNORE INTO t VALUES (?, ?, ?, ?)", row)
            connection.commit()
            expected = as_counter(connection.execute("SELECT * FROM t").fetchall())
        store = SqlStore("s", f"sqlite:///{path}")
        assert as_counter(read_restarting(store, budgets, restarts)) == expected
        check_samples(store, expected, budgets[0])


def check_samples(store: SqlStore, expected: Counter[tuple[str | None, ...]], budget: Budget) -> None:
    """Where the store can draw: just so many rows, none twice, none that is not there, and all where all are asked for."""
    asset = asset_of(store, "t")
    total = expected.total()
    for wanted in {1, max(1, total // 2), max(1, total - 1), max(1, total), total + 5}:
        with store.open(asset, asset.objects[0]) as reader:
            chunks = reader.sample(wanted, budget)
            if chunks is None:
                return
            found = as_counter([tuple(row.values()) for chunk in chunks for row in chunk.batch.to_pylist()])
        assert found.total() == min(wanted, total)
        assert found <= expected


SERVER_KINDS: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "postgresql": {
        "bigint": NUMBERS,
        "smallint": st.integers(-(2**15), 2**15 - 1),
        "text": TEXTS,
        'text COLLATE "und-x-icu"': TEXTS,
        "text COLLATE whatever_case": st.text("aAbBäÄ", max_size=3),
        "char(5)": st.text("aA bÄ", max_size=5),
        'varchar(12) COLLATE "C"': TEXTS,
        "bytea": st.binary(max_size=9),
        "numeric": st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
        | st.sampled_from(
            ["NaN", "Infinity", "-Infinity", "-0.0", "-0.000001", "-12345678901234567890123.5", "1.00"]
        ).map(Decimal),
        "date": st.dates(),
        "timestamp": st.datetimes(),
        "timestamptz": st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)).map(
            lambda one: one.replace(tzinfo=UTC)
        ),
    },
    "mysql": {
        "bigint": NUMBERS,
        "varchar(12)": TEXTS.map(str.strip),
        "varchar(9) CHARACTER SET latin1": st.text("aAbBäÄ' \\%", max_size=3).map(str.strip),
        "varchar(9) COLLATE utf8mb4_nopad_bin": st.text("aA b", max_size=4),
        "char(5)": st.text("aA bÄ", max_size=5),
        "binary(6)": st.binary(max_size=6),
        "timestamp(3)": st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2037, 1, 1)),
        "year": st.integers(1901, 2155),
        "bigint unsigned": st.integers(0, 2**64 - 1),
        "varchar(12) COLLATE utf8mb4_bin": TEXTS,
        "varbinary(9)": st.binary(max_size=9),
        "decimal(20, 3)": st.decimals(
            allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
        ),
        "date": st.dates(),
        "datetime(6)": st.datetimes(),
        "double": st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
        "tinyint(1)": st.booleans(),
    },
}
KEYS = ("", "PRIMARY KEY (a)", "PRIMARY KEY (b, a)", "PRIMARY KEY (c, a, b)", "UNIQUE (a, b)")


@st.composite
def server_tables(draw: st.DrawFn, kinds: Mapping[str, st.SearchStrategy[Any]]) -> Planted:
    chosen = [draw(st.sampled_from(sorted(kinds))) for _ in "abcd"]
    key = draw(st.sampled_from(KEYS))
    needed = set(key.partition("(")[2]) | (set("ab") if draw(st.booleans()) else set()) if key else set()
    fill = [f" {'NOT NULL' if name in needed else 'NULL'}" for name in "abcd"]
    columns = ", ".join(f"{name} {kind}{null}" for name, kind, null in zip("abcd", chosen, fill, strict=True))
    values = [
        kinds[kind] if name in needed else st.none() | kinds[kind] for name, kind in zip("abcd", chosen, strict=True)
    ]
    return Planted(
        f"CREATE TABLE t ({columns}{', ' + key if key else ''})", draw(st.lists(st.tuples(*values), max_size=30))
    )


def check_server(url: str, planted: Planted, budgets: list[Budget], restarts: list[bool], insert: str) -> None:
    with connected(url) as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS t")
        connection.exec_driver_sql(planted.create)
        for row in planted.rows:
            connection.exec_driver_sql(insert, row)
        count = connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one()
    found = list(read_restarting(SqlStore("s", url), budgets, restarts))
    assert len(found) == count
    whole = as_counter(read_restarting(SqlStore("s", url), [Budget()], [False]))
    assert as_counter(found) == whole
    with connected(url) as connection:
        plain = connection.execute(sa.text("SELECT * FROM t")).all()
    assert as_counter([tuple(row) for row in plain]) == whole
    check_samples(SqlStore("s", url), whole, budgets[0])


SERVERS = settings(
    max_examples=tries(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@SERVERS
@given(
    server_tables(SERVER_KINDS["postgresql"]),
    st.lists(BUDGETS, min_size=1, max_size=4),
    st.lists(st.booleans(), min_size=1, max_size=4),
)
def test_postgresql(fresh_postgres: str, planted: Planted, budgets: list[Budget], restarts: list[bool]) -> None:
    plant(
        fresh_postgres,
        "CREATE COLLATION IF NOT EXISTS whatever_case "
        "(provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
    )
    check_server(
        fresh_postgres, planted, budgets, restarts, "INSERT INTO t VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
    )


@SERVERS
@given(
    server_tables(SERVER_KINDS["mysql"]),
    st.lists(BUDGETS, min_size=1, max_size=4),
    st.lists(st.booleans(), min_size=1, max_size=4),
)
def test_mariadb(fresh_mariadb: str, planted: Planted, budgets: list[Budget], restarts: list[bool]) -> None:
    check_server(fresh_mariadb, planted, budgets, restarts, "INSERT IGNORE INTO t VALUES (%s, %s, %s, %s)")
