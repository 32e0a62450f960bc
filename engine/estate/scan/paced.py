"""The limits of stores while they are scanned: how many connections there are, and how fast each of them reads.

A process reads one lot at a time, so it has one connection to one store. Its seat there is a lease that others can see; rows and
bytes a second are shared out among the seats, so that all processes together keep the limit.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Event

from engine.base.work.leases import Lease, Leases
from engine.base.work.pace import Limits, Pace, Slots
from engine.estate.formats.format import Budget, Chunk


class Seats:
    """Where this process may read just now, and how fast.

    Args:
        limits: by the store's name; None for a store that needs no pace, such as a local file.
        leases: of the process.
    """

    def __init__(self, limits: Mapping[str, Limits | None], leases: Leases) -> None:
        self._limits = {store: _shared(one) for store, one in limits.items() if one is not None}
        self._slots = {store: Slots(leases, store, one) for store, one in self._limits.items()}
        self._halt = Event()
        self._paces: dict[str, Pace] = {}
        self._store = ""
        self._seat: Lease | None = None

    def take(self, store: str) -> bool:
        """Have a connection to a store, and none to another one; False if all are taken just now."""
        if self._store == store and (self._seat is None or self._seat.still_held()):
            return True
        self.leave()
        slots = self._slots.get(store)
        if slots is not None and slots.limited:
            self._seat = slots.acquire()
            if self._seat is None:
                return False
        self._store = store
        return True

    def leave(self) -> None:
        """Have no connection."""
        seat, self._seat, self._store = self._seat, None, ""
        if seat is not None:
            self._slots[seat.name.split("/")[1]].release(seat)

    def budget(self, store: str, budget: Budget) -> Budget:
        """Chunks no larger than what may be read in a second, so that a pace is kept in small steps."""
        limits = self._limits.get(store)
        if limits is None:
            return budget
        rows, size = limits.rows_per_second, limits.bytes_per_second
        return replace(
            budget,
            rows=budget.rows if rows is None else min(budget.rows, math.ceil(rows)),
            bytes=budget.bytes if size is None else min(budget.bytes, math.ceil(size)),
        )

    def paced(self, store: str, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        """The same chunks, as fast as the store bears."""
        limits = self._limits.get(store)
        if limits is None:
            return chunks
        pace = self._paces.setdefault(store, Pace(limits, sleep=self._halt.wait))
        pace.begin()
        return _paced(chunks, pace)

    def share(self, store: str) -> float:
        """Of full speed, at which a store is read now."""
        pace = self._paces.get(store)
        return 1.0 if pace is None else pace.share

    def halt(self) -> None:
        """Nothing more is to be read, ever: whoever waits for a store's turn need not."""
        self._halt.set()


def _paced(chunks: Iterator[Chunk], pace: Pace) -> Iterator[Chunk]:
    while True:
        began = time.monotonic()
        chunk = next(chunks, None)
        if chunk is None:
            return
        pace.wait(chunk.rows, chunk.bytes, time.monotonic() - began)
        yield chunk


def _shared(limits: Limits) -> Limits:
    """What one connection may take. Where rates are given and no number of connections, there is one."""
    rows, size = limits.rows_per_second, limits.bytes_per_second
    connections = limits.connections
    if connections is None and (rows is not None or size is not None):
        connections = 1
    return Limits(connections, *(rate and rate / (connections or 1) for rate in (rows, size)))
