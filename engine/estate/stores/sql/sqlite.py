"""Reading SQLite files."""

from __future__ import annotations

import sqlite3
from codecs import getincrementaldecoder
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.formats.format import MAX_CELL
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.errors import sqlite_error, store_error
from engine.estate.stores.sql.session import CellTooLong, Limits, Session, page_rows
from engine.estate.stores.sql.sqlite_catalogue import HIDES_VOLUME, LONGEST, VOLUME, described, exists, listed
from engine.estate.stores.sql.sqlite_file import SqliteFile
from engine.estate.stores.sql.sqlite_shapes import shapes
from engine.estate.stores.sql.statements import Query, Statements, key_values
from engine.estate.stores.sql.table import CAPS, Listed, Row, Table

EVERYTHING = 1_000_000_000  # SQLite's own limit
SPARE = 8  # bytes beyond MAX_CELL, so that a cell is seen to be cut
STEPS = 1_000_000  # instructions of SQLite's machine between two looks at the clock, some 20 ms


class SqliteSession(Session):
    """One connection to a file. Nothing is created, neither the file nor anything in it."""

    driver_errors = (sqlite3.Error,)
    default_schema = "main"
    namespaced = False
    asks_version = "SELECT sqlite_version()"

    def __init__(self, engine: sa.Engine, limits: Limits) -> None:
        super().__init__(engine.dialect)
        self._limits = limits
        self._deadline = monotonic() + limits.statement_seconds
        self._file = SqliteFile(engine.url)
        self._names: tuple[str, str] | None = None
        self._connection = self._file.connect(limits.lock_seconds)
        self._connection.set_progress_handler(self._late, STEPS)
        self.width = self._connection.getlimit(sqlite3.SQLITE_LIMIT_COLUMN)

    def _late(self) -> bool:
        return monotonic() > self._deadline

    def listing(self) -> list[Listed]:
        """See Session."""
        version = self._file.version()
        with self.reading(), self.guarded():
            found = list(listed(self._connection, self.dialect))
        return [replace(one, version=version) if one.kind == "table" else one for one in found]

    def describe(self, schema: str, name: str) -> Table:
        """See Session."""
        self._names = None
        with self.reading(), self.guarded():
            table = described(self._connection, name)
        if table is None:
            raise store_error("not_found", "no such table")
        self._names = (schema, name)
        return table

    def shapes(self) -> Shapes:
        """See Session."""
        with self.reading(), self.guarded():
            return shapes(self._connection)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """See Session."""
        with self.guarded():
            self._deadline = monotonic() + self._limits.statement_seconds
            cursor = self._connection.cursor()
            try:
                return cursor.execute(sql, tuple(values)).fetchall()
            finally:
                cursor.close()

    def volume(self, asset: str) -> int | None:
        """See Session: by ``dbstat``, which reads all pages; None where SQLite was compiled without, or a table has that name."""
        if ("dbstat",) not in self.ask("PRAGMA module_list") or self.ask(HIDES_VOLUME):
            return None
        size = self.ask(VOLUME, (asset,))[0][0]
        return None if size is None else int(str(size))

    def error(self, exc: BaseException) -> StoreError:
        """See Session."""
        if getattr(exc, "sqlite_errorcode", 1) == sqlite3.SQLITE_ERROR and self._names is not None:
            return store_error(self._what_changed(str(exc)), type(exc).__name__)
        return sqlite_error(exc)

    def _what_changed(self, text: str) -> str:
        """SQLite has one code for all that is wrong with a statement: look for what is missing."""
        with suppress(sqlite3.Error):
            self._limit(EVERYTHING)
            kind = exists(self._connection, self._names[1] if self._names else "")
            if not kind:
                return "not_found"
            if kind == "table" and text.startswith("no such column"):
                return "changed_while_read"
        return "store_error"

    def begin(self) -> None:
        """See Session. The schema is loaded before any limit on lengths is set."""
        self._file.check_unchanged()
        self._limit(EVERYTHING)
        self._deadline = monotonic() + self._limits.statement_seconds
        self._connection.execute("BEGIN").close()
        self._connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").close()

    def end(self) -> None:
        """See Session."""
        self._limit(EVERYTHING)
        self._connection.text_factory = str
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK").close()
        self._file.check_unchanged()

    def close(self) -> None:
        """See Session."""
        self._connection.close()

    def _limit(self, length: int) -> None:
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, length)

    def page(self, statements: Statements, cap: int, values: Mapping[str, object]) -> list[Row]:
        """See Session. A cell that is longer than the cap stops the statement."""
        self._limit(cap)
        return super().page(statements, cap, values)

    def keys(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """See Session. Servers have no long keys, a table WITHOUT ROWID may."""
        self._limit(CAPS[1])
        return super().keys(query, values)

    def rows(self, statements: Statements, cap: int, keys: Sequence[Sequence[object]]) -> list[Row]:
        """See Session. A cell that is longer than the cap stops the statement."""
        self._limit(cap)
        return super().rows(statements, cap, keys)

    def fetch(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """See Session."""
        with self.guarded():
            try:
                return self._fetch(query, values)
            except sqlite3.OperationalError as exc:
                if not _is_undecodable(exc):
                    raise
            self._connection.text_factory = _decoded
            try:
                return self._fetch(query, values)
            finally:
                self._connection.text_factory = str

    def _fetch(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        self._deadline = monotonic() + self._limits.statement_seconds
        cursor = self._connection.cursor()
        try:
            return cursor.execute(query.sql, query.bind(values)).fetchall()
        except sqlite3.DataError as exc:
            raise CellTooLong from exc
        finally:
            cursor.close()

    def stream(self, statements: Statements) -> Generator[list[Row], None, None]:
        """See Session. What stops at a long cell begins again behind the rows already given, in the same transaction."""
        done = 0
        for cap in (*CAPS, LONGEST):
            try:
                for rows in self._pass(statements, cap, done):
                    done += len(rows)
                    yield rows
            except CellTooLong:
                continue
            return
        raise store_error("too_large", "a cell of a view, or of a table without key")

    def _pass(self, statements: Statements, cap: int, done: int) -> Iterator[list[Row]]:
        size = page_rows(statements.table, cap)
        try:
            for rows in self._rows(statements, cap, done, size):
                done += len(rows)
                yield rows
        except sqlite3.OperationalError as exc:
            if not _is_undecodable(exc):
                raise self.error(exc) from exc
        else:
            return
        self._connection.text_factory = _decoded
        with self.guarded():
            yield from self._rows(statements, cap, done, size)

    def _rows(self, statements: Statements, cap: int, done: int, size: int) -> Iterator[list[Row]]:
        query = statements.everything(cap, done > 0)[0]
        cursor = self._connection.cursor()
        try:
            self._limit(cap)
            self._deadline = monotonic() + self._limits.statement_seconds
            cursor.execute(query.sql, query.bind({"done": done}))
            while rows := cursor.fetchmany(size):
                yield rows
                self._deadline = monotonic() + self._limits.statement_seconds
        except sqlite3.DataError as exc:
            raise CellTooLong from exc
        finally:
            cursor.close()

    def long_row(self, statements: Statements, values: Mapping[str, object]) -> tuple[Row, bool]:
        """See Session."""
        self._limit(CAPS[-1])
        try:
            keys = self.fetch(statements.keys(first="k0" not in values), {**values, "n": 2})
        except CellTooLong as exc:
            raise store_error("too_large", "a key") from exc
        return self.whole_row(statements, keys[0]), len(keys) > 1

    def whole_row(self, statements: Statements, key: Sequence[object]) -> Row:
        """See Session."""
        marks = key_values(key)
        return tuple(self._long_cell(statements, name, marks) for name in statements.table.fetched)

    def _long_cell(self, statements: Statements, name: str, marks: Mapping[str, object]) -> Any:
        self._limit(CAPS[-1])
        try:
            return self.fetch(statements.cell(name, None), marks)[0][0]
        except CellTooLong:
            pass
        with suppress(sqlite3.OperationalError):  # a generated column, or a table without rowid
            return self._start_of(statements, name, marks)
        self._limit(LONGEST)
        try:
            return self.fetch(statements.cell(name, MAX_CELL + SPARE), marks)[0][0]
        except CellTooLong as exc:
            raise store_error("too_large", "a cell of a table without rowid") from exc

    def _start_of(self, statements: Statements, name: str, marks: Mapping[str, object]) -> str | bytes:
        """The start of a cell, read as SQLite reads large objects: piece by piece."""
        if len(marks) != 1 or not isinstance(marks["k0"], int):
            raise sqlite3.OperationalError
        with self._connection.blobopen(statements.table.name, name, marks["k0"], readonly=True, name="main") as blob:
            start = blob.read(MAX_CELL + SPARE)
        if self.fetch(statements.type_of(name), marks)[0][0] == "blob":
            return start
        encoding = str(self._connection.execute("PRAGMA encoding").fetchone()[0]).lower()
        decoder = getincrementaldecoder(encoding)("surrogateescape" if encoding == "utf-8" else "replace")
        return decoder.decode(start)  # without the half of a character that may be left at its end


def _is_undecodable(exc: sqlite3.Error) -> bool:
    return str(exc).startswith("Could not decode to UTF-8")


def _decoded(text: bytes) -> str:
    """Text with bytes that are not UTF-8 in the shape that ``arrow`` counts and mends."""
    return text.decode("utf-8", "surrogateescape")
