"""Changing rows in SQLite files."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from urllib.parse import quote
from uuid import uuid4

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.errors import sqlite_error, store_error
from engine.estate.stores.sql.sqlite_shapes import shapes
from engine.estate.stores.sql.table import Row
from engine.governance.change.errors import OutcomeUnknown
from retention.erase.session import Times, WriteSession

STEPS = 100_000  # instructions of SQLite's machine between two looks at the clock
PRAGMAS = (
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted content is overwritten in the file
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "ignore_check_constraints = OFF",
)


class SqliteWriting(WriteSession):
    """One connection to a file. Its transactions hold the one writer's place from their beginning."""

    driver_errors = (sqlite3.Error,)

    def __init__(self, engine: sa.Engine, times: Times) -> None:
        super().__init__(engine, "main")
        self._times = times
        self._deadline = monotonic() + times.statement
        self.identity = f"sqlite {uuid4().hex}"
        path = str(engine.url.database)
        try:
            self._connection = sqlite3.connect(
                f"file:{quote(path)}?mode=rw",
                uri=True,
                timeout=times.lock,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as exc:
            raise self.error(exc) from exc
        try:
            with self.guarded():
                for pragma in PRAGMAS:
                    self._connection.execute(f"PRAGMA {pragma}").close()
        except StoreError:
            self.close()
            raise
        self._connection.set_progress_handler(lambda: monotonic() > self._deadline, STEPS)

    def begin(self) -> None:
        """See WriteSession."""
        self.ask("BEGIN IMMEDIATE")

    def claim(self, assets: Sequence[str]) -> None:
        """See WriteSession: nobody else writes meanwhile."""

    def fingerprint(self) -> str:
        """See WriteSession."""
        return str(self.ask("PRAGMA schema_version")[0][0])

    def shapes(self) -> Shapes:
        """See WriteSession."""
        with self.guarded():
            return shapes(self._connection)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """See WriteSession."""
        self._deadline = monotonic() + self._times.statement
        with self.guarded():
            cursor = self._connection.cursor()
            try:
                return cursor.execute(sql, tuple(values)).fetchall()
            finally:
                cursor.close()

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """See WriteSession."""
        self._deadline = monotonic() + self._times.statement
        with self.guarded():
            cursor = self._connection.cursor()
            try:
                return cursor.execute(sql, tuple(values)).rowcount
            finally:
                cursor.close()

    def defer(self) -> None:
        """See WriteSession."""
        self.ask("PRAGMA defer_foreign_keys = ON")

    def now(self) -> None:
        """See WriteSession."""
        return

    def commit(self) -> None:
        """See WriteSession."""
        self._deadline = monotonic() + self._times.statement
        try:
            self._connection.execute("COMMIT").close()
        except sqlite3.Error as exc:
            if self._connection.in_transaction or isinstance(exc, sqlite3.IntegrityError):
                raise self.error(exc) from exc
            raise OutcomeUnknown(
                f"The database failed in a COMMIT ({type(exc).__name__}).", reason="store_error"
            ) from exc

    def rollback(self) -> None:
        """See WriteSession."""
        if self._connection.in_transaction:
            self.ask("ROLLBACK")

    def end_session(self, identity: str) -> bool:  # noqa: ARG002 - whoever had the writer's place has it no more
        """See WriteSession: a session tells of itself when it has the writer's place, so it ended if another one gets that."""
        try:
            self.begin()
        except StoreError:
            return False
        self.rollback()
        return True

    def close(self) -> None:
        """See WriteSession."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def error(self, exc: BaseException) -> StoreError:
        """See WriteSession."""
        if getattr(exc, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
            return store_error("permission_denied", "SQLITE_READONLY")
        return sqlite_error(exc)
