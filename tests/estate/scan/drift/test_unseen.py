"""What could not be listed, looked at or read has neither changed nor gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.base.clock import FixedClock
from engine.base.errors import StoreError
from engine.base.state.database import Database
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import AssetInfo, ObjectInfo, Store
from tests.estate.scan.drift.changing import TYPES, WHAT_CHANGED, altered, declared_by, kind_of, looked, sql, told
from tests.estate.scan.estate import scanner
from tests.estate.stores.sql.planting import plant


class Failing:
    """A store of which the listing ends in the middle.

    Args:
        store: the store behind it.
        after: assets that are still listed.
    """

    kind = "sql"

    def __init__(self, store: Store, after: int) -> None:
        self.name = store.name
        self._store = store
        self._after = after
        self.open = store.open

    def assets(self) -> Iterator[AssetInfo]:
        """The first ones, and an error."""
        for number, asset in enumerate(self._store.assets()):
            if number == self._after:
                raise StoreError("The server went away.", reason="unreachable")
            yield asset


class Blind(Failing):
    """A store that lists everything and could look at nothing."""

    def assets(self) -> Iterator[AssetInfo]:
        """All of them, as unreadable."""
        for asset in self._store.assets():
            yield replace(asset, types=None, primary_key=(), foreign_keys=(), problem="permission_denied")


class Closed(Failing):
    """A store that can be listed and not be read."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, sys.maxsize)
        self.open = self._refused

    def _refused(self, asset: AssetInfo, item: ObjectInfo) -> Any:
        raise StoreError("The table may not be read.", reason="permission_denied")


@pytest.mark.parametrize("listed", [0, 1])
def test_a_listing_that_fails_takes_nothing_away(
    database: Database, clock: FixedClock, server: str, listed: int
) -> None:
    looked(database, clock, sql(server))
    plant(server, *altered(server), "DROP TABLE old")
    known = declared_by(database)
    drift = looked(database, clock, DeclaredStore(Failing(SqlStore("shop", server), listed)))
    assert not any("removed" in one.kind for one in drift.items if one.asset != "customers")
    assert {one.asset for one in drift.items} <= {"customers"}, "what was listed is told"
    assert bool(drift.items) == bool(listed)
    assert declared_by(database)["orders"] == known["orders"]
    rest = {(one.kind, one.asset) for one in looked(database, clock, sql(server)).items}
    assert rest >= {("asset_removed", "old"), ("primary_key_changed", "orders"), ("foreign_key_changed", "orders")}
    assert (("type_changed", "customers") in rest) == (not listed), "what was told is not told again"


def test_a_table_that_cannot_be_looked_at_has_not_changed(database: Database, clock: FixedClock, server: str) -> None:
    looked(database, clock, sql(server))
    known = declared_by(database)
    assert told(database, clock, DeclaredStore(Blind(SqlStore("shop", server), 0))) == []
    assert declared_by(database) == known
    assert told(database, clock, sql(server)) == []


def test_of_a_table_that_cannot_be_read_the_schema_is_told(database: Database, clock: FixedClock, server: str) -> None:
    before, after, _ = TYPES[kind_of(server)]
    looked(database, clock, sql(server))
    plant(server, *altered(server))
    assert told(database, clock, DeclaredStore(Closed(SqlStore("shop", server)))) == [
        f"Type changed: shop/customers.phone was {before}, is {after}.",
        "Primary key changed: shop/orders had id, has customer_id, id.",
        "Foreign keys changed: shop/orders: now customer_id -> customers.id.",
    ]
    assert declared_by(database)["customers.note"] == TYPES[kind_of(server)][0].replace("20", "40")
    assert told(database, clock, sql(server)) == [
        "New field without personal data: shop/customers.remark.",
        "Gone: shop/customers.note.",
    ]


def test_a_store_that_could_not_be_listed_at_first_has_no_drift_when_it_can(
    database: Database, clock: FixedClock, server: str
) -> None:
    assert told(database, clock, DeclaredStore(Failing(SqlStore("shop", server), 0))) == []
    assert told(database, clock, sql(server)) == []


def test_a_scan_that_was_given_up_is_none(database: Database, clock: FixedClock, server: str) -> None:
    class Stops(Silent):
        def advanced(self, rows: int, nbytes: int) -> None:
            raise KeyboardInterrupt

    looked(database, clock, sql(server))
    plant(server, *altered(server), "CREATE TABLE late (id int PRIMARY KEY)")
    clock.instant += timedelta(days=1)
    with pytest.raises(KeyboardInterrupt):
        scanner(database, [sql(server)], Stops(), asked=WHAT_CHANGED).run()
    with pytest.raises(KeyboardInterrupt):
        scanner(database, [sql(server)], Stops(), asked=Asked(full=True)).run(restart=True)
    kinds = {one.kind for one in looked(database, clock, sql(server)).items}
    assert kinds == {
        *("type_changed", "primary_key_changed", "foreign_key_changed", "asset_added", "field_added", "field_removed"),
    }
    assert told(database, clock, sql(server)) == []
