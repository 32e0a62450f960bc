"""Samples drawn by the server: uniform, without replacement, of every kind of key, and within bounded memory."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.base.errors import BadInput, StoreError
from engine.estate.formats.format import MAX_CELL, Budget, Chunk
from engine.estate.stores.sql import Limits, SqlStore
from engine.estate.stores.sql import drawing as room
from tests.contracts.format import check_chunks
from tests.estate.scan.test_reservoir import chi_square, chi_square_limit
from tests.estate.stores.sql.planting import (
    WEIRD_BMP,
    connected,
    opened,
    plant,
    plant_sqlite,
    quoted,
    values_of,
)
from tests.estate.stores.sql.test_generic import generic

SERVERS = ("sqlite", "postgresql", "mariadb")
SEQUENCE = {
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {0}) SELECT n FROM s) AS s",
    "postgresql": "generate_series(1, {0}) AS s(n)",
    "mariadb": "(SELECT seq AS n FROM seq_1_to_{0}) AS s",
}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A kind of server, and the URL of an empty database on it."""
    kind: str = request.param
    if kind == "sqlite":
        return kind, plant_sqlite(tmp_path / "a.db")
    return kind, request.getfixturevalue("fresh_postgres" if kind == "postgresql" else "fresh_mariadb")


def numbered(kind: str, rows: int) -> str:
    """A source with a column n from 1 on."""
    return SEQUENCE[kind].format(rows)


def run(url: str, *statements: str) -> None:
    """Plants, on SQLite too, where SQLAlchemy's driver doubles no percent signs."""
    if url.startswith("sqlite"):
        plant_sqlite(Path(url.removeprefix("sqlite:///")), *statements)
    else:
        plant(url, *statements)


def drawn(store: SqlStore, name: str, rows: int, budget: Budget | None = None) -> list[Chunk]:
    with opened(store, name) as reader:
        found = reader.sample(rows, budget or Budget())
        assert found is not None
        chunks = list(found)
    check_chunks(chunks, budget or Budget())
    return chunks


def ids(store: SqlStore, name: str, rows: int, path: str = "id") -> list[Any]:
    return values_of(drawn(store, name, rows), path)


def planted(server: tuple[str, str], rows: int) -> SqlStore:
    kind, url = server
    run(
        url,
        "CREATE TABLE t (id int PRIMARY KEY, x varchar(20))",
        f"INSERT INTO t SELECT n, 'x' FROM {numbered(kind, rows)}",
    )
    return SqlStore("s", url)


def test_so_many_rows_each_once(server: tuple[str, str]) -> None:
    store = planted(server, 3000)
    for rows in (1, 2, 700, 2999):
        found = ids(store, "t", rows)
        assert len(found) == len(set(found)) == rows
        assert set(found) <= set(range(1, 3001))
    small = drawn(store, "t", 1000, Budget(rows=300))
    assert [chunk.rows for chunk in small] == [300, 300, 300, 100]
    assert len(set(values_of(small, "id"))) == 1000


def test_all_rows_where_there_are_fewer_or_just_so_many(server: tuple[str, str]) -> None:
    store = planted(server, 40)
    for rows in (40, 41, 10**9):
        assert sorted(ids(store, "t", rows)) == list(range(1, 41))
    run(server[1], "DELETE FROM t")
    assert [(chunk.rows, chunk.next) for chunk in drawn(store, "t", 5)] == [(0, None)]


