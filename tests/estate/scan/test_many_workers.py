"""Several processes read one scan: nothing counts twice, nothing is lost, and one that dies or sleeps does no harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.state.tables import ChunkRow, CoverageRow, ReadingRow, ScanRow, WorkerRow
from engine.base.work.workers import Timing
from engine.estate.scan.chunks import load_lot
from engine.estate.scan.fence import ScanTaken, ScanWorker, claim
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from tests.estate.scan.estate import coverage, elsewhere, scanner, sketches
from tests.states import with_state

FILES = 5
SILENT = Timing(heartbeat=1000, dead_after=3000)
"""Of processes that are frozen: one that is just saying that it lives would keep SQLite from everybody."""
PATIENCE = 60  # seconds after which a test gives a process up


def build(folder: Path) -> Path:
    files = folder / "files"
    files.mkdir(parents=True)
    for number in range(FILES):
        lines = "".join(f"{n},person{n * number}@mail.example\n" for n in range(400))
        (files / f"list{number:02}.csv").write_text(f"number,email\n{lines}", encoding="utf-8")
    (folder / "reeve.yaml").write_text("stores: {}\n", encoding="utf-8")
    return with_state(folder)


def declared(folder: Path) -> list[DeclaredStore]:
    return [DeclaredStore(FilesStore("files", folder / "files"))]


class Telling(Silent):
    """Prints a line after each chunk and goes on when a line comes back."""

    def advanced(self, rows: int, nbytes: int) -> None:
        print("chunk", flush=True)
        sys.stdin.readline()


def main(role: str, folder: str) -> None:
    database = open_state(load_settings(Path(folder) / "reeve.yaml"), SystemClock())
    one = scanner(database, declared(Path(folder)), Telling(), timing=SILENT)
    if role == "helper":
        print("helped", one.help(), flush=True)
    else:
        print("status", one.run().status, flush=True)


@contextmanager
def process(role: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.estate.scan.test_many_workers", role, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def next_line(one: subprocess.Popen[str]) -> str:
    assert one.stdout is not None
    return one.stdout.readline().strip()


def go_on(one: subprocess.Popen[str], times: int = 1) -> None:
    assert one.stdin is not None
    one.stdin.write("\n" * times)
    one.stdin.flush()


def state_of(folder: Path) -> Database:
    return open_state(load_settings(folder / "reeve.yaml"), SystemClock())


@pytest.fixture
def undisturbed(tmp_path: Path) -> dict[str, int]:
    """How many rows of each object are read when nothing goes wrong."""
    return {f"list{number:02}.csv": 400 for number in range(FILES)}


def check_all_read_once(folder: Path, undisturbed: dict[str, int]) -> None:
    database = state_of(folder)
    assert {name: rows for name, (_, _, rows) in coverage(database).items()} == undisturbed
    with database.snapshot() as session:
        assert session.scalar(select(func.sum(ChunkRow.rows))) == 400 * FILES
    first = sketches(database)
    scanner(database, declared(folder)).run()
    assert sketches(database) == first, "the same as read by one process, byte for byte"
    database.close()


def test_two_processes_share_a_scan(tmp_path: Path, undisturbed: dict[str, int]) -> None:
    folder = build(tmp_path)
    with process("owner", folder) as owner:
        assert next_line(owner) == "chunk"
        with process("helper", folder) as helper:
            assert next_line(helper) == "chunk"
            go_on(helper, 100)
            go_on(owner, 100)
            assert helper.wait(PATIENCE) == 0
        assert owner.wait(PATIENCE) == 0
        assert owner.stdout is not None
        assert owner.stdout.read().split()[-1] == "complete"
    check_all_read_once(folder, undisturbed)


def test_what_a_killed_helper_left_is_read_by_the_other(tmp_path: Path, undisturbed: dict[str, int]) -> None:
    folder = build(tmp_path)
    with process("owner", folder) as owner:
        assert next_line(owner) == "chunk"
        with process("helper", folder) as helper:
            assert next_line(helper) == "chunk"
            os.kill(helper.pid, signal.SIGKILL)
            helper.wait(PATIENCE)
        go_on(owner, 100)
        assert owner.wait(PATIENCE) == 0
    check_all_read_once(folder, undisturbed)


def test_the_owner_killed_another_goes_on_while_a_helper_reads(tmp_path: Path, undisturbed: dict[str, int]) -> None:
    folder = build(tmp_path)
    with process("owner", folder) as owner:
        assert next_line(owner) == "chunk"
        with process("helper", folder) as helper:
            assert next_line(helper) == "chunk"
            os.kill(owner.pid, signal.SIGKILL)
            owner.wait(PATIENCE)
            with process("owner", folder) as second:
                go_on(second, 100)
                go_on(helper, 100)
                assert helper.wait(PATIENCE) == 0
                assert second.wait(PATIENCE) == 0
    check_all_read_once(folder, undisturbed)


def test_a_worker_that_slept_past_its_hold_writes_nothing(database: Database, tmp_path: Path) -> None:
    """Its lot is read by another one meanwhile; what it had in hand is thrown away when it wakes."""
    folder = build(tmp_path)

    class Sleeping(Silent):
        slept = False

        def advanced(self, rows: int, nbytes: int) -> None:
            if Sleeping.slept:
                return
            Sleeping.slept = True
            with database.transaction() as session:
                row = session.scalars(select(ReadingRow).where(ReadingRow.worker_id.is_not(None))).one()
                row.worker_id = elsewhere(session)
                row.epoch += 1

    with pytest.raises(ScanTaken, match="taken over"):
        scanner(database, declared(folder), Sleeping()).run()
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(ChunkRow)) == 1
        assert session.scalars(select(CoverageRow.state)).all().count("full") == 0


def test_a_lot_is_its_readers_as_long_as_that_one_lives(database: Database, tmp_path: Path) -> None:
    folder = build(tmp_path)
    for file in sorted((folder / "files").iterdir())[1:]:
        file.unlink()

    class Claiming(Silent):
        def advanced(self, rows: int, nbytes: int) -> None:
            if rows < 100:
                return
            with database.transaction() as session:
                other = ScanWorker(elsewhere(session), 30)
                reading = session.scalars(select(ReadingRow)).one()
                mine, now = reading.worker_id, context_of(session).clock.now()
                assert mine is not None
                assert claim(session, reading.scan_id, other, None) is None, "somebody lives and reads it"
                me = session.scalars(select(WorkerRow).where(WorkerRow.id == mine)).one()
                me.process, me.heartbeat_at = os.getppid(), now - timedelta(seconds=31)
                again = claim(session, reading.scan_id, other, None)
                assert again is not None
                assert me.ending == "dead"
                session.flush()
                session.rollback()
            assert load_lot(database, again).objects[0].name == "list00.csv"

    assert scanner(database, declared(folder), Claiming()).run().status == "complete"


def test_whoever_was_held_to_be_dead_begins_nothing(database: Database, tmp_path: Path) -> None:
    folder = build(tmp_path)

    class Dying(Silent):
        def finished(self, store: str, asset: str, name: str, state: str, reason: str) -> None:
            with database.transaction() as session:
                for row in session.scalars(select(WorkerRow).where(WorkerRow.stopped_at.is_(None))):
                    row.stopped_at, row.ending = row.heartbeat_at, "dead"

    with pytest.raises(ScanTaken, match="held to be dead"):
        scanner(database, declared(folder), Dying()).run()
    result = scanner(database, declared(folder)).run()
    assert (result.status, result.rows) == ("complete", 400 * FILES)
    with database.snapshot() as session:
        assert session.scalars(select(ScanRow.status)).all() == ["complete"], "the same scan went on"


if __name__ == "__main__":
    main(*sys.argv[1:])
