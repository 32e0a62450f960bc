"""A chunk while it fills: pages go in until the budget is reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from engine.estate.formats.format import MAX_CELL, Budget, Chunk, Cursor, Trouble
from engine.estate.stores.sql.arrow import Array, Page, joined, page_of
from engine.estate.stores.sql.table import Row, Table

LEAST_CELL = 4  # bytes that any cell counts for, roughly


class Filling:
    """Takes pages of rows and gives the chunk.

    Args:
        table: whose rows they are.
        budget: it is full at the first row that reaches either limit.
    """

    def __init__(self, table: Table, budget: Budget) -> None:
        self._table = table
        self._budget = budget
        self._parts: list[list[Array]] = [[] for _ in table.columns]
        self._cut = 0
        self._invalid = 0
        self.rows = 0
        self.bytes = 0
        self.longest = 0

    @property
    def full(self) -> bool:
        """The budget is reached."""
        return self.rows > 0 and (self.rows >= self._budget.rows or self.bytes >= self._budget.bytes)

    def room(self, most: int) -> int:
        """How many rows to ask for: about what is still missing, at most ``most``, at least one."""
        left = self._budget.bytes - self.bytes
        width = self.bytes / self.rows * 0.8 if self.rows else LEAST_CELL * max(1, len(self._table.columns))
        return max(1, min(most, self._budget.rows - self.rows, int(left / max(width, 1)) + 8))

    def add(self, rows: Sequence[Row], cap: int) -> int | None:
        """Take as many of the rows as the budget allows.

        Returns:
            How many were taken. None: none, as a cell may have been cut at ``cap``; ``longest`` tells its length.
        """
        page = page_of(rows, self._table.columns)
        self.longest = page.longest
        if page.longest > cap and cap < MAX_CELL:
            return None
        fitting = self._fitting(page, len(rows))
        if fitting < len(rows):
            page = page_of(rows[:fitting], self._table.columns)
        self._take(page, fitting)
        return fitting

    def _fitting(self, page: Page, rows: int) -> int:
        left = self._budget.bytes - self.bytes
        reached = rows if page.bytes < left else int(np.searchsorted(page.row_ends(), left)) + 1
        return max(1, min(rows, reached, self._budget.rows - self.rows))

    def _take(self, page: Page, rows: int) -> None:
        for parts, column in zip(self._parts, page.columns, strict=True):
            parts.append(column)
        self._cut += page.cut
        self._invalid += page.invalid
        self.rows += rows
        self.bytes += page.bytes

    def chunk(self, after: Cursor | None) -> Chunk:
        """What was taken, once. ``after``: the cursor behind it, None at the end."""
        if not self.rows:
            self._take(page_of([], self._table.columns), 0)
        arrays = []
        for parts, column in zip(self._parts, self._table.columns, strict=True):
            arrays.append(joined(parts, column.type))
            parts.clear()  # so that no more than one column is there twice
        batch = pa.RecordBatch.from_arrays(arrays, names=list(self._table.paths))
        return Chunk(batch, self.rows, self.bytes, after, self._troubles())

    def _troubles(self) -> tuple[Trouble, ...]:
        found = (Trouble("cell_cut", self._cut, lost=True), Trouble("invalid_bytes", self._invalid, lost=False))
        return tuple(trouble for trouble in found if trouble.count)