def test_every_row_is_as_likely(server: tuple[str, str]) -> None:
    """300 draws of 20 of 2,000 rows: by place (40 bins) and by remainder (16), chi-square; FALSE_ALARM each.

    And what a draw begins with is a sample by itself, not the first rows of the table.
    """
    store = planted(server, 2000)
    found = []
    with opened(store, "t") as reader:
        for _ in range(300):
            chunks = reader.sample(20, Budget())
            assert chunks is not None
            found.append(values_of(chunks, "id"))
    every = [number - 1 for numbers in found for number in numbers]
    assert len(every) == 6000
    for keys, bins in (
        ([number // 50 for number in every], 40),
        ([number % 16 for number in every], 16),
        ([(numbers[0] - 1) // 200 for numbers in found], 10),
    ):
        counts = Counter(keys)
        assert set(counts) <= set(range(bins))
        assert chi_square([counts[one] for one in range(bins)], len(keys) / bins) < chi_square_limit(bins - 1)


def test_rows_in_a_row_are_not_drawn_together(server: tuple[str, str]) -> None:
    """MariaDB's RAND() draws them so. Triples of 300 of 6,000 rows, 40 draws: 30 expected, above 63 with FALSE_ALARM."""
    store = planted(server, 6000)
    triples = 0
    for _ in range(40):
        found = set(ids(store, "t", 300))
        triples += sum(number + 1 in found and number + 2 in found for number in found)
    assert triples <= 63


KEYS: Sequence[tuple[str, str, str]] = (
    ("k varchar(30) PRIMARY KEY", "concat('Näme ''%', n)", "k"),
    ("k char(12) PRIMARY KEY", "concat('c', n)", "k"),
    ("k numeric(12, 3) PRIMARY KEY", "n / 8.0", "k"),
    ("k date, m varchar(9), PRIMARY KEY (k, m)", "date '2020-01-01', concat('m', n)", "k, m"),
    ("k int, l bigint, m varchar(9), PRIMARY KEY (k, l, m)", "n % 7, n, 'm'", "k, l, m"),
    ("k timestamp NOT NULL, UNIQUE (k)", "timestamp '2020-01-01 00:00:00' + interval '1' minute * n", "k"),
)


@pytest.mark.parametrize(
    ("declared", "values", "key"), KEYS, ids=[one[2] + str(place) for place, one in enumerate(KEYS)]
)
def test_keys_on_servers(fresh_postgres: str, fresh_mariadb: str, declared: str, values: str, key: str) -> None:
    for kind, url in (("postgresql", fresh_postgres), ("mariadb", fresh_mariadb)):
        here = values.replace("interval '1' minute * n", "interval n minute") if kind == "mariadb" else values
        run(
            url,
            f"CREATE TABLE t ({declared}, x varchar(20))",
            f"INSERT INTO t ({key}, x) SELECT {here}, concat('x', n) FROM {numbered(kind, 1500)}",
        )
        for rows in (100, 1400):
            found = ids(SqlStore("s", url), "t", rows, "x")
            assert len(set(found)) == rows, kind


def test_keys_of_bytes(fresh_postgres: str, fresh_mariadb: str) -> None:
    run(fresh_postgres, "CREATE TABLE t (k bytea PRIMARY KEY)")
    run(fresh_postgres, "INSERT INTO t SELECT decode(md5(n::text), 'hex') FROM generate_series(1, 900) n")
    run(fresh_mariadb, "CREATE TABLE t (k binary(18) PRIMARY KEY)")
    run(fresh_mariadb, "INSERT INTO t SELECT unhex(md5(seq)) FROM seq_1_to_900")
    for url in (fresh_postgres, fresh_mariadb):
        assert len(set(ids(SqlStore("s", url), "t", 500, "k"))) == 500


def test_keys_of_several_character_sets(fresh_mariadb: str) -> None:
    run(
        fresh_mariadb,
        "CREATE TABLE t (a varchar(9) CHARACTER SET latin1, b varchar(9) CHARACTER SET cp1251, PRIMARY KEY (a, b), c int)",
        "INSERT INTO t SELECT concat('ä', seq % 30), concat('ж', seq), seq FROM seq_1_to_900",
    )
    assert len(set(ids(SqlStore("s", fresh_mariadb), "t", 100, "c"))) == 100


def test_uuids_and_booleans(fresh_postgres: str) -> None:
    run(
        fresh_postgres,
        "CREATE TABLE t (a uuid, b boolean, c timestamptz, PRIMARY KEY (a, b, c), x int)",
        "INSERT INTO t SELECT md5(n::text)::uuid, n % 2 = 0, CASE WHEN n > 9 THEN 'epoch' ELSE 'infinity' END::timestamptz, n"
        " FROM generate_series(1, 900) n",
    )
    assert len(set(ids(SqlStore("s", fresh_postgres), "t", 850, "x"))) == 850


def test_keys_of_sqlite(tmp_path: Path) -> None:
    rows = [(f"K{n}", n / 3 if n % 2 else f"{n}", n) for n in range(900)]
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (a TEXT COLLATE NOCASE, b, x, PRIMARY KEY (a, b)) WITHOUT ROWID",
        ("INSERT INTO t VALUES (?, ?, ?)", rows),
        "CREATE TABLE u (x)",
        ("INSERT INTO u VALUES (?)", [(n,) for n in range(900)]),
        f"CREATE TABLE w ({', '.join(f'c{n}' for n in range(1999))}, x)",
        ("INSERT INTO w (x) VALUES (?)", [(n,) for n in range(200)]),
    )
    for name, counts in (("t", (80, 880)), ("u", (80, 880)), ("w", (40, 190))):
        for count in counts:
            assert len(set(ids(SqlStore("s", url), name, count, "x"))) == count


def test_keys_that_cannot_be_asked_for(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (x BLOB PRIMARY KEY) WITHOUT ROWID",
        f"INSERT INTO t VALUES (zeroblob({2 * MAX_CELL})), (zeroblob({MAX_CELL}))",
        "CREATE TABLE u (x TEXT PRIMARY KEY) WITHOUT ROWID",
        "INSERT INTO u VALUES (CAST(x'fc' AS TEXT)), (CAST(x'fd' AS TEXT))",
    )
    for name, reason in (("t", "too_large"), ("u", "not_parseable")):
        with pytest.raises(StoreError) as caught:
            drawn(SqlStore("s", url), name, 1)
        assert caught.value.reason == reason


def test_odd_names(server: tuple[str, str]) -> None:
    kind, url = server
    name = quoted(WEIRD_BMP, "`" if kind == "mariadb" else '"')
    run(url, f"CREATE TABLE {name} ({name} int PRIMARY KEY)", f"INSERT INTO {name} SELECT n FROM {numbered(kind, 900)}")
    assert len(set(ids(SqlStore("s", url), WEIRD_BMP, 300, WEIRD_BMP))) == 300


def test_nothing_but_nulls(server: tuple[str, str]) -> None:
    kind, url = server
    run(
        url,
        "CREATE TABLE t (id int PRIMARY KEY, x varchar(20), y int)",
        f"INSERT INTO t (id) SELECT n FROM {numbered(kind, 500)}",
    )
    chunk = drawn(SqlStore("s", url), "t", 50)[0]
    assert (chunk.rows, chunk.batch.num_columns) == (50, 3)
    assert set(chunk.batch.column("x").to_pylist() + chunk.batch.column("y").to_pylist()) == {None}


def test_what_cannot_be_drawn_from(server: tuple[str, str]) -> None:
    _, url = server
    run(url, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT id FROM t")
    if url.startswith("sqlite"):
        run(url, "CREATE TABLE bare (rowid TEXT, oid TEXT, _rowid_ TEXT)")
    else:
        run(url, "CREATE TABLE bare (id int)")
    for name in ("v", "bare"):
        with opened(SqlStore("s", url), name) as reader:
            assert reader.sample(5, Budget()) is None
    with opened(SqlStore("s", url), "t") as reader, pytest.raises(BadInput):
        reader.sample(0, Budget())


def test_children_are_left_out_and_partitions_are_not(fresh_postgres: str) -> None:
    run(
        fresh_postgres,
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (UNIQUE (id)) INHERITS (parent)",
        "INSERT INTO parent SELECT generate_series(1, 900)",
        "INSERT INTO child SELECT generate_series(1, 5000)",
        "CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (500)",
        "CREATE TABLE high PARTITION OF parted FOR VALUES FROM (500) TO (5000)",
        "INSERT INTO parted SELECT generate_series(1, 999)",
    )
    store = SqlStore("s", fresh_postgres)
    assert len(ids(store, "parent", 10**6)) == 900
    assert max(ids(store, "parent", 850)) <= 900
    found = ids(store, "parted", 600)
    assert len(set(found)) == 600
    assert min(found) < 500 < max(found)


def test_the_total_is_told(server: tuple[str, str]) -> None:
    store = planted(server, 700)
    for rows in (3, 7000):
        with opened(store, "t") as reader:
            assert getattr(reader, "total", 0) is None
            list(reader.sample(rows, Budget()) or ())
            assert getattr(reader, "total", 0) == 700


def test_one_snapshot(server: tuple[str, str]) -> None:
    """Rows that are deleted while the sample is read still come; on SQLite nobody can while it is read without a WAL."""
    store = planted(server, 1000)
    if server[0] == "sqlite":
        run(server[1], "PRAGMA journal_mode = WAL")
    with opened(store, "t") as reader:
        chunks = reader.sample(600, Budget(rows=100))
        assert chunks is not None
        assert next(iter(chunks)).rows == 100
        run(server[1], "DELETE FROM t")
        assert sum(chunk.rows for chunk in chunks) == 500


def test_rows_that_go_where_there_are_no_snapshots(fresh_mariadb: str) -> None:
    run(
        fresh_mariadb,
        "CREATE TABLE t (id int PRIMARY KEY, x varchar(20)) ENGINE=MyISAM",
        "INSERT INTO t SELECT seq, 'x' FROM seq_1_to_1000",
    )
    with connected(fresh_mariadb) as other, opened(SqlStore("s", fresh_mariadb), "t") as reader:
        chunks = reader.sample(900, Budget(rows=100))
        assert chunks is not None
        first = next(iter(chunks))
        other.exec_driver_sql("SET SESSION lock_wait_timeout = 1")
        try:
            other.exec_driver_sql("DELETE FROM t WHERE id > 10")
        except Exception:  # noqa: BLE001 - where the server keeps the table locked, nothing can go
            pytest.skip("this server locks the table")
        assert first.rows + sum(chunk.rows for chunk in chunks) < 120


def test_too_few_are_drawn_anew(server: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """It happens once in a thousand million draws; here nearly always."""
    monkeypatch.setattr(room, "_enough", lambda rows: rows / 4)
    found = ids(planted(server, 3000), "t", 900)
    assert len(found) == len(set(found)) == 900


def test_a_statement_that_takes_too_long(tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY)",
        ("INSERT INTO t VALUES (?)", [(n,) for n in range(500_000)]),
    )
    with pytest.raises(StoreError) as caught:
        drawn(SqlStore("s", url, Limits(statement_seconds=0.01)), "t", 10)
    assert caught.value.reason == "timeout"


def test_a_server_played_by_generic_sql(fresh_postgres: str) -> None:
    run(
        fresh_postgres,
        "CREATE TABLE t (a date, b varchar(9), PRIMARY KEY (a, b), x int)",
        "INSERT INTO t SELECT '2020-01-01', n::text, n FROM generate_series(1, 900) n",
    )
    assert len(set(ids(generic(fresh_postgres), "t", 300, "x"))) == 300


LONG_OF = {
    "sqlite": "replace(hex(zeroblob(({0}) / 2)), '0', 'x')",
    "postgresql": "repeat('x', {0})",
    "mariadb": "repeat('x', {0})",
}

READ = """
import sys
from engine.estate.formats.format import Budget
from engine.estate.stores.sql import SqlStore
from tests.peak import peak
store = SqlStore("s", sys.argv[1])
assets = {asset.name: asset for asset in store.assets()}
def read(name, wanted):
    rows = cut = longest = 0
    with store.open(assets[name], assets[name].objects[0]) as reader:
        for chunk in reader.sample(wanted, Budget()):
            rows += chunk.rows
            cut += sum(trouble.count for trouble in chunk.troubles)
            longest = max(longest, *(len(str(cell)) for cell in chunk.batch.column("x").to_pylist()))
    return rows, cut, longest
read("small", 5)
before = peak()
print(*read("big", int(sys.argv[2])), (peak() - before) >> 20)
"""


def test_long_cells_are_read_within_bounded_memory(server: tuple[str, str]) -> None:
    """250 of 300 rows, every other one of 1 MB, some cut: as much memory as reading them all takes."""
    kind, url = server
    text = "longtext" if kind == "mariadb" else "text"
    size = f"CASE WHEN n % 10 = 0 THEN {2 * MAX_CELL} ELSE {MAX_CELL} END"
    run(
        url,
        f"CREATE TABLE small (id int PRIMARY KEY, x {text})",
        "INSERT INTO small VALUES (1, 'x')",
        f"CREATE TABLE big (id int PRIMARY KEY, x {text})",
        f"INSERT INTO big SELECT n, CASE WHEN n % 2 = 0 THEN {LONG_OF[kind].format(size)} ELSE 'x' END"
        f" FROM {numbered(kind, 300)}",
    )
    done = subprocess.run([sys.executable, "-c", READ, url, "250"], capture_output=True, text=True, check=True)
    rows, cut, longest, megabytes = map(int, done.stdout.split())
    assert (rows, longest) == (250, MAX_CELL)
    assert 5 <= cut <= 30
    assert megabytes < 200


def test_a_long_cell_beside_composite_keys(server: tuple[str, str]) -> None:
    kind, url = server
    text = "longtext" if kind == "mariadb" else "text"
    without = " WITHOUT ROWID" if kind == "sqlite" else ""
    run(
        url,
        f"CREATE TABLE t (a varchar(9), b int, x {text}, PRIMARY KEY (a, b)){without}",
        f"INSERT INTO t SELECT 'a', n, CASE WHEN n % 3 = 0 THEN {LONG_OF[kind].format(3 * MAX_CELL)} ELSE 'x' END"
        f" FROM {numbered(kind, 12)}",
    )
    chunks = drawn(SqlStore("s", url), "t", 11)
    assert sum(chunk.rows for chunk in chunks) == 11
    cut = [trouble for chunk in chunks for trouble in chunk.troubles]
    assert {trouble.kind for trouble in cut} == {"cell_cut"}
    assert sum(trouble.count for trouble in cut) in {3, 4}
    assert all(trouble.lost for trouble in cut)
