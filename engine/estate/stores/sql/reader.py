"""The two ways to read a table: page by page behind a key, or in one pass where there is no key to go on from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from types import MappingProxyType
from typing import Any

from engine.base.errors import BadInput, StoreError
from engine.estate.formats.format import MAX_CELL, Budget, Chunk, Cursor
from engine.estate.stores.sql.filling import Filling
from engine.estate.stores.sql.session import PAGE_ROWS, CellTooLong, Session, page_rows
from engine.estate.stores.sql.statements import key_values
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


class TableReader(ABC):
    """What both ways share: what they began is ended when they are closed."""

    resumable: bool
    facts: Mapping[str, str] = MappingProxyType({})

    def __init__(self, session: Session, table: Table) -> None:
        self._session = session
        self._table = table
        self._statements = session.statements(table)
        self._begun: list[Generator[Chunk, None, None]] = []

    def chunks(self, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See Reader.

        Raises:
            BadInput: a start is given for a table without key.
        """
        reading = self._read(start, budget)
        self._begun.append(reading)
        return reading

    def sample(self, rows: int, budget: Budget) -> Iterator[Chunk] | None:
        """See Reader."""
        return None

    @abstractmethod
    def _read(self, start: Cursor | None, budget: Budget) -> Generator[Chunk, None, None]: ...

    def close(self) -> None:
        """End what was begun and not read to its end."""
        for reading in self._begun:
            reading.close()


class KeysetReader(TableReader):
    """Reads behind a key. Each chunk is a short transaction of its own, and reading goes on from any cursor.

    Rows that are inserted behind the key reached are read, rows inserted before it are not.
    """

    resumable = True

    def _read(self, start: Cursor | None, budget: Budget) -> Generator[Chunk, None, None]:
        after = None if start is None else self._key(start)
        ladder = Ladder(self._table)
        while True:
            chunk, after = self._chunk(after, budget, ladder)
            yield chunk
            if chunk.next is None:
                return

    def _key(self, cursor: Cursor) -> list[Any]:
        after = cursor.get("after")
        if cursor.get("by") != self._names() or not isinstance(after, list) or len(after) != len(self._table.key):
            raise StoreError(
                "The key of this table is not the one it was read by before.",
                reason="changed_while_read",
                hint="Read it from the beginning.",
            )
        return after

    def _names(self) -> list[str]:
        return [column.name for column in self._table.key]

    def _chunk(self, after: list[Any] | None, budget: Budget, ladder: Ladder) -> tuple[Chunk, list[Any] | None]:
        filling, more = Filling(self._table, budget), True
        with self._session.reading():
            while more and not filling.full:
                try:
                    rows, more = self._page(after, filling.room(ladder.rows), ladder.cap)
                except CellTooLong:
                    if not ladder.top:
                        ladder.up()
                        continue
                    row, more = self._session.long_row(self._statements, key_values(after or ()))
                    rows = [row]
                taken = filling.add(rows, ladder.cap) if rows else 0
                if taken is None:
                    ladder.up()
                    more = True
                    continue
                ladder.saw(filling.longest)
                after = self._key_behind(rows[taken - 1]) if taken else after
                more = more or taken < len(rows)
                del rows  # the next page is fetched into the same memory
        return filling.chunk({"by": self._names(), "after": after} if more else None), after

    def _page(self, after: list[Any] | None, want: int, cap: int) -> tuple[list[Row], bool]:
        """At most ``want`` rows, and whether there are more: one more is asked for to know."""
        values = key_values(after or ()) | {"n": want + 1}
        rows = self._session.page(self._statements, cap, values)
        return rows[:want], len(rows) > want

    def _key_behind(self, row: Row) -> list[Any]:
        key = self._table.key_of(row)
        if any(isinstance(value, str | bytes) and len(value) > MAX_CELL // 32 for value in key):
            raise StoreError("A key is too long to go on from.", reason="too_large")
        if any(isinstance(value, str) and not value.isprintable() and _has_surrogate(value) for value in key):
            raise StoreError("A key has bytes that are not in its encoding.", reason="not_parseable")
        return key


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


class SnapshotReader(TableReader):
    """Reads everything in one pass of one transaction, in the order the server gives it."""

    resumable = False

    def _read(self, start: Cursor | None, budget: Budget) -> Generator[Chunk, None, None]:
        if start is not None:
            raise BadInput("This table has no key to go on from.", hint="Read it from the beginning.")
        with self._session.reading(), closing(self._session.stream(self._statements)) as pages:
            yield from self._cut_to(pages, budget)

    def _cut_to(self, pages: Iterator[list[Row]], budget: Budget) -> Iterator[Chunk]:
        filling, done = Filling(self._table, budget), 0
        for rows in pages:
            left = rows
            while left:
                if filling.full:
                    done += filling.rows
                    yield filling.chunk({"row": done})
                    filling = Filling(self._table, budget)
                left = left[filling.add(left[: filling.room(len(left))], MAX_CELL) or 0 :]
        yield filling.chunk(None)
