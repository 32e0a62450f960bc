"""One connection to a database, opened to read: what every server's own session gives to the readers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.stores.high_water import Stretch
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.names import asset_name
from engine.estate.stores.sql.statements import Query, Statements, keys_values
from engine.estate.stores.sql.table import Heap, Listed, Row, Table

PAGE_BYTES = 2 << 20  # what a stream tries to fetch at once
PAGE_ROWS = 4096
PAGE_CELLS = 16_384  # more save round trips, fewer stay in the processor's cache
MOST_BYTES = 16 << 20  # of a page, if its every cell is as long as it may be
STREAM_ROWS = 1024
GRACE = 5  # seconds longer than its limit that a server which enforces it may take to say so


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the database may take.

    Attributes:
        statement_seconds: for one statement, each of which fetches a few thousand rows.
        lock_seconds: waiting for a lock of another session.
        connect_seconds: to answer at all.
    """

    statement_seconds: float = 300.0
    lock_seconds: float = 30.0
    connect_seconds: float = 10.0


class CellTooLong(Exception):
    """A cell is longer than the cap of this page, and the server cannot give its start alone."""


class Session(ABC):
    """A connection that can only read.

    Attributes:
        dialect: SQLAlchemy's, which composes the statements.
        driver_errors: what the driver raises.
        row_values: see Statements.
        width: see Statements.
        default_schema: the schema whose tables go by their name alone.
        namespaced: there are schemas at all.
        asks_version: the SELECT that tells the version of the server; empty where that is not known.
    """

    driver_errors: tuple[type[Exception], ...]
    row_values = True
    width = 1 << 16
    default_schema = ""
    namespaced = True
    asks_version = ""

    def __init__(self, dialect: sa.Dialect) -> None:
        self.dialect = dialect
        self._lost_by: StoreError | None = None

    @abstractmethod
    def listing(self) -> list[Listed]:
        """Every table and view.

        Raises:
            StoreError: they cannot be listed.
        """

    @abstractmethod
    def describe(self, schema: str, name: str) -> Table:
        """A table's columns and reading key.

        Raises:
            StoreError: it does not exist, or its description cannot be read.
        """

    def shapes(self) -> Shapes:
        """How its tables hang together; in a transaction of its own.

        Raises:
            StoreError: that cannot be read, or not of databases of this kind.
        """
        raise StoreError(
            "Of a database of this kind it is not known how its tables hang together.", reason="store_error"
        )

    def server_version(self) -> str:
        """Which version of the server answers, in its own words; in a transaction of its own.

        Raises:
            StoreError: it does not say.
        """
        if not self.asks_version:
            return ""
        with self.reading():
            return str(self.ask(self.asks_version)[0][0])

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:  # noqa: ARG002 - of servers that can
        """All rows of a SELECT with the driver's own marks for values, in the transaction that is open.

        Raises:
            StoreError: it cannot be answered, or not by databases of this kind.
        """
        raise StoreError("Rows of a database of this kind are not selected for changes.", reason="store_error")

    def volume(self, asset: str) -> int | None:  # noqa: ARG002 - of servers that can
        """Bytes that a table and its indexes take up, in the transaction that is open; None where the server does not tell.

        Raises:
            StoreError: it cannot be asked.
        """
        return None

    def asset_of(self, schema: str, table: str) -> str:
        """What a table is called as an asset."""
        return asset_name(schema, table, self.default_schema) if self.namespaced else table

    def statements(self, table: Table, stretch: Stretch | None = None) -> Statements:
        """What to ask of a table, or of some of its rows."""
        return Statements(table, self.dialect, row_values=self.row_values, width=self.width, stretch=stretch)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Errors of the driver become StoreErrors.

        A connection on which not even a transaction could be ended is lost, and all that follows says why it was lost.
        """
        try:
            yield
        except self.driver_errors as exc:
            raise self._lost_by or self.error(exc) from exc

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One read-only transaction on one snapshot."""
        with self.guarded():
            self.begin()
        failed: StoreError | None = None
        try:
            yield
        except StoreError as exc:
            failed = exc
            raise
        finally:
            try:
                self.end()
            except self.driver_errors as exc:
                self._lost_by = self._lost_by or failed or self.error(exc)

    def page(self, statements: Statements, cap: int, values: Mapping[str, object]) -> list[Row]:
        """The next rows by key, as ``Statements.page`` asks for them.

        Raises:
            CellTooLong: ask again with a larger cap, or for ``long_row`` when it was the largest.
            StoreError: they cannot be read.
        """
        return self._beside([self.fetch(query, values) for query in statements.page(cap, "k0" not in values)])

    def keys(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """The keys that a statement gives.

        Raises:
            CellTooLong: one is too long.
            StoreError: they cannot be read.
        """
        return self.fetch(query, values)

    def rows(self, statements: Statements, cap: int, keys: Sequence[Sequence[object]]) -> list[Row]:
        """The rows of at least one key, in any order. For few forms of the statement, the last key is asked for repeatedly.

        Raises:
            CellTooLong: as in ``page``, with ``whole_row``.
            StoreError: they cannot be read.
        """
        count = 1 << (len(keys) - 1).bit_length()
        values = keys_values([*keys, *[keys[-1]] * (count - len(keys))])
        return self._beside([self.fetch(query, values) for query in statements.rows(cap, count)])

    @staticmethod
    def _beside(groups: Sequence[list[Row]]) -> list[Row]:
        return groups[0] if len(groups) == 1 else [sum(parts, ()) for parts in zip(*groups, strict=True)]

    def heap(self, table: Table) -> Heap | None:  # noqa: ARG002 - of servers that can
        """Where rows of a table can stand, as this transaction sees it; None when they cannot be asked for by place.

        Raises:
            StoreError: that cannot be told.
        """
        return None

    def rows_at(self, statements: Statements, places: Sequence[str]) -> list[str]:  # noqa: ARG002 - of servers that can
        """Those of some places that hold a row. The statements are of a table whose key is that of its heap.

        Raises:
            StoreError: they cannot be looked at.
        """
        raise AssertionError("only those are asked whose heap tells of places")

    def whole_row(self, statements: Statements, key: Sequence[object]) -> Row:  # noqa: ARG002 - of sessions that need it
        """The row of a key, with cells as in ``long_row``."""
        raise StoreError("A cell is longer than this server can give the start of.", reason="too_large")

    def long_row(
        self,
        statements: Statements,  # noqa: ARG002 - of sessions that need it
        values: Mapping[str, object],  # noqa: ARG002
    ) -> tuple[Row, bool]:
        """The next row, with at least the first MAX_CELL bytes and one more of cells that are longer.

        Returns:
            The row, and whether there are rows behind it.
        """
        raise StoreError("A cell is longer than this server can give the start of.", reason="too_large")

    @abstractmethod
    def fetch(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """All rows of a statement."""

    @abstractmethod
    def stream(self, statements: Statements) -> Generator[list[Row], None, None]:
        """All rows of a table in one pass; lists are small enough to hold whatever the cells hold. Close it after use."""

    @abstractmethod
    def error(self, exc: BaseException) -> StoreError:
        """The StoreError for a driver's error."""

    @abstractmethod
    def begin(self) -> None:
        """Begin a read-only transaction."""

    @abstractmethod
    def end(self) -> None:
        """End it."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection; again is no error."""


class Pace:
    """How many rows a stream fetches at once: twice as many as before while they are small, at most ``most``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.rows = min(16, most)

    def saw(self, rows: list[Row]) -> int:
        """Learn from what was fetched. Gives its bytes, roughly."""
        sizes = [row_bytes(row) for row in rows]
        self.rows = max(1, min(self._most, 2 * self.rows, PAGE_BYTES // max(sizes, default=1)))
        return sum(sizes)


def gathered(fetch: Callable[[int], list[Row]], pace: Pace) -> Generator[list[Row], None, None]:
    """Fetches of a few rows, put together to pages worth working on.

    Args:
        fetch: gives at most so many rows; none at the end.
        pace: how many to fetch.
    """
    page: list[Row] = []
    size = 0
    while rows := fetch(pace.rows):
        page += rows
        size += pace.saw(rows)
        if size >= PAGE_BYTES or len(page) >= STREAM_ROWS:
            yield page
            page, size = [], 0
    if page:
        yield page


def row_bytes(row: Row) -> int:
    """Roughly what a fetched row takes."""
    return sum([len(cell) if isinstance(cell, str | bytes) else 8 for cell in row])


def page_rows(table: Table, cap: int) -> int:
    """Rows that can be asked for at once: so many that even if every cell is as long as the cap, memory holds them."""
    unbounded = sum(not column.bounded for column in table.columns)
    by_bytes = MOST_BYTES // (cap * unbounded) if unbounded else PAGE_ROWS
    return max(1, min(PAGE_ROWS, PAGE_CELLS // max(1, len(table.columns)), by_bytes))
