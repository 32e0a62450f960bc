"""Samples drawn by the places of rows: uniform whatever the pages look like, without a key, and only where it pays."""

from __future__ import annotations

from collections import Counter

import pytest

from classifiers.bounds import missed_bound
from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.estate.formats.format import MAX_CELL, Budget
from engine.estate.inventory.load import load_inventory
from engine.estate.scan.asked import Asked
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import coverage, scanner
from tests.estate.scan.test_reservoir import chi_square, chi_square_limit
from tests.estate.stores.sql.planting import connected, opened, plant, values_of
from tests.estate.stores.sql.test_sampling import drawn

ROWS = 24_000
WANTED = 10  # so few that the places looked at are too few less than once in a million draws


@pytest.fixture
def uneven(fresh_postgres: str) -> str:
    """A table without key: half of its rows stand 9 to a page, half over 100; some were moved, some left dead places."""
    plant(
        fresh_postgres,
        "CREATE TABLE t (n int, pad text)",
        f"INSERT INTO t SELECT n, repeat('x', 800) FROM generate_series(1, {ROWS // 2}) n",
        f"INSERT INTO t SELECT n, '' FROM generate_series({ROWS // 2 + 1}, {ROWS}) n",
        "INSERT INTO t SELECT 0, repeat('x', 400) FROM generate_series(1, 6000)",
        "DELETE FROM t WHERE n = 0",
        f"UPDATE t SET pad = pad || 'y' WHERE n > {ROWS // 2} AND n % 3 = 0",
    )
    return fresh_postgres


def test_every_row_is_as_likely_however_full_its_page(uneven: str) -> None:
    """400 draws of 10: by place (24 bins), by remainder (12), and what a draw begins with (8), chi-square; FALSE_ALARM each."""
    found = []
    with opened(SqlStore("s", uneven), "t") as reader:
        for _ in range(400):
            chunks = reader.sample(WANTED, Budget())
            assert chunks is not None
            found.append(values_of(chunks, "n"))
            assert len(set(found[-1])) == WANTED
        assert reader.total is None
    every = [number - 1 for numbers in found for number in numbers]
    for keys, bins in (
        ([number // 1000 for number in every], 24),
        ([number % 12 for number in every], 12),
        ([(numbers[0] - 1) // 3000 for numbers in found], 8),
    ):
        counts = Counter(keys)
        assert set(counts) == set(range(bins))
        assert chi_square([counts[one] for one in range(bins)], len(keys) / bins) < chi_square_limit(bins - 1)


def test_whatever_has_a_file_of_its_own_and_no_key(uneven: str) -> None:
    plant(
        uneven,
        "CREATE MATERIALIZED VIEW m AS SELECT n, pad FROM t",
        'CREATE TABLE "odd""Name" (n float8 PRIMARY KEY, pad text)',
        'INSERT INTO "odd""Name" SELECT n, pad FROM t',
        "CREATE TABLE parent (n int, pad text)",
        "INSERT INTO parent SELECT n, pad FROM t",
        "CREATE TABLE child () INHERITS (parent)",
        "INSERT INTO child SELECT -n, pad FROM t",
        "ANALYZE",
    )
    for name in ("m", 'odd"Name', "parent"):
        numbers = values_of(drawn(SqlStore("s", uneven), name, WANTED), "n")
        assert len(set(numbers)) == WANTED
        assert min(numbers) > 0


def test_a_large_table_with_a_key_is_drawn_from_in_the_same_way(uneven: str) -> None:
    plant(uneven, "ALTER TABLE t ADD PRIMARY KEY (n)", "ANALYZE t")
    for rows, total in ((WANTED, None), (1000, ROWS)):
        with opened(SqlStore("s", uneven), "t") as reader:
            chunks = reader.sample(rows, Budget(rows=64))
            assert chunks is not None
            assert len(set(values_of(chunks, "n"))) == rows
            assert reader.total == total, "where too many places would be looked at, the index is walked"


def test_where_it_does_not_pay_it_is_not_done(uneven: str) -> None:
    plant(
        uneven,
        "CREATE TABLE bloated AS SELECT * FROM t",
        "DELETE FROM bloated WHERE n > 5",
        "CREATE TABLE parted (n int) PARTITION BY RANGE (n)",
        "CREATE TABLE part PARTITION OF parted DEFAULT",
        "INSERT INTO parted SELECT n FROM t",
        "CREATE VIEW v AS SELECT * FROM t",
    )
    store = SqlStore("s", uneven)
    for name, rows in (("t", 5000), ("bloated", WANTED), ("parted", WANTED), ("v", WANTED)):
        with opened(store, name) as reader:
            assert reader.sample(rows, Budget()) is None, name
            assert sum(chunk.rows for chunk in reader.chunks(None, Budget())) > 4, "it can be read all the same"


def test_one_snapshot_and_long_cells(uneven: str) -> None:
    plant(uneven, f"UPDATE t SET pad = repeat('z', {MAX_CELL + 7}) WHERE n % 400 = 0 AND n > {ROWS // 2}")
    with connected(uneven) as other, opened(SqlStore("s", uneven), "t") as reader:
        chunks = reader.sample(WANTED, Budget(rows=4))
        assert chunks is not None
        other.exec_driver_sql("DELETE FROM t")
        other.exec_driver_sql("VACUUM t")
        assert sum(chunk.rows for chunk in chunks) == WANTED


def test_a_scan_says_what_such_a_sample_may_have_missed(database: Database, clock: FixedClock, uneven: str) -> None:
    scanner(database, [DeclaredStore(SqlStore("shop", uneven))], asked=Asked(sample=WANTED)).run()
    assert coverage(database)["t"] == ("sampled", "", WANTED)
    with database.snapshot() as session:
        (store,) = load_inventory(session).stores
    (asset,) = store.assets
    assert asset.bound == missed_bound(WANTED)
    assert {field.bound for field in asset.fields if field.path == "n"} == {missed_bound(WANTED)}
    assert asset.objects[0].detail.startswith(f"{WANTED} rows drawn from an unknown number")
