"""What a scan tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ScanTotals:
    """How much there is to read, as far as the stores can tell."""

    objects: int
    rows: int | None


class Progress(Protocol):
    """Told what happens, in order; must not raise and must be quick."""

    def listing(self, store: str) -> None:
        """A store is being listed."""
        ...

    def planned(self, totals: ScanTotals, resumed: ScanTotals) -> None:
        """Everything is listed; ``resumed`` was done by an earlier run of the same scan."""
        ...

    def reading(self, store: str, asset: str, name: str) -> None:
        """An object is opened."""
        ...

    def advanced(self, rows: int, nbytes: int) -> None:
        """A chunk was recorded."""
        ...

    def finished(self, store: str, asset: str, name: str, state: str, reason: str) -> None:
        """An object came to its coverage state."""
        ...


class Silent:
    """Tells nobody."""

    def listing(self, store: str) -> None:
        """Nothing."""

    def planned(self, totals: ScanTotals, resumed: ScanTotals) -> None:
        """Nothing."""

    def reading(self, store: str, asset: str, name: str) -> None:
        """Nothing."""

    def advanced(self, rows: int, nbytes: int) -> None:
        """Nothing."""

    def finished(self, store: str, asset: str, name: str, state: str, reason: str) -> None:
        """Nothing."""
