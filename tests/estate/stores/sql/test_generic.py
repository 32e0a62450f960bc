"""Databases that have no session of their own, played by ones that have."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.sql import Limits, SqlStore
from engine.estate.stores.sql.generic import GenericSession
from engine.estate.stores.store import ForeignKey
from tests.contracts.store import StoreCase, StoreContract, expected_cells
from tests.estate.stores.sql.planting import WEIRD, plant, plant_sqlite, read
from tests.estate.stores.sql.test_contract import ABSENT, SECRET, _fill


def generic(url: str) -> SqlStore:
    store = SqlStore("s", url)
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    cast("Any", store)._server = partial(GenericSession, engine, Limits())
    return store


class TestGeneric(StoreContract):
    @pytest.fixture
    def case(self, tmp_path: Path) -> StoreCase:
        url = plant_sqlite(tmp_path / "a.db")
        cells = _fill(url, WEIRD)
        plant_sqlite(
            tmp_path / "a.db",
            "CREATE VIEW grown_ups AS SELECT name FROM people WHERE id > 20",
            "CREATE TABLE mixed (x TEXT, y BLOB, z INTEGER REFERENCES people (id))",
            "INSERT INTO mixed VALUES ('a', x'00', 1)",
        )
        cells["mixed"] = expected_cells([{"x": "a", "y": b"\x00", "z": 1}])
        return StoreCase(generic(url), cells, ABSENT, secret=SECRET)

    def test_foreign_keys(self, case: StoreCase) -> None:
        found = next(asset for asset in case.store.assets() if asset.name == "mixed")
        assert found.foreign_keys == (ForeignKey(("z",), "people", ("id",)),)


def test_postgresql_played(fresh_postgres: str) -> None:
    plant(
        fresh_postgres,
        "CREATE TABLE t (a date, b varchar(10), c timestamptz, d numeric, e uuid, f jsonb, g text[], PRIMARY KEY (a, b))",
        """INSERT INTO t SELECT '2020-01-01'::date + i % 3, i, 'epoch', i / 4.0, md5(i::text)::uuid, '{"a": 1}', '{x,y}'
           FROM generate_series(1, 20) i""",
        "CREATE VIEW failing AS SELECT 1 / (length(b) - 2) AS x FROM t",
    )
    store = generic(fresh_postgres)
    chunks = read(store, "t", Budget(rows=3))
    assert [chunk.rows for chunk in chunks] == [3] * 6 + [2]
    assert len({tuple(row.values())[4] for chunk in chunks for row in chunk.batch.to_pylist()}) == 20
    with pytest.raises(StoreError) as caught:
        read(store, "failing")
    assert caught.value.reason == "store_error"


def test_no_server(mariadb_url: str) -> None:
    url = sa.make_url(mariadb_url).set(port=1).render_as_string(hide_password=False)
    with pytest.raises(StoreError) as caught:
        list(generic(url).assets())
    assert caught.value.reason == "unreachable"
