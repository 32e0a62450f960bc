"""Chunks read one after the other, joined before they are classified and recorded as one.

A value that repeats is classified once for all the chunks gathered: that is why tables in which values repeat are scanned at
the speed of reading. What is held is the distinct values only, so memory and the work that a crash can cost stay bounded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from classifiers.distinct import Column, distinct_columns, joined_columns, text_bytes
from engine.estate.formats.format import Chunk, Cursor

GATHERED = 8  # chunks recorded as one at most
GATHERED_BYTES = 12 << 20  # bytes of distinct values from which on no further chunk is waited for
UNJOINED_BYTES = 24 << 20  # bytes of distinct values of chunks from which on they are joined, to see what they come to


@dataclass(slots=True)
class Gathered:
    """What some consecutive chunks of an object add up to.

    Attributes:
        parts: distinct values by field path, of chunks that were not joined yet.
        next: the cursor behind the last chunk.
        troubles: counts by kind and whether data was lost.
    """

    parts: list[dict[str, Column]] = field(default_factory=list)
    chunks: int = 0
    rows: int = 0
    bytes: int = 0
    next: Cursor | None = None
    troubles: Counter[tuple[str, bool]] = field(default_factory=Counter)

    def add(self, chunk: Chunk) -> None:
        """Take the next chunk in."""
        names, arrays = chunk.batch.schema.names, chunk.batch.columns
        self.parts.append(distinct_columns(dict(zip(names, arrays, strict=True))))
        self.chunks += 1
        self.rows += chunk.rows
        self.bytes += chunk.bytes
        self.next = chunk.next
        for one in chunk.troubles:
            self.troubles[one.kind, one.lost] += one.count

    def columns(self) -> dict[str, Column]:
        """Distinct values by field path, of all chunks together."""
        if len(self.parts) > 1:
            self.parts = [joined_columns(self.parts)]
        return self.parts[0]

    def is_enough(self, most: int) -> bool:
        """Whether to classify and record now: ``most`` chunks are here, or waiting would save little or hold much."""
        if self.chunks >= most or text_bytes(self.parts[0]) >= GATHERED_BYTES:
            return True
        return sum(map(text_bytes, self.parts)) >= UNJOINED_BYTES and text_bytes(self.columns()) >= GATHERED_BYTES
