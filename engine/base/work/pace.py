"""Pace: how fast a store is read, so that whoever else works with it does not feel it.

A store's limits hold for all processes where they count connections (:class:`Slots`), and for each connection where they count
rows and bytes a second (:class:`Pace`). Beyond the limits a pace watches how long the store takes for a byte: when that doubles,
somebody else needs it, and the pace halves; when it recovers, the pace creeps back (additive increase, multiplicative decrease).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from engine.base.errors import BadInput
from engine.base.work.leases import Lease, Leases, Ticks

Sleep = Callable[[float], object]

SLOWEST = 1 / 64
"""The pace never falls below this share of full speed, so that work ends some day."""
_WINDOW = 5  # measurements that the moving median is of
_NEEDED = 3  # of them, before it is believed
_CREEP = 0.05  # of full speed, won back with each measurement that shows recovery
_NOTICED = 0.1  # seconds that a piece must take longer: less may be this process's own doing
_DRIFT = 1.01  # the best seen is forgotten by 1 % a measurement: a store may be slower for good


@dataclass(frozen=True, slots=True)
class Limits:
    """What a store bears; None for no limit.

    Raises:
        BadInput: a limit that is not positive.
    """

    connections: int | None = None
    rows_per_second: float | None = None
    bytes_per_second: float | None = None

    def __post_init__(self) -> None:
        for limit in (self.connections, self.rows_per_second, self.bytes_per_second):
            if limit is not None and limit <= 0:
                raise BadInput("limits of a store are positive")


class Pace:
    """The pace of one connection. Not for several threads at once.

    Args:
        limits: of the store; share rows and bytes out among connections beforehand.
        ticks: seconds that only grow.
        sleep: given seconds, returns when they are over.
    """

    def __init__(self, limits: Limits, *, ticks: Ticks = time.monotonic, sleep: Sleep = time.sleep) -> None:
        self._buckets = [
            _Bucket(rate, ticks()) for rate in (limits.rows_per_second, limits.bytes_per_second) if rate is not None
        ]
        self._counts_rows = limits.rows_per_second is not None
        self._counts_bytes = limits.bytes_per_second is not None
        self._ticks = ticks
        self._sleep = sleep
        self._share = 1.0
        self._latency = _Latency()

    @property
    def share(self) -> float:
        """Of full speed, 1 down to ``SLOWEST``."""
        return self._share

    def begin(self) -> None:
        """Something else is read from now on, so seconds per byte start anew; the pace stays."""
        self._latency = _Latency()

    def wait(self, rows: int, bytes: int, seconds_taken: float) -> float:  # noqa: A002 - what it counts
        """Call after each piece that was read: sleeps as long as the pace asks, and returns the seconds.

        Args:
            rows: in the piece.
            bytes: in the piece; 0 if that is not known, then rows count.
            seconds_taken: by the store alone.
        """
        self._adapt(self._latency.trend(bytes or rows, seconds_taken))
        counted = [count for count, asked in ((rows, self._counts_rows), (bytes, self._counts_bytes)) if asked]
        now = self._ticks()
        owed = [bucket.take(count, now, self._share) for bucket, count in zip(self._buckets, counted, strict=True)]
        seconds = max([*owed, seconds_taken * (1 / self._share - 1)])
        if seconds > 0:
            self._sleep(seconds)
        return seconds

    def _adapt(self, trend: float | None) -> None:
        if trend is None:
            return
        if trend >= 2:
            self._share = max(SLOWEST, self._share / 2)
            self._latency.settle()
        elif trend <= 1.5:
            self._share = min(1.0, self._share + _CREEP)


class _Bucket:
    """A token bucket of one second's worth that may be overdrawn; what is owed is waited for."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._level = rate
        self._at = now

    def take(self, count: float, now: float, share: float) -> float:
        """Seconds until it is not overdrawn any more, at a share of its rate."""
        rate = self._rate * share
        self._level = min(rate, self._level + (now - self._at) * rate) - count
        self._at = now
        return max(0.0, -self._level / rate)


class _Latency:
    """Seconds per unit: how the median of the last pieces compares with the best one seen."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=_WINDOW)
        self._best: float | None = None
        self._largest = 0

    def trend(self, units: int, seconds: float) -> float | None:
        """Median over best, 1 or more; None while too little is known. Small pieces tell of overhead only."""
        self._largest = max(self._largest, units)
        if units <= 0 or seconds <= 0 or units * 4 < self._largest:
            return None
        self._last.append(seconds / units)
        if len(self._last) < _NEEDED:
            return None
        now = median(self._last)
        self._best = now if self._best is None else min(now, self._best * _DRIFT)
        return now / self._best if (now - self._best) * units >= _NOTICED else 1.0

    def settle(self) -> None:
        """Believe new measurements only: those before were made at another pace."""
        self._last.clear()


class Slots:
    """Connections to a store over all processes: a slot is a lease, so it is free again soon after its holder died.

    Args:
        leases: of the process; whoever renews these keeps the slots.
        store: its name.
        limits: of the store.
    """

    def __init__(self, leases: Leases, store: str, limits: Limits) -> None:
        self._leases = leases
        self._names = [f"slot/{store}/{number}" for number in range(limits.connections or 0)]
        self._free = limits.connections is None

    @property
    def limited(self) -> bool:
        """Whether there is a limit at all; without one no slot is needed."""
        return not self._free

    def acquire(self) -> Lease | None:
        """A free slot, or None if all are taken."""
        return self._leases.acquire(*self._names) if self._names else None

    def wait(self, sleep: Sleep, seconds: float = 1.0, *, give_up: Callable[[], bool] = lambda: False) -> Lease | None:
        """A slot as soon as one is free, looking every so many seconds; None when there is no limit, or ``give_up()``."""
        while self.limited and not give_up():
            lease = self.acquire()
            if lease is not None:
                return lease
            sleep(seconds)
        return None

    def release(self, lease: Lease | None) -> None:
        """Give a slot back."""
        if lease is not None:
            self._leases.release(lease)
