"""A worker as a process of its own, for tests: ``python -m tests.base.work.child URL KEYRING TENANT ACTOR FOLDER``.

Its one kind of work, ``count``, goes over ten steps, each noted in ``FOLDER/<job>`` by the process that did it, and holds at the
third one until ``FOLDER/go`` is there. It goes on from the steps that were noted, as real work does from its records.

Once ``FOLDER/freeze-<process>`` is there, it stops itself (SIGSTOP) at the next moment when no thread of it has a connection out
of a pool, so that it sleeps on no lock: from outside, such a moment can only be guessed at.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.pool import Pool

from engine.base.clock import SystemClock
from engine.base.durable.dbos import DbosDurable
from engine.base.ids import ActorId, TenantId
from engine.base.keys.local import LocalKeyring
from engine.base.state.canonical import JsonValue
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.work.running import Job
from engine.base.work.worker import Worker
from engine.base.work.workers import Timing

STEPS = 10
QUICK = Timing(heartbeat=0.3, dead_after=120, lease=2.0, tick=0.05, reconcile=0.3, grace=120)
"""A loaded machine keeps a process waiting for seconds: it may lose the lead by that, but must not be held to be dead."""


def count(job: Job, folder: Path) -> JsonValue:
    file = folder / str(job.id)
    while (done := len(file.read_text().splitlines()) if file.exists() else 0) < STEPS:
        job.stop_point()
        if done >= 3 and not (folder / "go").exists():
            time.sleep(0.02)
            continue
        with job.database.transaction() as session:
            job.check(session)
            with file.open("a") as stream:
                stream.write(f"{os.getpid()}\n")
    return {"steps": done}


class Freezer:
    """Counts the connections that are out of the pools of this process, DBOS's too, and stops it when there is none."""

    def __init__(self, wanted: Path) -> None:
        self._wanted = wanted
        self._out = 0
        self._lock = threading.Lock()
        event.listen(Pool, "checkout", self._checked_out)
        event.listen(Pool, "checkin", self._checked_in)

    def _checked_out(self, *_args: object) -> None:
        with self._lock:  # whoever wants one while the process is stopped waits here
            self._out += 1

    def _checked_in(self, *_args: object) -> None:
        with self._lock:
            self._out -= 1
            if self._out == 0 and self._wanted.exists():
                self._wanted.unlink()
                signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this thread: it stops before it goes on


def main(url: str, keyring: str, tenant: str, actor: str, folder: str) -> None:
    Freezer(Path(folder) / f"freeze-{os.getpid()}")
    tenant_id = TenantId(UUID(tenant))
    context = Context(tenant_id, LocalKeyring(Path(keyring)), SystemClock(), ActorId(UUID(actor)))
    database = Database(url).bound(context)
    durable = DbosDurable(database.url, tenant_id, poll_seconds=0.05)
    worker = Worker(database, durable, {"count": lambda job: count(job, Path(folder))}, timing=QUICK)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
