"""How much one credential, or one address, may ask: a token bucket each, in this process's memory.

The headers are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` and ``RateLimit``.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_BUCKETS = 20_000  # the least recently used is forgotten beyond that: a full bucket again, never a larger one


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a bucket after one request.

    Attributes:
        allowed: the request was within it.
        limit: requests a minute.
        left: whole requests that may follow at once.
        wait: seconds until the next one may; 0 if at once.
    """

    allowed: bool
    limit: int
    left: int
    wait: float

    def headers(self, name: str) -> dict[str, str]:
        """As a client is told; ``name`` of the policy is ``credential`` or ``address``."""
        told = {
            "RateLimit-Policy": f'"{name}";q={self.limit};w=60',
            "RateLimit": f'"{name}";r={self.left};t={math.ceil(self.wait)}',
        }
        return told if self.allowed else told | {"Retry-After": str(max(1, math.ceil(self.wait)))}


class Buckets:
    """Token buckets by key, each of ``per_minute`` tokens, refilled evenly. Safe to use from many threads.

    Args:
        per_minute: requests.
        ticks: a clock in seconds that never goes back.
    """

    def __init__(self, per_minute: int, ticks: Callable[[], float]) -> None:
        self._limit = per_minute
        self._ticks = ticks
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1.0) -> Spent:
        """Take one request's worth out, if it is there."""
        rate = self._limit / 60
        with self._lock:
            now = self._ticks()
            tokens, since = self._known.pop(key, (float(self._limit), now))
            tokens = min(float(self._limit), tokens + (now - since) * rate)
            allowed = tokens >= cost
            tokens -= cost if allowed else 0.0
            self._known[key] = (tokens, now)
            if len(self._known) > _MOST_BUCKETS:
                self._known.popitem(last=False)
        return Spent(allowed, self._limit, int(tokens), 0.0 if tokens >= 1 else (1 - tokens) / rate)
