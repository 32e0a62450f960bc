"""A lot of which only a sample is classified: drawn by the store where it can, else kept in a reservoir while all is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

import pyarrow as pa

from classifiers.bounds import missed_bound
from classifiers.sketches.distinct import rows_with_value
from classifiers.sketches.documents import rows_inside
from engine.estate.formats.format import Budget, Chunk
from engine.estate.scan.bounded import Sample
from engine.estate.scan.gathered import Outcome
from engine.estate.scan.lot import Lot, Step, Work
from engine.estate.scan.reservoir import Places, Reservoir
from engine.estate.stores.store import Reader


class Drawing:
    """The drawing of one lot.

    Args:
        rows: how many to draw.
        seed: of the reservoir.
        alone: there is one object, so that its store may draw from it.

    Attributes:
        sample: what was drawn; None as long as all rows are in.
    """

    def __init__(self, rows: int, seed: int, *, alone: bool) -> None:
        self.sample: Sample | None = None
        self._rows = rows
        self._alone = alone
        self._reservoir = Reservoir(rows, seed)
        self._reader: Reader | None = None
        self._taken = 0
        self._showing: Counter[str] = Counter()

    @classmethod
    def of(cls, rows: int, lot: Lot) -> Self:
        """For a lot of a scan."""
        return cls(rows, lot.claim.scan_id.int ^ lot.claim.lot_id.int, alone=len(lot.objects) == 1)

    def chunks(self, work: Work, reader: Reader, budget: Budget) -> Iterator[Chunk]:  # noqa: ARG002 - as BlockDrawing has it
        """The store's own sample, or all where it cannot draw."""
        drawn = reader.sample(self._rows, budget) if self._alone else None
        self._reader = reader if drawn is not None else None
        return reader.chunks(None, budget) if drawn is None else drawn

    def steps(self, steps: Iterator[Step]) -> Iterator[Step]:
        """Steps in which only drawn rows carry columns, and every outcome says what that means."""
        ended: list[tuple[Work, Outcome, range]] = []
        begin = 0
        for work, chunk, outcome in steps:
            last = work  # to whose account the drawn rows go
            if chunk is not None:
                yield work, self._passed(chunk), None
            if outcome is not None:
                seen = self._reservoir.seen
                if outcome.state == "full":
                    ended.append((work, outcome, range(begin, seen)))
                else:
                    yield work, None, outcome
                begin = seen
        for batch in self._reservoir.batches():
            yield last, Chunk(self._counted(batch), 0, 0, None), None
        for work, outcome in self._bounded(ended):
            yield work, None, outcome

    def _passed(self, chunk: Chunk) -> Chunk:
        """A chunk of the store's own sample; of any other only that it was read, for its rows stay here."""
        if self._reader is None:
            self._reservoir.add(chunk.batch, chunk.rows)
            return replace(chunk, batch=_NOTHING, next=None)
        self._taken += chunk.rows
        return replace(chunk, batch=self._counted(chunk.batch), next=None)

    def _counted(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            self._showing[name] += rows_with_value(column)
            self._showing.update(rows_inside(name, column))
        return batch

    def _bounded(self, ended: list[tuple[Work, Outcome, range]]) -> Iterator[tuple[Work, Outcome]]:
        """How the objects that were read to their end are accounted for, by what was drawn."""
        alone = self._reader is not None  # the store draws from one object
        total = self._reader.total if self._reader is not None else self._reservoir.seen
        taken = self._taken if alone else self._reservoir.rows
        if total is None or taken < total:
            self.sample = Sample(taken, total, self._showing, self._rows)
        short = not alone and taken < min(self._rows, self._reservoir.seen)
        drawn = self._reservoir.numbers()
        for work, outcome, own in ended:
            if self.sample is None:
                yield work, outcome
            else:
                bound = self.sample.bound if alone else _own_bound(drawn, own)
                yield work, replace(outcome, state="sampled", reason="long_rows" if short else "", bound=bound)


def _own_bound(drawn: Places, own: range) -> float:
    """Of an object's own rows: those of them that were drawn are a uniform sample of them, however many came."""
    begin, end = drawn.searchsorted([own.start, own.stop])
    return missed_bound(int(end - begin), len(own))


_NOTHING = pa.RecordBatch.from_arrays([], names=[])
