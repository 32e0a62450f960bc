"""The two ways to read a table: page by page behind a key, or in one pass where there is no key to go on from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from engine.base.errors import BadInput, StoreError
from engine.estate.formats.format import MAX_CELL, Blocks, Budget, Chunk, Cursor
from engine.estate.stores.high_water import Mark, Stretch
from engine.estate.stores.sql.drawing import draw, drawn_chunks, is_random
from engine.estate.stores.sql.errors import store_error
from engine.estate.stores.sql.filling import Filling
from engine.estate.stores.sql.high_water import stretch_of
from engine.estate.stores.sql.paging import Ladder, fill
from engine.estate.stores.sql.places import draw_places
from engine.estate.stores.sql.session import Session
from engine.estate.stores.sql.statements import Statements, key_values
from engine.estate.stores.sql.table import Row, Table, checked_key

LITTLE = 0.5  # places that are looked at for each page of a table at most, where walking an index is the other way
MUCH = 4.0  # where reading all is


class TableReader(ABC):
    """What both ways share: what they began is ended when they are closed.

    Attributes:
        total: rows of the table when its sample was drawn; None when none was, or they were not counted.
    """

    resumable: bool
    total: int | None = None
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
        return self._begin(self._read(start, budget))

    @abstractmethod
    def sample(self, rows: int, budget: Budget) -> Iterator[Chunk] | None:
        """See Reader."""

    def blocks(self) -> Blocks | None:
        """See Reader: a database reads its pages itself."""
        return None

    def stretch(self, column: str, before: Mark | None) -> Stretch:
        """See MarkedReader."""
        return stretch_of(self._session, self._table, column, before)

    def keep_to(self, stretch: Stretch) -> None:
        """See MarkedReader."""
        if stretch.shape != self._table.shape:
            raise store_error("changed_while_read", "other columns than before")
        self._statements = self._session.statements(self._table, stretch)

    def _drawn_places(self, rows: int, budget: Budget, patience: float) -> Generator[Chunk, None, None] | None:
        """A sample drawn by the places where rows stand, within a transaction; None where that cannot be or does not pay."""
        heap = self._session.heap(self._table)
        if heap is None:
            return None
        statements = self._session.statements(replace(self._table, key=(heap.key,)))
        places = draw_places(self._session, statements, heap, rows, patience)
        if places is None:
            return None
        return drawn_chunks(self._session, statements, [(place,) for place in places], budget)

    def _begin(self, reading: Generator[Chunk, None, None]) -> Iterator[Chunk]:
        self._begun.append(reading)
        return reading

    @abstractmethod
    def _read(self, start: Cursor | None, budget: Budget) -> Generator[Chunk, None, None]: ...

    def close(self) -> None:
        """End what was begun and not read to its end."""
        for reading in self._begun:
            reading.close()


class KeysetReader(TableReader):
    """Reads behind a key. Each chunk is a short transaction of its own, and reading goes on from any cursor.

    Rows that are inserted behind the key reached are read, rows inserted before it are not. A table that got other columns
    meanwhile was not read in full, so that is an error, at its end at the latest.
    """

    resumable = True

    def sample(self, rows: int, budget: Budget) -> Iterator[Chunk] | None:
        """See Reader: places or keys are drawn, then their rows are read, in one transaction. A prefix is a uniform sample, too.

        Raises:
            BadInput: fewer than one row is asked for.
        """
        if rows < 1:
            raise BadInput("A sample has at least one row.")
        return self._begin(self._sample(rows, budget)) if is_random(self._session.dialect) else None

    def _sample(self, rows: int, budget: Budget) -> Generator[Chunk, None, None]:
        with self._session.reading():
            placed = self._drawn_places(rows, budget, LITTLE)
            if placed is not None:
                yield from placed
                return
            drawn = draw(self._session, self._statements, rows)
            self.total = drawn.total
            if drawn.keys is not None:
                yield from drawn_chunks(self._session, self._statements, drawn.keys, budget)
                return
        yield from self._read(None, budget)

    def _read(self, start: Cursor | None, budget: Budget) -> Generator[Chunk, None, None]:
        pages = _Behind(self._session, self._statements, None if start is None else self._key(start))
        ladder, more, first = Ladder(self._table), True, start is None
        while more:
            filling = Filling(self._table, budget)
            try:
                with self._session.reading():
                    more = fill(filling, ladder, pages)
            except StoreError as exc:
                if exc.reason == "store_error":  # what the server says of a key that became another type, for one
                    self._check_shape()
                raise
            cursor = {"by": self._names(), "shape": self._table.shape, "after": pages.after}
            yield filling.chunk(cursor if more else None)
            if not more and not first:
                self._check_shape()
            first = False

    def _check_shape(self) -> None:
        """Look whether the table is still the one that is read.

        Raises:
            StoreError: it has other columns now, or is gone.
        """
        if self._session.describe(self._table.schema, self._table.name).shape != self._table.shape:
            raise store_error("changed_while_read", "other columns than before")

    def _key(self, cursor: Cursor) -> list[Any]:
        after = cursor.get("after")
        same = cursor.get("by") == self._names() and cursor.get("shape") == self._table.shape
        if not same or not isinstance(after, list) or len(after) != len(self._table.key):
            raise StoreError(
                "The columns or the key of this table are not those it was read by before.",
                reason="changed_while_read",
                hint="Read it from the beginning.",
            )
        return after

    def _names(self) -> list[str]:
        return [column.name for column in self._table.key]


class _Behind:
    """Rows in the order of the key, from behind a key on. See Pages."""

    def __init__(self, session: Session, statements: Statements, after: list[Any] | None) -> None:
        self._session = session
        self._statements = statements
        self.after = after

    def page(self, want: int, cap: int) -> tuple[list[Row], bool]:
        """See Pages: one more is asked for to know whether there are more."""
        values = key_values(self.after or ()) | {"n": want + 1}
        rows = self._session.page(self._statements, cap, values)
        return rows[:want], len(rows) > want

    def long_row(self) -> tuple[Row, bool]:
        """See Pages."""
        return self._session.long_row(self._statements, key_values(self.after or ()))

    def take(self, row: Row) -> None:
        """See Pages."""
        self.after = checked_key(self._statements.table.key_of(row))


class SnapshotReader(TableReader):
    """Reads everything in one pass of one transaction, in the order the server gives it."""

    resumable = False

    def sample(self, rows: int, budget: Budget) -> Iterator[Chunk] | None:
        """See Reader: by the places of rows, where the server can. A prefix is a uniform sample, too.

        Raises:
            BadInput: fewer than one row is asked for.
        """
        if rows < 1:
            raise BadInput("A sample has at least one row.")
        with ExitStack() as stack:
            stack.enter_context(self._session.reading())
            placed = self._drawn_places(rows, budget, MUCH)
            return None if placed is None else self._begin(_within(stack.pop_all(), placed))

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


def _within(stack: ExitStack, chunks: Generator[Chunk, None, None]) -> Generator[Chunk, None, None]:
    with stack:
        yield from chunks
