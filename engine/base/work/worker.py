"""A worker: a process that lives, runs jobs, and leads the others when it can.

It lives under one id. If it was held to be dead meanwhile (a machine that slept, a process that was stopped), its jobs are
others' and its id is spent: it lets go of everything and begins anew under another one.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.base.durable import Arguments, Durable
from engine.base.errors import DependencyFailed
from engine.base.state.canonical import JsonValue
from engine.base.state.database import Database
from engine.base.work.leader import Chore, Leader
from engine.base.work.leases import Ticks, since_boot
from engine.base.work.presence import Presence
from engine.base.work.running import FUNCTION, Runner, Work
from engine.base.work.workers import Timing

_log = logging.getLogger("reeve.work")


class Worker:
    """One a process.

    Args:
        database: the state, bound to the tenant and to who runs the worker.
        durable: not launched yet; the worker registers its one function with it.
        kinds: the functions of jobs, by kind.
        chores: what else it does while it leads, see Leader.
        timing: how often and how long.
        ticks: see :func:`engine.base.work.leases.since_boot`.
        sleep: given seconds, returns when they are over.

    Attributes:
        runner: of the id that it lives under; None before.
        stopping: it was asked to stop.
    """

    def __init__(
        self,
        database: Database,
        durable: Durable,
        kinds: Mapping[str, Work],
        *,
        chores: Sequence[Chore] = (),
        timing: Timing | None = None,
        ticks: Ticks = since_boot,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.database = database
        self.durable = durable
        self.kinds = dict(kinds)
        self.chores = tuple(chores)
        self.timing = timing or Timing()
        self.ticks = ticks
        self.sleep = sleep
        self.stopping = False  # no lock: a signal's handler sets it
        self.runner: Runner | None = None
        durable.register(FUNCTION, self._call)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Work until ``stop()`` or ``until()``. What runs then is asked to stop, and goes on elsewhere or later.

        Raises:
            DependencyFailed: the state or the engine behind could not be reached when it began to work.
        """
        while not self.stopping and not until():
            _Life(self, until).live()

    def stop(self) -> None:
        """End soon. Safe in a signal's handler and from any thread."""
        self.stopping = True

    def _call(self, arguments: Arguments) -> JsonValue:
        runner = self.runner
        return "stale" if runner is None else runner(arguments)


class _Life:
    """A worker under one id."""

    def __init__(self, worker: Worker, until: Callable[[], bool]) -> None:
        self._worker = worker
        self._until = until
        self._durable, self._timing = worker.durable, worker.timing
        self._presence = Presence(worker.database, runs_jobs=True, timing=worker.timing, ticks=worker.ticks)
        self._presence.begin()
        mine = self._presence.id
        self._runner = Runner(worker.database, mine, worker.kinds, self._presence.leases)
        self._leader = Leader(worker.database, self._durable, mine, self._timing, worker.ticks, worker.chores)

    def live(self) -> None:
        """Until it is to stop, or was found dead."""
        worker = self._worker
        worker.runner = self._runner
        try:
            self._durable.launch(str(self._presence.id))
            while not (worker.stopping or self._presence.lost.is_set() or self._until()):
                with self._excused():
                    self._leader.turn()
                worker.sleep(self._timing.tick)
        finally:
            self._die()

    def _die(self) -> None:
        """Let go of everything. The pulse goes on while functions come to an end."""
        with self._excused():
            self._leader.resign()
        if not self._runner.leave(self._timing.grace):
            _log.warning("work goes on that did not stop in time; another worker takes it over")
        with self._excused():
            self._durable.shutdown()
        self._presence.end()

    @contextlib.contextmanager
    def _excused(self) -> Iterator[None]:
        """What cannot be reached is tried again in the next turn, or runs out by itself."""
        try:
            yield
        except DependencyFailed as exc:
            _log.warning("the worker could not do its turn (%s)", exc.code)
