"""Presence: a process says again and again, under one id, that it lives, and keeps the leases that it holds."""

from __future__ import annotations

import contextlib
import logging
import threading
from types import TracebackType
from typing import Self

from engine.base.errors import DependencyFailed
from engine.base.state.database import Database
from engine.base.state.tables.work import WorkerId
from engine.base.work.leases import Leases, Ticks, since_boot
from engine.base.work.workers import Process, Pulse, Timing, beat, register_worker, stop_worker

_log = logging.getLogger("reeve.work")


class Presence:
    """A life under one id, from ``begin`` to ``end``; or as a context manager.

    Whatever others hold under the id of a dead one may be taken by anyone. So whoever was held to be dead (a machine that slept,
    a process that was stopped) must not go on under this id: see ``lost``.

    Args:
        database: the state, bound.
        runs_jobs: whether it takes jobs of others, or only does what it was started for.
        timing: how often it says that it lives, and how long leases last.
        ticks: see :func:`engine.base.work.leases.since_boot`.

    Attributes:
        id: of its row.
        leases: renewed as long as it lives.
        lost: set when it was found dead by another.
    """

    id: WorkerId
    leases: Leases

    def __init__(
        self, database: Database, *, runs_jobs: bool, timing: Timing | None = None, ticks: Ticks = since_boot
    ) -> None:
        self._database = database
        self._runs_jobs = runs_jobs
        self._ticks = ticks
        self.timing = timing or Timing()
        self.lost = threading.Event()
        self._pulse = Pulse(self.timing.heartbeat, self._beat)

    def begin(self) -> None:
        """Be known under an id of its own; the pulse begins."""
        with self._database.transaction() as session:
            self.id = register_worker(session, Process.this(), runs_jobs=self._runs_jobs)
        self.leases = Leases(self._database, self.id, self.timing.lease, self._ticks)
        self._pulse.start()

    def end(self) -> None:
        """Let go of everything. What cannot be reached runs out by itself."""
        self._pulse.stop()
        with contextlib.suppress(DependencyFailed):
            self.leases.release_all()
        with contextlib.suppress(DependencyFailed), self._database.transaction() as session:
            stop_worker(session, self.id)

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def _beat(self) -> bool:
        with self._database.transaction() as session:
            alive = beat(session, self.id)
        if not alive:
            _log.warning("this process was held to be dead")
            self.lost.set()
            return False
        self.leases.renew()
        return True
