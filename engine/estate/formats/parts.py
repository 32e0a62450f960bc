"""Small batches put together to the batch of one chunk.

Records are made into columns a thousand at a time: Python objects then die young, which more than doubles the speed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pyarrow as pa

from engine.estate.formats.columns import cell_text
from engine.estate.formats.nested import MAX_GRID


class Parts:
    """Batches with any columns, one below the other.

    Attributes:
        rows: of all parts.
        names: of all columns, in the order in which they came.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._parts: list[pa.RecordBatch | pa.Table] = []
        self._heights: list[int] = []
        self.names: dict[str, None] = {}
        self._schema: pa.Schema | None = None

    @property
    def full(self) -> bool:
        """There are so many columns that no more rows should be added."""
        return len(self.names) * self.rows > MAX_GRID

    def add(self, part: pa.RecordBatch | pa.Table, rows: int) -> None:
        """Add a batch of ``rows`` rows, which it may have without any column."""
        if not rows:
            return
        self.rows += rows
        self._parts.append(part)
        self._heights.append(rows)
        if self._schema is None or not part.schema.equals(self._schema):
            self.names.update(dict.fromkeys(part.schema.names))
            self._schema = part.schema

    def batch(self) -> pa.RecordBatch:
        """All rows; a column that a part does not have is null there."""
        columns = [_joined(list(self._pieces(name))) for name in self.names]
        return pa.RecordBatch.from_arrays(columns, names=list(self.names))

    def _pieces(self, name: str) -> Iterator[tuple[Any, int]]:
        for part, rows in zip(self._parts, self._heights, strict=True):
            place = part.schema.get_field_index(name)
            if place < 0:
                yield None, rows
                continue
            column: Any = part.column(place)
            if not isinstance(column, pa.ChunkedArray):
                yield column, rows
                continue
            for chunk in column.chunks:
                yield chunk, len(chunk)


def _joined(pieces: list[tuple[Any, int]]) -> pa.Array[Any]:
    """One array of some, with nulls for those that are None; of different types, text."""
    kinds = {piece.type for piece, _ in pieces if piece is not None}
    if len(kinds) > 1:
        pieces = [(None if piece is None else as_text(piece), rows) for piece, rows in pieces]
        kinds = {piece.type for piece, _ in pieces if piece is not None}
    kind = kinds.pop()
    if len(pieces) == 1:
        return cast("pa.Array[Any]", pieces[0][0])
    arrays = [pa.nulls(rows, kind) if piece is None else piece for piece, rows in pieces]
    return pa.concat_arrays(arrays)


def as_text(column: pa.Array[Any]) -> pa.Array[Any]:
    """Values, or lists of them, as text."""
    values: list[Any] = column.to_pylist()
    if pa.types.is_list(column.type):
        texts = [None if items is None else [cell_text(item) for item in items] for items in values]
        return cast("pa.Array[Any]", pa.array(texts, pa.list_(pa.string())))
    return pa.array([None if value is None else cell_text(value) for value in values], pa.string())
