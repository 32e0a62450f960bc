"""How many roots the next batch takes, so that whoever else works with the store does not feel it. Pure.

A batch halves when it hurts: it waited for locks, took longer than it may, or a probe - a small query of the kind that others
ask - took longer than it does when nothing is going on. It doubles until that was first so, and grows by a step from then on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

FACTOR = 2.0
"""A probe may take this many times what it takes idle."""
MARGIN = 0.005
"""Seconds above idle below which nothing is felt, however small idle is."""
STEP = 0.25
"""Of its present size, that a batch grows by."""


@dataclass(frozen=True, slots=True)
class Took:
    """What a batch took.

    Attributes:
        seconds: from its beginning to its COMMIT.
        lock_waited: a lock was not given in time, or it was stopped in a deadlock.
        probe: p95 of the probe meanwhile, in seconds; None where there was none.
    """

    seconds: float
    lock_waited: bool = False
    probe: float | None = None


@dataclass(frozen=True, slots=True)
class BatchPace:
    """The size of the next batch.

    Attributes:
        roots: how many.
        least, most: bounds of it.
        longest: seconds that a batch may take, well below the lease.
        idle: p95 of the probe when nothing is going on, in seconds; None where there is none.
        felt: whether a batch has hurt.
    """

    roots: int = 200
    least: int = 1
    most: int = 5000
    longest: float = 2.0
    idle: float | None = None
    felt: bool = False

    @property
    def bearable(self) -> float | None:
        """Up to which p95, in seconds, nobody feels it."""
        return None if self.idle is None else max(self.idle * FACTOR, self.idle + MARGIN)

    def hurts(self, took: Took) -> bool:
        """Whether a batch was too large for its neighbours."""
        felt = took.probe is not None and self.bearable is not None and took.probe > self.bearable
        return took.lock_waited or felt or took.seconds > self.longest

    def after(self, took: Took) -> BatchPace:
        """The pace after a batch."""
        if self.hurts(took):
            return replace(self, roots=max(self.least, self.roots // 2), felt=True)
        if took.seconds > self.longest / 2:  # it would hurt soon
            return self
        doubles = not self.felt and took.seconds <= self.longest / 4
        return replace(
            self, roots=min(self.most, self.roots + (self.roots if doubles else max(1, int(self.roots * STEP))))
        )

    def pause(self, took: Took) -> float:
        """Seconds to leave the store alone before the next batch: as long as the last one took, where it hurt; at most 5."""
        return min(5.0, took.seconds) if self.hurts(took) else 0.0
