"""A small query of the kind that others ask, again and again: what a store's neighbours feel while it is changed.

The server tells how long it took. What this process measured would tell of its own threads as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from engine.base.errors import StoreError
from engine.estate.stores.schema import Server
from engine.estate.stores.sql.store import SqlStore
from engine.governance.change.effect import Step
from retention.pace import BatchPace, Took
from retention.rows import key_parts, listed

EVERY = 0.02
"""Seconds between two questions."""
IDLE_ASKS = 25
"""Questions before anything is changed, that tell what idle is."""
LEAST_ASKS = 5
"""Fewer say nothing."""


_TAKEN = {
    Server.POSTGRESQL: "extract(epoch FROM clock_timestamp() - statement_timestamp())::float8",
    Server.MYSQL: "TIMESTAMPDIFF(MICROSECOND, NOW(6), SYSDATE(6)) / 1e6",
}
"""Seconds since a statement began, when its row is there."""


def p95(seconds: list[float]) -> float | None:
    """The time that nineteen of twenty questions took at most; None of too few."""
    return sorted(seconds)[int(len(seconds) * 0.95)] if len(seconds) >= LEAST_ASKS else None


class Probe:
    """Asks for the first row of a table by its key, under the read credential, in a thread of its own.

    Args:
        ask: asks once, and gives how many seconds the server took.
    """

    def __init__(self, ask: Callable[[], float]) -> None:
        self._ask = ask
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._seconds: list[float] = []
        self._thread = threading.Thread(target=self._run, name="probe", daemon=True)

    def idle(self) -> float | None:
        """p95 before anything is changed. Call it before ``start``."""
        return p95([self._ask() for _ in range(IDLE_ASKS)])

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def recent(self) -> float | None:
        """p95 since the last call; None where too few were answered."""
        with self._lock:
            found, self._seconds = self._seconds, []
        return p95(found)

    def stop(self) -> None:
        """Ask no more."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            with suppress(StoreError):
                taken = self._ask()
                with self._lock:
                    self._seconds.append(taken)


class StorePace:
    """How many roots the next transaction takes. See :class:`~engine.governance.change.pace.Pace`.

    Args:
        pace: to begin with.
        probe: None where a store has no neighbours that could be asked for.
        together: roots refer to one another, so that a batch cannot be done in parts.
        sleep: given seconds, returns when they are over.
    """

    def __init__(
        self,
        pace: BatchPace,
        probe: Probe | None = None,
        *,
        together: bool = False,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._pace = pace
        self._probe = probe
        self._together = together
        self._sleep = sleep

    def roots(self) -> int | None:
        """See Pace."""
        return None if self._together else self._pace.roots

    def took(self, seconds: float, *, lock_waited: bool) -> None:
        """See Pace."""
        took = Took(seconds, lock_waited=lock_waited, probe=self._probe.recent() if self._probe is not None else None)
        pause = self._pace.pause(took)
        self._pace = self._pace.after(took)
        if pause:
            self._sleep(pause)


@contextmanager
def paced(store: SqlStore, steps: tuple[Step, ...], pace: BatchPace | None = None) -> Iterator[StorePace]:
    """The pace of a plan's batches, with a probe of its store that runs as long as this is open.

    Args:
        store: opened with the read credential.
        steps: of the plan.
        pace: to begin with.

    Raises:
        StoreError: the store cannot be read.
    """
    shapes = store.shapes()
    root = steps[0].asset
    together = any(one.target == root for one in shapes.of(root))
    given = pace or BatchPace()
    if shapes.server is Server.SQLITE:  # one process's file: nobody else is on the server
        yield StorePace(given, together=together)
        return
    with store.asking_each() as (session, words):
        table = shapes.tables[root]
        parts = listed(key_parts(words, table, "t"))
        first = f"SELECT {parts} FROM {words.only(table)} AS t ORDER BY {parts} LIMIT 1"
        sql = f"SELECT {_TAKEN[shapes.server]} FROM ({first}) AS q"

        def ask() -> float:
            with session.reading():
                found = session.ask(sql)
            return float(str(found[0][0])) if found else 0.0

        probe = Probe(ask)
        idle = probe.idle()
        probe.start()
        try:
            yield StorePace(
                BatchPace(given.roots, given.least, given.most, given.longest, idle), probe, together=together
            )
        finally:
            probe.stop()
