"""Two workers for the demo, one of which is killed while both read a scan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed
from engine.base.state.database import Database
from engine.base.state.tables import JobId
from engine.base.work.view import find_job, living_workers
from engine.estate.scan.status import scan_of

PATIENCE = 300.0  # seconds until the demo says that something is wrong
LOOK = 0.05
_REEVE = (sys.executable, "-c", "from api.cli.main import run; run()")


class TwoWorkers:
    """Two ``reeve worker`` processes over one configuration, as long as it is entered. Their words go to files beside it."""

    def __init__(self, config: Path, database: Database) -> None:
        self._config = config
        self._database = database
        self._stack = ExitStack()
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        with self._stack as stack:
            for number in (1, 2):
                log = stack.enter_context((self._config.parent / f"worker-{number}.log").open("wb"))
                command = [*_REEVE, "--config", str(self._config), "worker"]
                self._processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        try:
            self._wait("workers that live", lambda session: len(living_workers(session)) >= len(self._processes))
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def kill_one(self, job_id: JobId) -> bool:
        """Kill the worker that runs a scan, as soon as both read it; whether there was such a moment."""
        found: list[int] = []

        def both_read(session: Session) -> bool:
            job, scan = find_job(session, str(job_id)), scan_of(session, job_id)
            if scan is not None and scan.readers >= len(self._processes) and job.worker and scan.rows:
                found.append(int(job.worker.rpartition(":")[2]))
            return bool(found) or job.ended

        self._wait("both workers reading", both_read)
        for process in found:
            os.kill(process, signal.SIGKILL)
        return bool(found)

    def finish(self, job_id: JobId) -> None:
        """Wait until a job has ended.

        Raises:
            DependencyFailed: it failed, or took too long.
        """
        self._wait("the scan's end", lambda session: find_job(session, str(job_id)).ended)
        with self._database.snapshot() as session:
            job = find_job(session, str(job_id))
        if job.state != "done":
            raise DependencyFailed(f"the scan ended as {job.state} ({job.failure})", hint=self._hint())

    def _wait(self, what: str, condition: Callable[[Session], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with self._database.snapshot() as session:
                if condition(session):
                    return
            if all(one.poll() is not None for one in self._processes):
                raise DependencyFailed("the demo's workers ended", hint=self._hint())
            time.sleep(LOOK)
        raise DependencyFailed(f"the demo waited in vain for {what}", hint=self._hint())

    def _hint(self) -> str:
        return f"their words are in {self._config.parent}/worker-1.log and worker-2.log"

    def _stop(self) -> None:
        for one in self._processes:
            one.terminate()
        for one in self._processes:
            try:
                one.wait(30)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
