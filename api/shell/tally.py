"""Counting what would be too much to record one by one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

EACH: Final = 10  # refusals of one source that are recorded one by one in a minute
MINUTE: Final = 60.0
_MOST_SOURCES = 5_000  # beyond that the source that was quiet for longest is forgotten, what was counted of it is not


@dataclass(slots=True)
class _Source:
    since: float
    told: int = 0
    untold: int = 0


@dataclass(slots=True)
class Tally:
    """Counts refusals by source. Safe to use from many threads.

    Args:
        ticks: a clock in seconds that never goes back.
    """

    ticks: Callable[[], float]
    _sources: OrderedDict[str, _Source] = field(default_factory=OrderedDict)
    _lost: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, source: str) -> int:
        """Note one refusal; how many of the source's are to be recorded now: 0 for none, more than 1 for those held back."""
        with self._lock:
            now = self.ticks()
            one = self._sources.pop(source, None) or _Source(now)
            self._sources[source] = one
            if len(self._sources) > _MOST_SOURCES:
                self._lost += self._sources.popitem(last=False)[1].untold
            held = one.untold
            if now - one.since >= MINUTE:
                one.since, one.told, one.untold = now, 0, 0
            elif one.told >= EACH:
                one.untold += 1
                return 0
            else:
                held = 0
            one.told += 1
            extra, self._lost = self._lost, 0
            return 1 + held + extra

    def rest(self) -> int:
        """How many were held back until now, all sources together; they count as told afterwards."""
        with self._lock:
            held = self._lost + sum(one.untold for one in self._sources.values())
            self._lost = 0
            for one in self._sources.values():
                one.untold = 0
        return held
