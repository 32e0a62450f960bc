"""What comes out of a cell of MariaDB, whatever is in it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from engine.estate.formats.format import Budget
from engine.estate.stores.sql import SqlStore
from tests.estate.stores.sql.planting import cells, opened, plant, read, values_of


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
    (chunk,) = read(SqlStore("s", fresh_mariadb), "t")
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
