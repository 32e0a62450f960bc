"""Workers as their users run them: processes that share a scan, of which one is killed, and jobs that are watched and asked."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.base.state.database import Database
from engine.base.work.view import find_job
from engine.estate.scan.status import scan_of
from tests.cli.reeve import REEVE, Ran, reeve
from tests.contracts.durable import wait_for
from tests.estate.scan.estate import sketches
from tests.estate.scan.test_many_workers import build, state_of
from tests.states import with_state

CONFIG = "stores:\n  files: {kind: files, path: files, limits: {connections: 3, rows_per_second: 1200}}\n"
SLOW = CONFIG.replace("1200", "60")  # it would take 40 seconds
PATIENCE = 120  # seconds after which a test gives a process up
FILES, LINES = 6, 400


@contextmanager
def worker(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([REEVE, "worker", *options], cwd=folder, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of files that is read slowly enough for something to happen meanwhile."""
    files = tmp_path / "files"
    files.mkdir()
    for number in range(FILES):
        lines = "".join(f"{n},person{n * number}@mail.example\n" for n in range(LINES))
        (files / f"list{number:02}.csv").write_text(f"number,email\n{lines}", encoding="utf-8")
    (tmp_path / "reeve.yaml").write_text(CONFIG, encoding="utf-8")
    return with_state(tmp_path)


@pytest.fixture
def state(folder: Path) -> Iterator[Database]:
    database = state_of(folder)
    yield database
    database.close()


def wait_until(state: Database, name: str, wanted: str) -> None:
    def is_so() -> bool:
        with state.snapshot() as session:
            return find_job(session, name).state == wanted

    wait_for(is_so)


def until_someone_reads(state: Database, name: str) -> None:
    def reads() -> bool:
        with state.snapshot() as session:
            scan = scan_of(session, find_job(session, name).id)
        return scan is not None and scan.readers > 0 and scan.rows > 0

    wait_for(reads)


def test_one_of_two_workers_is_killed_and_nothing_is_lost(folder: Path, state: Database) -> None:
    asked = reeve("scan", "--queue", "--json", folder=folder)
    assert (asked.code, asked.json["workers"], "no worker lives" in asked.err) == (0, 0, True)
    name = asked.json["job"][-8:]
    with worker(folder) as first:
        until_someone_reads(state, name)
        with worker(folder, "--until-idle") as second:
            os.kill(first.pid, signal.SIGKILL)
            first.wait()
            watched = reeve("jobs", "watch", name, folder=folder)
            assert second.wait(PATIENCE) == 0
    assert (watched.code, "taken over 1 x" in watched.out) == (0, True), watched
    shown = reeve("jobs", "show", name, "--json", folder=folder).json
    assert shown["outcome"] == {
        "scan": shown["progress"]["scan"],
        "status": "complete",
        "objects": {"full": FILES},
        "unlisted": 0,
        "rows": FILES * LINES,
        "drift": 0,
    }
    shared = sketches(state)
    assert reeve("scan", "--full", folder=folder).code == 0
    assert sketches(state) == shared, "the same as read by one process, byte for byte"


def test_a_job_is_paused_resumed_and_cancelled(folder: Path, state: Database) -> None:
    (folder / "reeve.yaml").write_text(SLOW, encoding="utf-8")
    name = reeve("scan", "--queue", "--json", folder=folder).json["job"]
    with worker(folder) as one:
        until_someone_reads(state, name)
        assert "paused" in reeve("jobs", "pause", name, folder=folder).err
        wait_until(state, name, "paused")
        refused = reeve("scan", folder=folder)
        assert (refused.code, "which is paused" in refused.err) == (3, True)
        assert reeve("jobs", "resume", name, folder=folder).code == 0
        wait_until(state, name, "running")
        assert reeve("jobs", "cancel", name, folder=folder).code == 0
        wait_until(state, name, "cancelled")
        one.send_signal(signal.SIGTERM)
        assert one.wait(PATIENCE) == 0
    listed: Ran = reeve("jobs", "list", "--json", folder=folder)
    assert [row["state"] for row in listed.json["jobs"]] == ["cancelled"]
    assert listed.json["workers"] == []
    assert reeve("jobs", "cancel", "no-such", folder=folder).code == 2


@pytest.mark.long  # it waits for the next full minute
def test_a_schedule_is_shown_and_followed(tmp_path: Path) -> None:
    build(tmp_path)
    schedules = "schedules:\n  often: {cron: '* * * * *'}\n  never: {cron: '0 0 1 1 *', enabled: false}\n"
    (tmp_path / "reeve.yaml").write_text("stores:\n  files: {kind: files, path: files}\n" + schedules, encoding="utf-8")
    before = reeve("schedules", "--json", folder=tmp_path).json["schedules"]
    assert [(row["schedule"], row["known_to_workers"]) for row in before] == [("never", False), ("often", False)]
    with worker(tmp_path):
        wait_for(lambda: bool(reeve("jobs", "list", "--json", folder=tmp_path).json["jobs"]))
        row = reeve("schedules", "--json", folder=tmp_path).json["schedules"][1]
    assert (row["known_to_workers"], row["last_at"] is not None) == (True, True)
