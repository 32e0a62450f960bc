"""One ``now`` per run, passed in: nothing below the command line reads the machine's clock by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. ``now()`` is aware and in UTC, and never goes back within one clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock, kept from going backwards."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """The current instant, or the last one told if the machine's clock was set back."""
        self._last = max(self._last, datetime.now(UTC))
        return self._last


class FixedClock:
    """A clock that stands still until it is moved: for tests and for replaying a run."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant
