"""Filling a chunk page by page: how much to ask for, and what to do where cells are long."""

from __future__ import annotations

from typing import Protocol

from engine.estate.stores.sql.filling import Filling
from engine.estate.stores.sql.session import PAGE_ROWS, CellTooLong, page_rows
from engine.estate.stores.sql.table import CAPS, Row, Table

FIRST_ROWS = 128  # of the first page, while nothing is known of the rows
PATIENCE = (4, 64)  # pages without a long cell after which more rows are asked for again: at first, and at most


class Ladder:
    """How much of a cell, and so how many rows, a page asks for.

    Where chunks end does not depend on it, for they are cut to the row.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rung = 0
        self._rows = FIRST_ROWS
        self._calm = 0
        self._patience = PATIENCE[0]

    @property
    def cap(self) -> int:
        """Characters or bytes of a cell."""
        return CAPS[self._rung]

    @property
    def rows(self) -> int:
        """Rows of a page, at most."""
        return min(self._rows, page_rows(self._table, self.cap))

    @property
    def top(self) -> bool:
        """There is no larger cap."""
        return self._rung == len(CAPS) - 1

    def up(self) -> None:
        """A cell was longer."""
        self._rung = min(self._rung + 1, len(CAPS) - 1)
        self._calm = 0
        self._patience = min(2 * self._patience, PATIENCE[1])

    def saw(self, longest: int) -> None:
        """The longest cell of a page that was read."""
        self._rows = min(4 * self._rows, PAGE_ROWS)
        self._calm = self._calm + 1 if self._rung and longest <= CAPS[self._rung - 1] else 0
        if self._calm >= self._patience:
            self._rung, self._calm, self._rows = self._rung - 1, 0, FIRST_ROWS


class Pages(Protocol):
    """The rows of a table in some order, to be asked for by pages. It stands behind the last row that was taken."""

    def page(self, want: int, cap: int) -> tuple[list[Row], bool]:
        """At most so many rows, with so much of their cells, and whether there are more behind them.

        Raises:
            CellTooLong: a cell is longer, and the server cannot give its start alone.
        """
        ...

    def long_row(self) -> tuple[Row, bool]:
        """The next row, whatever its cells hold, and whether there are more behind it."""
        ...

    def take(self, row: Row) -> None:
        """Go on behind this row."""
        ...


def fill(filling: Filling, ladder: Ladder, pages: Pages) -> bool:
    """Take pages in until the chunk is full or there are no more. Gives whether there are."""
    more = True
    while more and not filling.full:
        try:
            rows, more = pages.page(filling.room(ladder.rows), ladder.cap)
        except CellTooLong:
            if not ladder.top:
                ladder.up()
                continue
            row, more = pages.long_row()
            rows = [row]
        taken = filling.add(rows, ladder.cap) if rows else 0
        if taken is None:
            ladder.up()
            more = True
            continue
        ladder.saw(filling.longest)
        if taken:
            pages.take(rows[taken - 1])
        more = more or taken < len(rows)
        del rows  # the next page is fetched into the same memory
    return more
