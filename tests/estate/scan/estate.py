"""A small estate for scan tests, and the scanner over it."""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.state.tables import AssetRow, CoverageRow, FieldRow, ObjectRow, ScanRow, WorkerId, WorkerRow
from engine.base.work.workers import Process, Timing, register_worker
from engine.estate.detectors.pack import Pack, load_pack
from engine.estate.formats.format import Budget
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Progress, Silent
from engine.estate.scan.run import Scanner
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.sql import SqlStore

CANARY = "gudrun.canary@estate.example"
SMALL = Budget(rows=100)
ALL = Asked(full=True)


@cache
def pack() -> Pack:
    """The detector pack, compiled once a process."""
    return load_pack()


def build(folder: Path, people: int = 450) -> Path:
    """A database ``shop.db`` with people and orders, and a folder ``files``."""
    rng = random.Random(9)
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, note TEXT)")
        connection.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), total REAL)"
        )
        connection.executemany(
            "INSERT INTO customers (email, note) VALUES (?, ?)",
            [(f"zebra{rng.randrange(10**9)}@mail.example", f"note {rng.random()}") for _ in range(people)],
        )
        connection.execute("UPDATE customers SET email = ? WHERE id = 7", (CANARY,))
        connection.executemany(
            "INSERT INTO orders (customer_id, total) VALUES (?, ?)",
            [(rng.randrange(1, people), rng.randrange(1, 9_999) / 100) for _ in range(people)],
        )
    files = folder / "files"
    files.mkdir(exist_ok=True)
    lines = "".join(f"{n};zebra{n}@mail.example\n" for n in range(250))
    (files / "letters.csv").write_text(f"number;email\n{lines}", encoding="utf-8")
    (files / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return folder


def stores(folder: Path) -> list[DeclaredStore]:
    """The two stores of ``build``."""
    shop = DeclaredStore(SqlStore("shop", f"sqlite:///{folder}/shop.db"), owner="sales", purposes=("contract",))
    return [DeclaredStore(FilesStore("files", folder / "files")), shop]


def scanner(
    database: Database,
    declared: Sequence[DeclaredStore],
    progress: Progress | None = None,
    budget: Budget = SMALL,
    config_hash: str = "0" * 64,
    gather: int = 1,
    asked: Asked = ALL,
    timing: Timing | None = None,
) -> Scanner:
    """A scanner with small chunks, each recorded by itself, that reads everything."""
    names = frozenset(store.name for store in declared)
    told = progress or Silent()
    return Scanner(database, declared, names, pack(), config_hash, told, budget, gather, asked, timing or Timing())


def sketches(database: Database) -> dict[str, bytes]:
    """The bytes of every field's sketch, by asset and path."""
    query = (
        select(AssetRow.name, FieldRow)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .options(undefer(FieldRow.sketch))
    )
    with database.snapshot() as session:
        return {f"{asset}.{row.path}": row.sketch for asset, row in session.execute(query)}


def coverage(database: Database) -> dict[str, tuple[str, str, int]]:
    """State, reason and rows of each object in the newest scan."""
    newest = select(ScanRow.id).order_by(ScanRow.started_at.desc(), ScanRow.id.desc()).limit(1).scalar_subquery()
    query = (
        select(ObjectRow.name, CoverageRow)
        .join(ObjectRow, (ObjectRow.tenant_id == CoverageRow.tenant_id) & (ObjectRow.id == CoverageRow.object_id))
        .where(CoverageRow.scan_id == newest)
    )
    with database.snapshot() as session:
        return {name: (row.state, row.reason, row.rows) for name, row in session.execute(query)}


def elsewhere(session: Session) -> WorkerId:
    """A worker that lives on another machine, as far as this one can tell."""
    return register_worker(session, Process("another-machine", 1, "1"), runs_jobs=False)


def outlast(database: Database, process: int) -> None:
    """Let the silence of a process have lasted for an hour."""
    with database.transaction() as session:
        long_ago = context_of(session).clock.now() - timedelta(hours=1)
        session.execute(update(WorkerRow).where(WorkerRow.process == process).values(heartbeat_at=long_ago))


class Telling(Silent):
    """Prints a line after each chunk, for a parent that waits for the right moment to kill."""

    def advanced(self, rows: int, nbytes: int) -> None:
        """One chunk is committed."""
        print("chunk", flush=True)


def main(config: str, folder: str) -> None:
    """Scan in a process of its own."""
    database = open_state(load_settings(Path(config)), SystemClock())
    result = scanner(database, stores(Path(folder)), Telling()).run()
    print("status", result.status, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
