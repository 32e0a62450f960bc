"""Workers: that they live, that they are told when they were held to be dead, and a pulse that keeps both going."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed
from engine.base.ids import new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.work import WorkerId, WorkerRow
from engine.base.work.events import WorkerFoundDead, WorkerStarted, WorkerStopped
from engine.base.work.leases import LEASE_SECONDS, free_leases_of


@dataclass(frozen=True, slots=True)
class Timing:
    """How often and how long, all in seconds.

    Attributes:
        heartbeat: between two heartbeats.
        dead_after: of silence, after which a worker is held to be dead. At least three heartbeats.
        lease: how long leadership and slots last without renewal.
        tick: between two looks of the worker's loop.
        reconcile: between two comparisons of our jobs with what the engine behind knows.
        grace: how long a worker that stops waits for its functions to come to a point where they can.
    """

    heartbeat: float = 5.0
    dead_after: float = 30.0
    lease: float = LEASE_SECONDS
    tick: float = 0.5
    reconcile: float = 15.0
    grace: float = 60.0


@dataclass(frozen=True, slots=True)
class Process:
    """Which process: ``host`` names the machine and, in a container, its space of process ids; ``start`` in clock ticks."""

    host: str
    id: int
    start: str

    @classmethod
    def this(cls) -> Process:
        """The one that runs this."""
        return cls(_host(), os.getpid(), _start(os.getpid()))

    def is_gone(self) -> bool:
        """Whether it is known to have ended; of another machine's process that is never known."""
        if self.host != _host() or self.id == os.getpid():
            return False
        try:
            os.kill(self.id, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        now = _start(self.id)
        return bool(self.start and now and self.start != now)


def register_worker(session: Session, process: Process, *, runs_jobs: bool = True) -> WorkerId:
    """A worker of that process begins. One that runs no jobs of others leaves no events: what it does for itself does."""
    now = context_of(session).clock.now()
    row = WorkerRow(
        id=WorkerId(new_id()),
        host=process.host,
        process=process.id,
        process_start=process.start,
        started_at=now,
        heartbeat_at=now,
        ending="",
        term=0,
        runs_jobs=runs_jobs,
    )
    session.add(row)
    session.flush()
    if runs_jobs:
        record(session, WorkerStarted(worker=row.id, code_version=version("reeve")))
    return row.id


def beat(session: Session, worker_id: WorkerId) -> bool:
    """Say that a worker lives; False when it was found dead meanwhile and must not go on under this id."""
    alive = update(WorkerRow).where(WorkerRow.id == worker_id, WorkerRow.stopped_at.is_(None))
    done = session.execute(alive.values(heartbeat_at=context_of(session).clock.now()))
    return isinstance(done, CursorResult) and done.rowcount == 1


def stop_worker(session: Session, worker_id: WorkerId) -> None:
    """A worker ends on request. Nothing happens if it was found dead."""
    row = session.get(WorkerRow, (context_of(session).tenant_id, worker_id), with_for_update=True)
    if row is not None and row.stopped_at is None:
        row.stopped_at, row.ending = context_of(session).clock.now(), "stopped"
        if row.runs_jobs:
            record(session, WorkerStopped(worker=worker_id))


def is_alive(session: Session, worker_id: WorkerId) -> bool:
    """Whether it neither stopped nor was found dead."""
    query = select(WorkerRow.id).where(WorkerRow.id == worker_id, WorkerRow.stopped_at.is_(None))
    return session.scalar(query) is not None


def find_dead(session: Session, dead_after: float) -> list[WorkerId]:
    """Mark workers as dead that were silent for too long, or whose process is gone from this machine; returns them."""
    now = context_of(session).clock.now()
    dead = []
    working = select(WorkerRow).where(WorkerRow.stopped_at.is_(None))
    for row in session.scalars(working.with_for_update(skip_locked=True)):  # one that beats just now is not dead
        silent = now - row.heartbeat_at
        if silent < timedelta(seconds=dead_after) and not Process(row.host, row.process, row.process_start).is_gone():
            continue
        row.stopped_at, row.ending = now, "dead"
        free_leases_of(session, row.id)
        if row.runs_jobs:
            record(session, WorkerFoundDead(worker=row.id, silent_s=round(silent.total_seconds(), 3)))
        dead.append(row.id)
    return dead


class Pulse:
    """Calls something again and again in a thread of its own. A state that cannot be reached is tried again.

    Args:
        seconds: between two calls.
        call: what; when it returns False, the pulse ends.
    """

    def __init__(self, seconds: float, call: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._call = call
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reeve-pulse", daemon=True)

    def start(self) -> None:
        """Begin; the first call comes after the first pause."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait until a call that goes on is through."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            with contextlib.suppress(DependencyFailed):
                if not self._call():
                    return


def _host() -> str:
    with contextlib.suppress(OSError):
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').stat().st_ino}"
    return socket.gethostname()


def _start(process: int) -> str:
    """When a process began, in ticks since the machine did; empty where the system does not tell."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[19]
    return ""
