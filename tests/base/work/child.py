"""A worker as a process of its own, for tests: ``python -m tests.base.work.child URL KEYRING TENANT ACTOR FOLDER``.

Its one kind of work, ``count``, goes over ten steps, each noted in ``FOLDER/<job>`` by the process that did it, and holds at the
third one until ``FOLDER/go`` is there. It goes on from the steps that were noted, as real work does from its records.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from uuid import UUID

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
QUICK = Timing(heartbeat=0.3, dead_after=5.0, lease=5.0, tick=0.05, reconcile=0.3, grace=20)


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


def main(url: str, keyring: str, tenant: str, actor: str, folder: str) -> None:
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
