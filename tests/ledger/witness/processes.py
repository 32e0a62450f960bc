"""A witness in a process of its own, as an auditor runs it; and one that dies where it is told to.

As a program: ``python -m tests.ledger.witness.processes DIR WHEN`` serves DIR and kills itself with SIGKILL at ``commit``
(before what it cosigned is on the disk) or at ``answer`` (after that, before the answer is sent).
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from engine.base.clock import SystemClock
from engine.ledger.note.keys import VerifierKey
from engine.ledger.witness.folder import WitnessFolder
from engine.ledger.witness.server import WitnessServer
from engine.ledger.witness.witness import Answer, Witness
from tests.cli.reeve import REEVE
from tests.ledger.witness.logs import KEY

NAME = "witness.example/w1"


def make(path: Path, *, mldsa: bool = False) -> WitnessFolder:
    """A witness that trusts the small log."""
    folder = WitnessFolder.create(path, NAME, mldsa=mldsa)
    folder.trust([KEY.verifier])
    return folder


def key_of(folder: WitnessFolder) -> VerifierKey:
    return folder.keys[0].verifier


@contextmanager
def running(path: Path, *options: str, dies: str = "") -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address and the process of a witness that runs until the block ends."""
    command = [str(REEVE), "witness", "run", str(path), "--port", "0", *options]
    if dies:
        command = [sys.executable, "-m", "tests.ledger.witness.processes", str(path), dies]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "200"}) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            found = re.search(r"listens on (http://\S+?);", said)
            assert found, said + process.stderr.read()
            yield found[1], process
        finally:
            process.kill()


@contextmanager
def serving(folder: WitnessFolder) -> Iterator[str]:
    """The address of a witness that is served by a thread of this process until the block ends."""
    server = WitnessServer("127.0.0.1", 0, Witness(folder.keys, folder.heads, folder.trusted, SystemClock()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Dying(Witness):
    """Dies with its answer in its hands."""

    def add(self, body: bytes) -> Answer:
        super().add(body)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class DyingConnection(sqlite3.Connection):
    """Dies on the way to the disk."""

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        if sql == "COMMIT":
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(sql, parameters)


def main(path: Path, when: str) -> None:
    folder = WitnessFolder.open(path)
    if when == "commit":
        sqlite3.connect = partial(sqlite3.connect, factory=DyingConnection)  # type: ignore[assignment]
    kind = Dying if when == "answer" else Witness
    server = WitnessServer("127.0.0.1", 0, kind(folder.keys, folder.heads, folder.trusted, SystemClock()))
    sys.stderr.write(f"listens on http://127.0.0.1:{server.server_port};\n")
    sys.stderr.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
