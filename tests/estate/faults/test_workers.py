"""Real processes that are killed or stopped (SIGSTOP) while they read a scan together, and wake up when it is too late."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.opening import open_state
from engine.base.state.tables import ChunkRow, ScanRow
from engine.estate.scan.fence import ScanTaken
from tests.estate.scan.estate import coverage, outlast, scanner, sketches
from tests.estate.scan.test_many_workers import FILES, SILENT, Telling, build, declared, go_on, next_line, state_of

PATIENCE = 60  # seconds after which a test gives a process up


def main(role: str, folder: str) -> None:
    """Read a scan as a process of its own: ``owner``, ``helper``, or ``successor``, who begins anew."""
    database = open_state(load_settings(Path(folder) / "reeve.yaml"), SystemClock())
    one = scanner(database, declared(Path(folder)), Telling(), timing=SILENT)
    try:
        if role == "helper":
            one.help()
        else:
            one.run(restart=role == "successor")
    except ScanTaken:
        print("taken", flush=True)
    else:
        print("done", flush=True)


@contextmanager
def process(role: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.estate.faults.test_workers", role, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def last_word(one: subprocess.Popen[str]) -> str:
    """What a process said when it ended."""
    assert one.stdout is not None
    said = one.stdout.read().split()
    assert one.wait(PATIENCE) == 0
    return said[-1]


def check_all_read_once(folder: Path, ended: list[str]) -> None:
    database = state_of(folder)
    with database.snapshot() as session:
        assert list(session.scalars(select(ScanRow.status).order_by(ScanRow.id))) == ended
        newest = session.scalars(select(ScanRow.id).order_by(ScanRow.id.desc())).first()
        assert session.scalar(select(func.sum(ChunkRow.rows)).where(ChunkRow.scan_id == newest)) == 400 * FILES
    assert {rows for _, _, rows in coverage(database).values()} == {400}
    first = sketches(database)
    scanner(database, declared(folder)).run()
    assert sketches(database) == first, "the same as read by one process, byte for byte"
    database.close()


def test_a_helper_that_sleeps_past_its_hold_and_wakes_up(tmp_path: Path) -> None:
    folder = build(tmp_path)
    with process("owner", folder) as owner:
        assert next_line(owner) == "chunk"
        with process("helper", folder) as helper:
            assert next_line(helper) == "chunk"
            os.kill(helper.pid, signal.SIGSTOP)
            outlast(state_of(folder), helper.pid)
            go_on(owner, 100)
            assert last_word(owner) == "done"
            os.kill(helper.pid, signal.SIGCONT)
            go_on(helper, 100)
            assert last_word(helper) == "taken"
    check_all_read_once(folder, ["complete"])


def test_an_owner_that_sleeps_while_another_begins_anew(tmp_path: Path) -> None:
    """Two that both take themselves for the one who runs it: the first writes nothing any more."""
    folder = build(tmp_path)
    with process("owner", folder) as owner:
        assert next_line(owner) == "chunk"
        os.kill(owner.pid, signal.SIGSTOP)
        with process("successor", folder) as successor:
            go_on(successor, 100)
            assert last_word(successor) == "done"
        os.kill(owner.pid, signal.SIGCONT)
        go_on(owner, 100)
        assert last_word(owner) == "taken"
    check_all_read_once(folder, ["abandoned", "complete"])


if __name__ == "__main__":
    main(*sys.argv[1:])
