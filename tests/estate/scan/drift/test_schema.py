"""What changed of tables, columns, types and keys is told, once."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, FieldRow, OutboxRow
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.drift.model import Drift
from engine.estate.inventory.load import load_inventory
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from tests.estate.scan.drift.changing import (
    TABLES,
    TYPES,
    WHAT_CHANGED,
    altered,
    declared_by,
    kind_of,
    looked,
    sql,
    told,
    unbound,
)
from tests.estate.scan.estate import scanner
from tests.estate.stores.sql.planting import plant


def test_changes_of_a_schema(database: Database, clock: FixedClock, server: str) -> None:
    before, after, number = TYPES[kind_of(server)]
    assert told(database, clock, sql(server)) == [], "of a store that is read for the first time nothing is drift"
    assert declared_by(database)["customers.phone"] == before
    assert declared_by(database)["orders.total"] == number
    assert declared_by(database)["orders"] == "id"
    assert told(database, clock, sql(server)) == []
    plant(server, *altered(server))
    assert told(database, clock, sql(server)) == [
        f"Type changed: shop/customers.phone was {before}, is {after}.",
        "Primary key changed: shop/orders had id, has customer_id, id.",
        "Foreign keys changed: shop/orders: now customer_id -> customers.id.",
        "New field without personal data: shop/customers.remark.",
        "Gone: shop/customers.note.",
    ]
    assert declared_by(database)["customers.phone"] == after
    assert declared_by(database)["orders"] == "customer_id, id"
    assert told(database, clock, sql(server)) == [], "it is told once"
    plant(server, *unbound(server))
    assert told(database, clock, sql(server)) == [
        "Primary key changed: shop/orders had customer_id, id, has none.",
        "Foreign keys changed: shop/orders: no longer customer_id -> customers.id.",
    ]
    assert told(database, clock, sql(server)) == []


def test_a_change_of_a_schema_is_an_event(database: Database, clock: FixedClock, server: str) -> None:
    looked(database, clock, sql(server))
    assert schema_events(database) == []
    plant(server, *altered(server))
    looked(database, clock, sql(server))
    assert schema_events(database) == [(1, False, 0), (0, True, 1)]
    looked(database, clock, sql(server))
    assert len(schema_events(database)) == 2


def schema_events(database: Database) -> list[tuple[Any, ...]]:
    """Types, primary key and foreign keys of each."""
    with database.snapshot() as session:
        query = select(OutboxRow.payload).where(OutboxRow.type == "inventory.schema_changed").order_by(OutboxRow.id)
        events = [json.loads(body) for body in session.scalars(query)]
    return [tuple(one["attributes"][name] for name in ("types", "primary_key", "foreign_keys")) for one in events]


def test_tables_that_come_and_go(database: Database, clock: FixedClock, server: str) -> None:
    looked(database, clock, sql(server))
    plant(
        server,
        "CREATE TABLE leads (id int NOT NULL PRIMARY KEY, email varchar(80), colour int)",
        "INSERT INTO leads SELECT id, email, id FROM customers",
        "DROP TABLE old",
    )
    drift = looked(database, clock, sql(server))
    text = TYPES[kind_of(server)][0].replace("20", "80")
    assert drift.items == (
        Drift("field_added", "shop", "leads", "email", now=(text,), entities=("EMAIL_ADDRESS",)),
        Drift("asset_added", "shop", "leads", now=("table",), entities=("EMAIL_ADDRESS",)),
        Drift("asset_removed", "shop", "old", was=("table",), entities=("EMAIL_ADDRESS",)),
    )
    assert told(database, clock, sql(server)) == []
    plant(server, TABLES[2], TABLES[-1])
    assert told(database, clock, sql(server)) == [
        "New personal data: shop/old.email holds EMAIL_ADDRESS.",
        "New table: shop/old.",
    ], "it came back"
    assert told(database, clock, sql(server)) == []


def test_a_change_of_the_schema_alone_is_seen_of_a_table_that_is_not_read(
    database: Database, clock: FixedClock, fresh_postgres: str
) -> None:
    opened: list[str] = []

    class Opening(Silent):
        def reading(self, store: str, asset: str, name: str) -> None:
            opened.append(name)

    plant(fresh_postgres, *TABLES, "ALTER TABLE orders ALTER customer_id SET NOT NULL")
    looked(database, clock, sql(fresh_postgres))
    plant(
        fresh_postgres,
        "ALTER TABLE orders DROP CONSTRAINT orders_pkey",
        "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id)",
        "CREATE DOMAIN short AS text",
    )
    clock.instant += timedelta(days=1)
    result = scanner(database, [sql(fresh_postgres)], Opening(), asked=WHAT_CHANGED).run()
    assert "orders" not in opened
    assert sentences(result.drift) == [
        "Primary key changed: shop/orders had id, has none.",
        "Foreign keys changed: shop/orders: now customer_id -> customers.id.",
    ]
    with database.snapshot() as session:
        links = {
            field.path: field.links for _, asset, field in load_inventory(session).fields() if asset.name == "orders"
        }
    assert "shop/customers.id" in {link.place for link in links["customer_id"] if link.declared}


def test_members_of_an_enumeration_are_values(database: Database, clock: FixedClock, fresh_mariadb: str) -> None:
    plant(fresh_mariadb, "CREATE TABLE t (id int PRIMARY KEY, e enum('zebra','yak'), s set('zebra'))")
    looked(database, clock, sql(fresh_mariadb))
    assert declared_by(database) == {"t": "id", "t.id": "int(11)", "t.e": "enum", "t.s": "set"}
    plant(fresh_mariadb, "ALTER TABLE t MODIFY e varchar(9)")
    (found,) = looked(database, clock, sql(fresh_mariadb)).items
    assert (found.was, found.now) == (("enum",), ("varchar(9)",))


def test_a_store_that_is_configured_no_more(database: Database, clock: FixedClock, server: str, tmp_path: Path) -> None:
    files = DeclaredStore(FilesStore("files", tmp_path))
    looked(database, clock, sql(server), files)
    drift = looked(database, clock, files)
    assert drift.items[-1] == Drift("store_removed", "shop", was=("sql",), entities=("EMAIL_ADDRESS",))
    with database.snapshot() as session:
        assert drift.items[-1] in load_inventory(session).drift.items
    assert told(database, clock, files) == []


def test_the_state_keeps_no_declaration_that_was_taken_over(database: Database, clock: FixedClock, server: str) -> None:
    looked(database, clock, sql(server))
    with database.snapshot() as session:
        assert set(session.scalars(select(AssetRow.declared))) == {None}
        assert "" not in set(session.scalars(select(FieldRow.type)))
