"""A lot of which only a sample is classified: drawn by the store where it can, else kept in a reservoir while all is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from classifiers.bounds import missed_bound
from engine.estate.formats.format import Budget, Chunk
from engine.estate.scan.chunks import Work
from engine.estate.scan.fence import Claim
from engine.estate.scan.gathered import Outcome
from engine.estate.scan.reservoir import Reservoir
from engine.estate.stores.store import Reader

if TYPE_CHECKING:
    from engine.estate.scan.read import Step


@dataclass(slots=True)
class Drawing:
    """The drawing of one lot.

    Attributes:
        rows: how many to draw; seed: of the reservoir.
        drawn: how many were drawn; None as long as all rows are in.
    """

    rows: int
    seed: int
    drawn: int | None = None
    _reader: Reader | None = None

    @classmethod
    def of(cls, rows: int | None, claim: Claim) -> Self | None:
        """For a lot of a scan; None when all is read."""
        return None if rows is None else cls(rows, claim.scan_id.int ^ claim.lot_id.int)

    def from_store(self, reader: Reader, budget: Budget) -> Iterator[Chunk] | None:
        """The store's own sample, or None where it cannot draw."""
        chunks = reader.sample(self.rows, budget)
        self._reader = reader if chunks is not None else None
        return chunks

    def steps(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Steps in which only drawn rows carry columns, and every outcome says what that means."""
        reservoir = Reservoir(self.rows, self.seed)
        ended: list[tuple[Work, Outcome]] = []
        taken = 0
        for work, chunk, outcome in steps:
            if chunk is not None:
                if self._reader is not None:
                    taken += chunk.rows
                    yield work, replace(chunk, next=None), None
                else:
                    reservoir.add(chunk.batch, chunk.rows)
                    yield work, replace(chunk, batch=_NOTHING, next=None), None
            if outcome is not None and outcome.state != "full":
                yield work, None, outcome
            elif outcome is not None:
                ended.append((work, outcome))
        if self._reader is None:
            taken = min(self.rows, reservoir.seen)
            for batch in reservoir.batches() if ended else ():
                yield ended[-1][0], Chunk(batch, 0, 0, None), None
        total = reservoir.seen if self._reader is None else self._reader.total
        whole = total == taken
        self.drawn = None if whole else taken
        for work, outcome in ended:
            yield work, None, outcome if whole else replace(outcome, state="sampled", bound=missed_bound(taken, total))


_NOTHING = pa.RecordBatch.from_arrays([], names=[])
