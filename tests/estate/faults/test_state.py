"""The state's own bad days: its disk is full, or its server dies in the middle of a scan. Nothing is lost, and it goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from engine.base.clock import SystemClock
from engine.base.errors import DependencyFailed, IntegrityViolated
from engine.base.settings import load_settings
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.opening import open_state
from engine.base.state.tables import WorkerRow
from tests.cli.reeve import reeve
from tests.estate.faults.estate import AT_ONCE, ROWS, After, plant_people, server_store
from tests.estate.scan.estate import SMALL, coverage, scanner, sketches
from tests.servers.postgresql import Postgres
from tests.servers.server import PASSWORD

SIZE = 4 << 20  # bytes of the small disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An estate of one table and a configuration for it."""
    plant_people(f"sqlite:///{tmp_path}/shop.db", "people")
    (tmp_path / "reeve.yaml").write_text('stores:\n  crm: {kind: sql, url: "sqlite:///shop.db"}\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of four megabytes where the state will be."""
    disk = folder / ".reeve"
    disk.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(disk)]
    if (
        os.geteuid() != 0
        or shutil.which("mount") is None
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> None:
    """Take all that is free."""
    with suppress(OSError), (disk / "filler").open("ab", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass


def scan(database: Database, folder: Path, action: After | None = None) -> str:
    """Scan the table; how it ended."""
    estate = [server_store(f"sqlite:///{folder}/shop.db")]
    return scanner(database, estate, action, SMALL if action else AT_ONCE).run().status


def check_complete(folder: Path) -> None:
    """All that was planted is read."""
    database = opened(folder)
    assert scan(database, folder) == "complete"
    assert coverage(database) == {"people": ("full", "", ROWS)}
    database.close()


def its_process_fell_silent(database: Database) -> None:
    """Whoever scanned when the state failed could not say that it stops, and has ended by now; here, it is this very process."""
    with database.transaction() as session:
        long_ago = context_of(session).clock.now() - timedelta(hours=1)
        session.execute(update(WorkerRow).where(WorkerRow.stopped_at.is_(None)).values(heartbeat_at=long_ago))


def opened(folder: Path) -> Database:
    return open_state(load_settings(folder / "reeve.yaml"), SystemClock())


def test_a_full_disk_in_the_middle_of_a_scan(folder: Path, small_disk: Path) -> None:
    database = opened(folder)
    scan(database, folder)
    undisturbed = sketches(database)
    with pytest.raises(DependencyFailed) as caught:
        scan(database, folder, After("people", 2, lambda: fill(small_disk)))
    assert caught.value.exit_code == 3
    assert "full" in caught.value.message
    assert "go on" in caught.value.hint
    database.close()
    (small_disk / "filler").unlink()
    database = opened(folder)
    its_process_fell_silent(database)
    read: list[int] = []

    class Counting(After):
        def advanced(self, rows: int, nbytes: int) -> None:
            read.append(rows)

    assert scan(database, folder, Counting("people", 0, list)) == "complete"
    assert sum(read) == ROWS - 200, "what was recorded before is not read again"
    assert sketches(database) == undisturbed
    assert coverage(database) == {"people": ("full", "", ROWS)}
    database.close()


def test_a_disk_that_was_full_before(folder: Path, small_disk: Path) -> None:
    fill(small_disk)
    ran = reeve("scan", folder=folder)
    assert (ran.code, ran.out) == (3, "")
    assert "the disk of the state is full" in ran.err
    assert "Traceback" not in ran.err
    (small_disk / "filler").unlink()
    check_complete(folder)


def test_a_file_that_may_not_grow(folder: Path) -> None:
    """As with a quota: the limit is on the process here, and the system's word for it is another one."""
    opened(folder).close()
    program = str(Path(sys.executable).with_name("reeve"))
    limited = ["prlimit", f"--fsize={64 << 10}", program, "scan"]
    ran = subprocess.run(limited, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 3, ran.stderr
    assert "the state's file cannot be read or written" in ran.stderr
    assert "Traceback" not in ran.stderr
    check_complete(folder)


def test_a_damaged_file(folder: Path) -> None:
    opened(folder).close()
    with (folder / ".reeve/state.db").open("r+b") as state:
        state.seek(4096)
        state.write(b"\xff" * (1 << 20))
    with pytest.raises(IntegrityViolated, match="damaged"):
        opened(folder)
    (folder / ".reeve/state.db").write_bytes(b"no state at all, but a text of some length" * 100)
    with pytest.raises(IntegrityViolated, match="damaged"):
        opened(folder)


def test_its_server_dies_in_the_middle_of_a_scan(
    own_postgres: Postgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE", own_postgres.url())
    with (folder / "reeve.yaml").open("a", encoding="utf-8") as config:
        config.write("state: ${STATE}\n")
    database = opened(folder)
    scan(database, folder)
    undisturbed = sketches(database)
    with pytest.raises(DependencyFailed) as caught:
        scan(database, folder, After("people", 2, own_postgres.kill))
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"
    with pytest.raises(DependencyFailed):
        scan(database, folder)
    database.close()
    own_postgres.start()
    its_process_fell_silent(database)
    assert scan(database, folder) == "complete"
    assert sketches(database) == undisturbed
    assert coverage(database) == {"people": ("full", "", ROWS)}
    database.close()
