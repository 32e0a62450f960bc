"""The ledger: how fast recorded events get their places, what recording costs writers, and how fast all of it is verified.

``python -m tests.benchmarks.ledger [ENTRIES]``; sequencing on SQLite and on PostgreSQL (REEVE_TEST_POSTGRES_URL).
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import text

from engine.base.actors import local_person
from engine.base.clock import SystemClock
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.events import Event, committed, event
from engine.base.state.opening import open_tenant
from engine.base.state.outbox import record
from engine.ledger.log.export import shard_folders
from engine.ledger.log.proving import prove
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.sequencer import Sequencer
from engine.ledger.log.verification import Expected, verify
from engine.ledger.note.note import VerifierKey
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.tiles import Growth
from engine.ledger.verifier import verify_reeve_log
from tests.conftest import _fresh
from tests.ledger.verifier.making import make_export

POSTGRES = os.environ.get("REEVE_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
SEQUENCED = 40_000
WRITERS, EACH, RUNS = 8, 150, 3


@event
class Measured(Event):
    """An event of the benchmark: plain fields, and one that is committed to."""

    type: ClassVar[str] = "test.measured"

    number: int
    kind: str
    hidden: str = committed()


def main(entries: int) -> None:
    """Print all figures."""
    for name, place in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with place() as (url, folder):
            _sequence(name, url, folder)
        with place() as (url, folder):
            _write_together(name, url, folder)
    _verify(entries)
    _memory(entries)


def _sequence(name: str, url: str, folder: Path) -> None:
    """Committed intents, from the outbox to a signed checkpoint."""
    database = _open(url, folder)
    for first in range(0, SEQUENCED, 1000):
        with database.transaction() as session:
            for number in range(first, first + 1000):
                record(session, Measured(number=number, kind="bench", hidden="A. Person"))
    sequencer = Sequencer(database)
    began = time.perf_counter()
    placed = sequencer.drain()
    sequencer.sign()
    print(f"{name}: {placed / (time.perf_counter() - began):,.0f} entries/s from the outbox to a signed checkpoint")
    database.close()


def _write_together(name: str, url: str, folder: Path) -> None:
    """Writers that commit one row each, with and without an intent, in turns."""
    database = _open(url, folder)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE bench_deed (writer BIGINT, number BIGINT, words TEXT)"))
        record(session, Measured(number=0, kind="bench", hidden=""))  # the keys are there
    rates: dict[bool, list[float]] = {False: [], True: []}
    with ProcessPoolExecutor(WRITERS, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_write, [(url, folder, nth, True, 5) for nth in range(WRITERS)]))  # everybody is awake
        for _ in range(RUNS):
            for recorded in (False, True):
                began = time.perf_counter()
                list(pool.map(_write, [(url, folder, nth, recorded, EACH) for nth in range(WRITERS)]))
                rates[recorded].append(WRITERS * EACH / (time.perf_counter() - began))
    bare, ours = statistics.median(rates[False]), statistics.median(rates[True])
    print(f"{name}: {WRITERS} writers commit {ours:,.0f}/s with an intent, {bare:,.0f}/s without: {ours / bare:.2f}x")
    database.close()


_OPENED: dict[str, Database] = {}


def _write(job: tuple[str, Path, int, bool, int]) -> None:
    url, folder, writer, recorded, count = job
    database = _OPENED.get(url)
    if database is None:
        database = _OPENED[url] = _open(url, folder)
    for number in range(count):
        with database.transaction() as session:
            session.execute(
                text("INSERT INTO bench_deed VALUES (:writer, :number, :words)"),
                {"writer": writer, "number": number, "words": "what the deed is about"},
            )
            if recorded:
                record(session, Measured(number=number, kind="bench", hidden="A. Person"))


def _verify(entries: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_export({"2026": entries}).write(folder, [])
        keys = [VerifierKey.parse(line) for line in (folder / "vkeys").read_text().split()]
        logs = {label: FolderResources(path) for label, path in shard_folders(folder).items()}
        took = _seconds(lambda: verify(logs, Expected(keys)))
        with redirect_stdout(StringIO()):
            outside = _seconds(lambda: verify_reeve_log.main([name, "--json"]))
        resources = next(iter(logs.values()))
        proofs = [prove(resources, index * 7919 % entries) for index in range(3)]
        each = [_seconds(partial(prove, resources, nth * 7919 % entries)) for nth in range(200)]
        print(f"{entries:,} entries verify in {took:.1f} s, by the one file without Reeve in {outside:.1f} s")
        print(
            f"a proof among them takes {1000 * statistics.median(each):.2f} ms (from an export's files) and has "
            f"{max(len(one.proof.format()) for one in proofs):,} bytes"
        )


def _memory(entries: int) -> None:
    """What a growing tree holds, from one size to ten times that: its edge and no more."""
    growth, held = Growth(0, {}), []
    for size in (entries // 10, entries):
        while growth.size < size:
            growth.append(leaf_hash(b"%d" % number) for number in range(growth.size, min(size, growth.size + 2000)))
        held.append(sum(len(data) for _, data in growth.edge()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"the tree's edge: {held[0]:,} bytes at {entries // 10:,} entries, {held[1]:,} at {entries:,}; this process {peak} MiB"
    )


def _open(url: str, folder: Path) -> Database:
    database, clock = Database(url), SystemClock()
    database.migrate()
    path = folder / "keyring.json"
    keyring = LocalKeyring(path) if path.exists() else LocalKeyring.create(path)
    with database.transaction() as session:
        tenant_id = open_tenant(session, "bench", clock)
    database = database.bound(Context(tenant_id, keyring, clock))
    with database.transaction() as session:
        actor = local_person(session)
    return database.bound(Context(tenant_id, keyring, clock, actor.id))


@contextmanager
def _sqlite() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/state.db", Path(folder)


@contextmanager
def _postgres() -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory() as folder, _fresh(POSTGRES, "TEMPLATE template0") as url:
        yield url, Path(folder)


def _seconds(deed: Callable[[], Any]) -> float:
    began = time.perf_counter()
    deed()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
