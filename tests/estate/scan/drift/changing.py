"""Databases and files that change between two scans, and the drift that a scan finds."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.drift.model import ScanDrift
from engine.estate.inventory.load import load_inventory
from engine.estate.scan.asked import Asked
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import scanner

WHAT_CHANGED = Asked()
TABLES = (
    "CREATE TABLE customers (id int NOT NULL PRIMARY KEY, email varchar(80), phone varchar(20), note varchar(40))",
    "CREATE TABLE orders (id int NOT NULL, customer_id int, total int, PRIMARY KEY (id))",
    "CREATE TABLE old (id int NOT NULL PRIMARY KEY, email varchar(80))",
    *(f"INSERT INTO customers VALUES ({n}, 'zebra{n}@mail.example', NULL, 'plain')" for n in range(1, 31)),
    *(f"INSERT INTO orders VALUES ({n}, {n}, {n * 7})" for n in range(1, 31)),
    *(f"INSERT INTO old VALUES ({n}, 'yak{n}@mail.example')" for n in range(1, 31)),
)


def looked(database: Database, clock: FixedClock, *stores: DeclaredStore, asked: Asked = WHAT_CHANGED) -> ScanDrift:
    """The drift that a scan finds, a day after the one before."""
    clock.instant += timedelta(days=1)
    return scanner(database, stores, asked=asked).run().drift


def told(database: Database, clock: FixedClock, *stores: DeclaredStore, asked: Asked = WHAT_CHANGED) -> list[str]:
    """The same, in sentences."""
    return sentences(looked(database, clock, *stores, asked=asked))


def sql(url: str) -> DeclaredStore:
    return DeclaredStore(SqlStore("shop", url))


def declared_by(database: Database) -> dict[str, str]:
    """Declared types of all fields, and primary keys of all assets, as the inventory has them."""
    with database.snapshot() as session:
        view = load_inventory(session)
    found = {f"{asset.name}.{field.path}": field.type for _, asset, field in view.fields()}
    return found | {asset.name: ", ".join(asset.primary_key) for store in view.stores for asset in store.assets}


TYPES = {
    "postgresql": ("character varying(20)", "character varying(60)", "integer"),
    "mysql": ("varchar(20)", "varchar(60)", "int(11)"),
    "sqlite": ("varchar(20)", "varchar(60)", "INT"),
}


def kind_of(url: str) -> str:
    return url.split("+", maxsplit=1)[0].split(":", maxsplit=1)[0]


def rebuilt(*columns: str, name: str = "customers", keep: str = "*") -> tuple[str, ...]:
    """A table of SQLite, which alters none of its columns, made anew."""
    return (
        f"ALTER TABLE {name} RENAME TO before_it",
        f"CREATE TABLE {name} ({', '.join(columns)})",
        f"INSERT INTO {name} SELECT {keep} FROM before_it",
        "DROP TABLE before_it",
    )


def altered(url: str) -> tuple[str, ...]:
    """Another type, another primary key, a foreign key that was not there, and a column with another name."""
    if kind_of(url) == "sqlite":
        return (
            *rebuilt("id int NOT NULL PRIMARY KEY", "email varchar(80)", "phone varchar(60)", "note varchar(40)"),
            *rebuilt(
                "id int NOT NULL", "customer_id int NOT NULL REFERENCES customers (id)", "total int",
                "PRIMARY KEY (customer_id, id)", name="orders",
            ),
            "ALTER TABLE customers RENAME COLUMN note TO remark",
        )  # fmt: skip
    modify = "ALTER COLUMN phone TYPE" if kind_of(url) == "postgresql" else "MODIFY phone"
    rename = "RENAME COLUMN note TO remark" if kind_of(url) == "postgresql" else "CHANGE note remark varchar(40)"
    drop = "DROP CONSTRAINT orders_pkey" if kind_of(url) == "postgresql" else "DROP PRIMARY KEY"
    return (
        f"ALTER TABLE customers {modify} varchar(60)",
        f"ALTER TABLE customers {rename}",
        f"ALTER TABLE orders {drop}",
        "ALTER TABLE orders ADD PRIMARY KEY (customer_id, id)",
        "ALTER TABLE orders ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customers (id)",
    )


def unbound(url: str) -> tuple[str, ...]:
    """Without the keys that ``altered`` made."""
    if kind_of(url) == "sqlite":
        return rebuilt("id int NOT NULL", "customer_id int NOT NULL", "total int", name="orders")
    drop = "DROP CONSTRAINT orders_pkey" if kind_of(url) == "postgresql" else "DROP PRIMARY KEY"
    constraint = "CONSTRAINT" if kind_of(url) == "postgresql" else "FOREIGN KEY"
    index = () if kind_of(url) == "postgresql" else ("ALTER TABLE orders ADD KEY spare (customer_id)",)
    return (f"ALTER TABLE orders DROP {constraint} of_customer", *index, f"ALTER TABLE orders {drop}")


def people(path: Path, number: pa.DataType | None = None, **more: pa.Array[Any]) -> None:
    rows = 40
    columns: dict[str, pa.Array[Any]] = {
        "number": pa.array(range(rows), pa.int32()).cast(number or pa.int32()),
        "email": pa.array([f"zebra{n}@mail.example" for n in range(rows)]),
        **more,
    }
    pq.write_table(pa.table(columns), path)
