"""How often a control works, and how long what was seen of it can be relied on."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Frequency(StrEnum):
    """How often a control works, as auditors count it."""

    PER_EVENT = "per_event"
    """Whenever something happens; its evidence is looked at monthly."""
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"

    @property
    def interval(self) -> timedelta:
        """The longest time between two runs that keep it."""
        days = {"per_event": 31, "daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "annual": 366}
        return timedelta(days=days[self.value])

    @property
    def lasts(self) -> timedelta:
        """How long evidence of it can be relied on: twice its interval, as one late run is late and not absent."""
        return 2 * self.interval
