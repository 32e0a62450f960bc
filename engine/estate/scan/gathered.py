"""What was read of a lot and not yet recorded: chunks joined before they are classified, and objects that came to an end.

A value that repeats is classified once for all the chunks gathered: that is why tables in which values repeat are scanned at
the speed of reading. What is held is the distinct values only, so memory and the work that a crash can cost stay bounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from classifiers.sketches.distinct import Column, distinct_columns, joined_columns, text_bytes
from engine.base.ids import ObjectId
from engine.estate.formats.format import Chunk, Cursor
from engine.estate.formats.types import join_into

GATHERED = 8  # chunks of large objects recorded as one at most
GATHERED_ROWS = 8 << 16  # rows from which on chunks are recorded, however many they are
COUNTED_BYTES = 4 << 20  # bytes of chunks from which on their equal values are joined
GATHERED_BYTES = 8 << 20  # bytes of distinct values from which on no further chunk is waited for
UNJOINED_BYTES = 16 << 20  # bytes of distinct values of chunks from which on they are joined, to see what they come to
MOSTLY = 0.7  # share of distinct values from which on a column hardly repeats


@dataclass(frozen=True, slots=True)
class Outcome:
    """The coverage state an object came to, with its stable reason and a sentence for people (or empty).

    Attributes:
        version: what was read, empty when that is not known.
        facts: what opening it told.
        bound: see CoverageRow.
    """

    state: str
    reason: str = ""
    detail: str = ""
    version: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    bound: float | None = None


@dataclass(slots=True)
class Account:
    """What was read of one object: rows, bytes, and counts of troubles by kind and whether data was lost."""

    rows: int = 0
    bytes: int = 0
    troubles: Counter[tuple[str, bool]] = field(default_factory=Counter)
    outcome: Outcome | None = None


@dataclass(slots=True)
class Gathered:
    """What some consecutive chunks of a lot add up to.

    Attributes:
        batches: chunks whose values were not counted yet: small ones wait for one another; waiting: their bytes.
        parts: distinct values by field path, of chunks that were not joined yet; held: bytes of them.
        accounts: what was read of each object since the last record; with its outcome when it came to its end.
        current: the object that is under way, with the cursor behind its last chunk; None between objects.
        types: declared types of fields, as the objects state them.
    """

    batches: list[pa.RecordBatch] = field(default_factory=list)
    waiting: int = 0
    parts: list[dict[str, Column]] = field(default_factory=list)
    chunks: int = 0
    rows: int = 0
    bytes: int = 0
    held: int = 0
    accounts: dict[ObjectId, Account] = field(default_factory=dict)
    current: tuple[ObjectId, Cursor] | None = None
    types: dict[str, str] = field(default_factory=dict)

    def add(self, item: ObjectId, chunk: Chunk) -> None:
        """Take the next chunk of an object in."""
        self.batches.append(chunk.batch)
        self.waiting += chunk.batch.nbytes
        if self.waiting >= COUNTED_BYTES:
            self._count()
        account = self.accounts.setdefault(item, Account())
        account.rows += chunk.rows
        account.bytes += chunk.bytes
        for one in chunk.troubles:
            account.troubles[one.kind, one.lost] += one.count
        self.chunks += 1
        self.rows += chunk.rows
        self.bytes += chunk.bytes
        self.current = None if chunk.next is None else (item, chunk.next)
        join_into(self.types, chunk.types)

    def end(self, item: ObjectId, outcome: Outcome) -> None:
        """An object came to its end."""
        self.accounts.setdefault(item, Account()).outcome = outcome
        self.current = None

    def columns(self) -> dict[str, Column]:
        """Distinct values by field path, of all chunks together."""
        self._count()
        if len(self.parts) > 1:
            self.parts = [joined_columns(self.parts)]
            self.held = text_bytes(self.parts[0])
        return self.parts[0] if self.parts else {}

    def _count(self) -> None:
        """Join equal values of the chunks that wait."""
        columns: dict[tuple[str, pa.DataType], list[pa.Array[Any]]] = {}
        for batch in self.batches:
            for name, array in zip(batch.schema.names, batch.columns, strict=True):
                columns.setdefault((name, array.type), []).append(array)
        self.batches, self.waiting = [], 0
        while columns:  # a field has one type in most lots, so this goes round once
            part: dict[str, Column] = {}
            for name, kind in list(columns):
                if name not in part:  # one column after the other, so that no more than one is there twice
                    part |= distinct_columns({name: _one(columns.pop((name, kind)))})
            self.parts.append(part)
            self.held += text_bytes(part)

    def is_enough(self, most: int) -> bool:
        """Whether to classify and record now: ``most`` chunks are here, or waiting would save little or hold much."""
        if not self.chunks:
            return False
        if self.rows >= GATHERED_ROWS or (self.chunks >= most and self.current is not None):
            return True
        if self.held < GATHERED_BYTES:
            return False
        if len(self.parts) > 1 and self.held >= UNJOINED_BYTES:
            self.columns()
        return self.held >= GATHERED_BYTES and (len(self.parts) == 1 or self._is_mostly_new())

    def _is_mostly_new(self) -> bool:
        """Whether values hardly repeat, so that joining more would save nothing."""
        columns = [column for part in self.parts for column in part.values()]
        return sum(len(column.array) for column in columns) > MOSTLY * sum(column.seen for column in columns)


def _one(arrays: list[pa.Array[Any]]) -> pa.Array[Any]:
    return arrays.pop() if len(arrays) == 1 else pa.concat_arrays(arrays)
