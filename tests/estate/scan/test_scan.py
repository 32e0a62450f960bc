"""A scan from end to end: coverage adds up, findings are right, nothing of the estate is in our records."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import ChunkRow, CoverageRow, OutboxRow, ScanRow, SketchRow, SubjectKeyRow, VerdictRow
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.drift.model import ScanDrift
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import FieldView, InventoryView
from engine.estate.scan.fence import ScanTaken
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import CANARY, build, coverage, elsewhere, scanner, sketches, stores


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path / "estate")


def view_of(database: Database) -> InventoryView:
    with database.snapshot() as session:
        return load_inventory(session)


def fields_of(database: Database) -> dict[str, FieldView]:
    return {f"{asset.name}.{field.path}": field for _, asset, field in view_of(database).fields()}


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_every_object_has_one_state_and_the_totals_add_up(database: Database, folder: Path) -> None:
    result = scanner(database, stores(folder)).run()
    assert result.status == "complete_with_exceptions"
    assert not result.failed
    assert coverage(database) == {
        "customers": ("full", "", 450),
        "orders": ("full", "", 450),
        "letters.csv": ("full", "", 250),
        "logo.png": ("skipped", "binary_file", 0),
    }
    assert result.objects == {"full": 3, "skipped": 1}
    assert result.rows == 1150
    found = fields_of(database)
    assert [one.entity for one in found["customers.email"].entities] == ["EMAIL_ADDRESS"]
    assert [one.entity for one in found["letters.csv.email"].entities] == ["EMAIL_ADDRESS"]
    assert not found["orders.id"].entities
    assert not found["orders.total"].entities
    assert found["orders.customer_id"].links[0].place == "shop/customers.id"
    assert found["customers.email"].distinct > 400


def test_what_a_scan_needed_to_be_resumed_is_gone_when_it_ends(database: Database, folder: Path) -> None:
    scanner(database, stores(folder)).run()
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(SketchRow)) == 8, "one a field, for the next scan"
        assert session.scalar(select(func.count()).select_from(ChunkRow).where(ChunkRow.cursor.is_not(None))) == 0
        assert session.scalars(select(ChunkRow.number).where(ChunkRow.rows == 50)).all() != []
        scan_keys = session.scalars(select(SubjectKeyRow).where(SubjectKeyRow.kind == "scan")).all()
        assert [key.destroyed_at is not None for key in scan_keys] == [True]


def test_events_carry_the_account(database: Database, folder: Path) -> None:
    scanner(database, stores(folder)).run()
    with database.snapshot() as session:
        rows = session.scalars(select(OutboxRow)).all()
    types = Counter(row.type for row in rows)
    assert types["scan.started"] == types["scan.completed"] == 1
    assert types["scan.asset_covered"] == 3
    (done,) = (json.loads(row.payload)["attributes"] for row in rows if row.type == "scan.completed")
    assert done["listed"] == done["accounted"] == 4
    assert (done["objects_full"], done["objects_skipped"], done["objects_failed"]) == (3, 1, 0)


def test_no_value_of_the_estate_is_in_our_records(database: Database, folder: Path) -> None:
    class Peeking(Silent):
        """Looks into the state while the scan is under way, when cursors and sketches are there."""

        seen = b""

        def advanced(self, rows: int, nbytes: int) -> None:
            Peeking.seen += dump(database)

    scanner(database, stores(folder), Peeking()).run()
    for data in (Peeking.seen, dump(database), repr(view_of(database)).encode()):
        assert b"customers" in data
        for secret in (CANARY, "gudrun", "zebra", "mail.example"):
            assert secret.encode() not in data.lower()


def dump(database: Database) -> bytes:
    """Every cell of every table of the state."""
    from engine.base.state.tables import Base

    with database.snapshot() as session:
        connection = session.connection()
        return b"".join(
            cell if isinstance(cell, bytes) else str(cell).encode()
            for table in Base.metadata.sorted_tables
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"')
            for cell in row
        )


def test_an_unchanged_estate_changes_nothing(database: Database, clock: FixedClock, folder: Path) -> None:
    scanner(database, stores(folder)).run()
    first = sketches(database)
    clock.instant += timedelta(days=1)
    result = scanner(database, stores(folder)).run()
    assert result.drift == ScanDrift()
    assert sketches(database) == first
    with database.snapshot() as session:
        per_field = session.execute(select(VerdictRow.field_id, func.count()).group_by(VerdictRow.field_id)).all()
    assert {count for _, count in per_field} == {1}


def test_drift_is_told_most_important_first(database: Database, clock: FixedClock, folder: Path) -> None:
    scanner(database, stores(folder)).run()
    execute(
        folder,
        "CREATE TABLE leads (id INTEGER PRIMARY KEY, email TEXT)",
        "INSERT INTO leads (email) SELECT email FROM customers",
        "ALTER TABLE orders ADD COLUMN colour TEXT",
        "UPDATE customers SET note = email",
    )
    (folder / "files" / "letters.csv").unlink()
    clock.instant += timedelta(days=1)
    result = scanner(database, stores(folder)).run()
    assert sentences(result.drift) == [
        "New personal data: shop/leads.email holds EMAIL_ADDRESS.",
        "Verdict changed: shop/customers.note was nothing personal, is EMAIL_ADDRESS.",
        "New table: shop/leads.",
        "New field without personal data: shop/orders.colour.",
        "Gone: files/letters.csv, which held EMAIL_ADDRESS.",
    ]
    view = view_of(database)
    changes = {f"{asset.name}.{field.path}": field.change for _, asset, field in view.fields()}
    assert changes["leads.email"] == "new"
    assert changes["customers.note"] == "changed"
    assert changes["customers.email"] == ""
    assert "letters.csv.email" not in changes
    links = fields_of(database)["leads.email"].links
    assert "shop/customers.email" in {link.place for link in links}


def test_one_bad_table_does_not_stop_the_rest(database: Database, folder: Path) -> None:
    execute(
        folder,
        "CREATE TABLE gone (id INTEGER PRIMARY KEY, a TEXT)",
        "CREATE VIEW broken AS SELECT a, no_such_function(a) AS b FROM gone",
        "CREATE TABLE empty (id INTEGER PRIMARY KEY, email TEXT)",
        "CREATE TABLE hollow (id INTEGER PRIMARY KEY, email TEXT)",
        "INSERT INTO hollow (email) VALUES (NULL), (NULL)",
        'CREATE TABLE "we""ird%1:x\n\N{GRINNING FACE}" (a TEXT)',
    )

    class Dropping(Silent):
        def listing(self, store: str) -> None:
            self.listed = store

        def reading(self, store: str, asset: str, name: str) -> None:
            if asset == "gone":
                execute(folder, "DROP TABLE gone")

    result = scanner(database, stores(folder), Dropping()).run()
    states = coverage(database)
    assert result.failed
    assert states["broken"][0] == "failed"
    assert states["gone"][:2] == ("failed", "not_found")
    assert states["customers"] == ("full", "", 450)
    assert states["empty"] == ("full", "", 0)
    assert states["hollow"] == ("full", "", 2)
    assert states['we"ird%1:x\n\N{GRINNING FACE}'][0] == "full"
    found = fields_of(database)
    assert found["empty.email"].rows == 0
    assert (found["hollow.email"].rows, found["hollow.email"].nulls) == (2, 2)
    assert sum(result.objects.values()) == len(states)


def test_a_store_that_cannot_be_listed_is_told(database: Database, folder: Path) -> None:
    away = DeclaredStore(SqlStore("away", f"sqlite:///{folder}/nowhere.db"))
    result = scanner(database, [*stores(folder), away]).run()
    assert result.failed
    assert result.unlisted == {"away": "not_found"}
    view = view_of(database)
    assert not view.complete
    assert {store.name: store.failure for store in view.stores}["away"] == "not_found"
    assert not (folder / "nowhere.db").exists()


def test_a_store_taken_out_of_the_configuration_leaves_the_inventory(
    database: Database, clock: FixedClock, folder: Path
) -> None:
    both = stores(folder)
    scanner(database, both).run()
    clock.instant += timedelta(days=1)
    scanner(database, both[1:]).run()
    assert [store.name for store in view_of(database).stores] == ["shop"]
    with database.snapshot() as session:
        types = session.scalars(select(OutboxRow.type)).all()
    assert types.count("inventory.store_removed") == 1


@pytest.mark.parametrize("gather", [2, 8])
def test_gathering_chunks_changes_no_byte(database: Database, clock: FixedClock, folder: Path, gather: int) -> None:
    scanner(database, stores(folder)).run()
    one_by_one = sketches(database)
    clock.instant += timedelta(days=1)
    with pytest.raises(Stopped):
        scanner(database, stores(folder), StopAfter(1), gather=gather).run()
    scanner(database, stores(folder), gather=gather).run()
    assert sketches(database) == one_by_one


class Stopped(BaseException):
    """Stands for a process that ends here."""


class StopAfter(Silent):
    """Ends the process after so many chunks."""

    def __init__(self, chunks: int) -> None:
        self.left = chunks

    def advanced(self, rows: int, nbytes: int) -> None:
        self.left -= 1
        if not self.left:
            raise Stopped


@pytest.mark.parametrize("chunks", [1, 5, 13, *(pytest.param(more, marks=pytest.mark.long) for more in (2, 8, 11))])
def test_a_stopped_scan_goes_on_and_counts_nothing_twice(
    database: Database, clock: FixedClock, folder: Path, chunks: int
) -> None:
    scanner(database, stores(folder)).run()
    undisturbed, rows = sketches(database), coverage(database)
    clock.instant += timedelta(days=1)
    with pytest.raises(Stopped):
        scanner(database, stores(folder), StopAfter(chunks)).run()
    result = scanner(database, stores(folder)).run()
    assert sketches(database) == undisturbed
    assert coverage(database) == rows
    assert result.rows == 1150
    with database.snapshot() as session:
        assert session.scalars(select(ScanRow.status)).all().count("running") == 0


def test_an_object_that_changed_since_the_stop_is_read_anew(
    database: Database, clock: FixedClock, folder: Path
) -> None:
    with pytest.raises(Stopped):
        scanner(database, stores(folder), StopAfter(1)).run()
    letters = folder / "files" / "letters.csv"
    letters.write_text("number;email\n" + "1;other@mail.example\n" * 40, encoding="utf-8")
    result = scanner(database, stores(folder)).run()
    assert coverage(database)["letters.csv"] == ("full", "", 40)
    assert result.rows == 940


def test_two_scans_do_not_run_at_once_and_the_loser_writes_nothing(database: Database, folder: Path) -> None:
    class TakenOver(Silent):
        def advanced(self, rows: int, nbytes: int) -> None:
            with database.transaction() as session:
                row = session.scalars(select(ScanRow)).one()
                row.epoch += 1

    with pytest.raises(ScanTaken):
        scanner(database, stores(folder), TakenOver()).run()
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(ChunkRow)) == 1
        states = session.scalars(select(CoverageRow.state)).all()
    assert "full" not in states
    with database.transaction() as session:
        session.scalars(select(ScanRow)).one().worker_id = elsewhere(session)
    with pytest.raises(ScanTaken, match="running already"):
        scanner(database, stores(folder)).run()
    assert scanner(database, stores(folder)).run(restart=True).rows == 1150


def test_another_configuration_gives_up_the_unfinished_scan(database: Database, folder: Path) -> None:
    with pytest.raises(Stopped):
        scanner(database, stores(folder), StopAfter(1)).run()
    scanner(database, stores(folder), config_hash="1" * 64).run()
    with database.snapshot() as session:
        statuses = session.scalars(select(ScanRow.status).order_by(ScanRow.id)).all()
    assert statuses == ["abandoned", "complete_with_exceptions"]


def test_foreign_keys_that_go_in_a_circle(database: Database, folder: Path) -> None:
    execute(
        folder,
        "CREATE TABLE staff (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES staff(id), team INTEGER REFERENCES teams(id))",
        "CREATE TABLE teams (id INTEGER PRIMARY KEY, head INTEGER REFERENCES staff(id))",
        "INSERT INTO teams VALUES (1, 1)",
        "INSERT INTO staff VALUES (1, 1, 1)",
    )
    assert not scanner(database, stores(folder)).run().failed
    found = fields_of(database)
    linked = {name: [link.place for link in found[name].links] for name in ("staff.boss", "staff.team", "teams.head")}
    assert linked == {"staff.boss": ["shop/staff.id"], "staff.team": ["shop/teams.id"], "teams.head": ["shop/staff.id"]}
