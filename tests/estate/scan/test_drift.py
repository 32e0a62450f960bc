"""Drift of real databases and files: what changed is told, once, and what could not be looked at is not told to be gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.errors import StoreError
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, FieldRow
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.drift.model import Drift, ScanDrift
from engine.estate.inventory.load import load_inventory
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import AssetInfo, ObjectInfo, Store
from tests.estate.scan.estate import scanner
from tests.estate.stores.sql.planting import plant

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


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with ``TABLES``."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/shop.db"
    else:
        url = request.getfixturevalue({"postgresql": "fresh_postgres", "mariadb": "fresh_mariadb"}[request.param])
    plant(url, *TABLES)
    return str(url)


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


def test_a_store_that_was_empty_has_drift_when_it_fills(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    files = DeclaredStore(FilesStore("files", tmp_path / "files"))
    (tmp_path / "files").mkdir()
    assert told(database, clock, files) == []
    people(tmp_path / "files" / "people.parquet")
    assert told(database, clock, files)[0] == "New personal data: files/people.parquet.email holds EMAIL_ADDRESS."


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


def test_a_store_that_is_configured_no_more(database: Database, clock: FixedClock, server: str, tmp_path: Path) -> None:
    files = DeclaredStore(FilesStore("files", tmp_path))
    looked(database, clock, sql(server), files)
    drift = looked(database, clock, files)
    assert drift.items[-1] == Drift("store_removed", "shop", was=("sql",), entities=("EMAIL_ADDRESS",))
    with database.snapshot() as session:
        assert drift.items[-1] in load_inventory(session).drift.items
    assert told(database, clock, files) == []


# files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    place = tmp_path / "files"
    place.mkdir()
    return place


def people(path: Path, number: pa.DataType | None = None, **more: pa.Array[Any]) -> None:
    rows = 40
    columns: dict[str, pa.Array[Any]] = {
        "number": pa.array(range(rows), pa.int32()).cast(number or pa.int32()),
        "email": pa.array([f"zebra{n}@mail.example" for n in range(rows)]),
        **more,
    }
    pq.write_table(pa.table(columns), path)


def test_a_parquet_file_with_another_schema(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.parquet"
    people(path, nested=pa.array([[{"a": n}] for n in range(40)]))
    assert told(database, clock, files) == []
    assert declared_by(database) == {
        "people.parquet": "",
        "people.parquet.number": "int32",
        "people.parquet.email": "string",
        "people.parquet.nested[].a": "int64",
    }
    assert told(database, clock, files) == []
    people(path, pa.string(), when=pa.array(range(40), pa.timestamp("us", "UTC")))
    assert told(database, clock, files) == [
        "Type changed: files/people.parquet.number was int32, is string.",
        "New field without personal data: files/people.parquet.when.",
        "Gone: files/people.parquet.nested[].a.",
    ]
    path.write_text("number,email\n" + "".join(f"{n},zebra{n}@mail.example\n" for n in range(40)), encoding="utf-8")
    assert told(database, clock, files)[:2] == [
        "Type changed: files/people.parquet.email was string, is without a declared type.",
        "Type changed: files/people.parquet.number was string, is without a declared type.",
    ], "it is CSV now"
    assert told(database, clock, files) == []


def test_a_file_that_cannot_be_read_keeps_its_schema(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.parquet"
    people(path)
    looked(database, clock, files)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert told(database, clock, files) == []
    assert declared_by(database)["people.parquet.number"] == "int32"
    people(path, pa.int64())
    assert told(database, clock, files) == ["Type changed: files/people.parquet.number was int32, is int64."]


def test_a_sample_tells_types_too(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.parquet"
    people(path)
    looked(database, clock, files, asked=Asked(sample=5))
    assert declared_by(database)["people.parquet.number"] == "int32"
    people(path, pa.int64())
    changed = told(database, clock, files, asked=Asked(sample=5))
    assert changed == ["Type changed: files/people.parquet.number was int32, is int64."]


AVRO = {
    "type": "record",
    "name": "person",
    "fields": [
        {"name": "number", "type": ["null", "int"]},
        {"name": "born", "type": {"type": "int", "logicalType": "date"}},
        {"name": "mood", "type": {"type": "enum", "name": "moods", "symbols": ["zebra", "yak"]}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        {"name": "either", "type": ["string", "long", {"type": "array", "items": "moods"}]},
        {"name": "scores", "type": {"type": "map", "values": "double"}},
    ],
}


def test_types_of_avro(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.avro"
    record = {"number": 1, "born": 9, "mood": "yak", "amount": Decimal("1.25"), "scores": {"a": 1.5}}
    with path.open("wb") as file:
        fastavro.writer(file, AVRO, [{**record, "either": either} for either in ("x", 5, ["yak"])])
    looked(database, clock, files)
    assert declared_by(database) == {
        "people.avro": "",
        "people.avro.number": "int",
        "people.avro.born": "int (date)",
        "people.avro.mood": "enum moods",
        "people.avro.amount": "decimal(6, 2)",
        "people.avro.either": "long | string",
        "people.avro.either[]": "enum moods",
        "people.avro.scores[].key": "",
        "people.avro.scores[].value": "double",
    }


def test_no_drift_is_kept_beyond_its_bound(
    database: Database, clock: FixedClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.estate.inventory.drift.model.MOST", 20)
    files = DeclaredStore(FilesStore("files", folder))
    (folder / "wide.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    looked(database, clock, files)
    names = [f"c{number:02}" for number in range(70)]
    (folder / "wide.csv").write_text(
        ",".join(["a", "b", *names]) + "\n" + ",".join(["1"] * 72) + "\n", encoding="utf-8"
    )
    drift = looked(database, clock, files)
    assert (len(drift), len(drift.items), drift.counts) == (70, 20, {"field_added": 70})
    assert sentences(drift) == [
        "70 new fields of files/wide.csv without personal data: c00, c01, c02, c03, c04 and 65 more."
    ]


def test_the_state_keeps_no_declaration_that_was_taken_over(database: Database, clock: FixedClock, server: str) -> None:
    looked(database, clock, sql(server))
    with database.snapshot() as session:
        assert set(session.scalars(select(AssetRow.declared))) == {None}
        assert "" not in set(session.scalars(select(FieldRow.type)))
