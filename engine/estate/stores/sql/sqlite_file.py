"""Opening a SQLite file so that nothing is written: neither the file, nor, where that cannot be helped, anything beside it."""

from __future__ import annotations

import math
import os
import sqlite3
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.stores.sql.errors import sqlite_error, store_error

CHANGE_COUNTER = 24  # its place in the file's header
WAL_HEADER, WAL_SALTS = 24, 16  # bytes of the header up to the checksum, and where its salts begin
RANDOM_BITS = 7.5  # bits of entropy a byte, above which the start of a file is taken for ciphertext


class SqliteFile:
    """A file of a URL.

    It is opened with ``mode=ro``. A database in WAL mode then needs its ``-shm`` file, which SQLite makes if it may. Where
    it may not and there is no ``-wal`` file, nobody has the database open and it is opened with ``immutable=1``; whether
    somebody wrote it since is looked at before and after each transaction.
    """

    def __init__(self, url: sa.URL) -> None:
        database = url.database or ""
        name, _, query = (
            database.removeprefix("file:").partition("?") if database.startswith("file:") else (database, "", "")
        )
        self.path = Path(name)
        self._query = {key: value for key, value in parse_qsl(query) if key in {"vfs", "nolock"}}
        self._state: tuple[int, int, bool] | None = None

    def connect(self, lock_seconds: float) -> sqlite3.Connection:
        """A connection that can only read.

        Raises:
            StoreError: there is no such file, it is no database, or it may not be read.
        """
        self._check_present()
        try:
            return self._opened(lock_seconds, {})
        except sqlite3.Error as exc:
            if getattr(exc, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
                return self._opened_immutable(lock_seconds, exc)
            raise self._error(exc) from exc

    def _opened(self, lock_seconds: float, extra: dict[str, str]) -> sqlite3.Connection:
        options = urlencode({**self._query, "mode": "ro", **extra})
        connection = sqlite3.connect(
            f"file:{quote(str(self.path.absolute()))}?{options}",
            uri=True,
            timeout=lock_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            # A file may come from anywhere: what its schema says is not trusted.
            for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
                connection.execute(f"PRAGMA {pragma}").close()
            connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").close()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _opened_immutable(self, lock_seconds: float, exc: sqlite3.Error) -> sqlite3.Connection:
        if self._wal().exists() or not os.access(
            self.path, os.R_OK, effective_ids=os.access in os.supports_effective_ids
        ):
            raise self._error(exc) from exc
        self._state = self._current()
        try:
            return self._opened(lock_seconds, {"immutable": "1"})
        except sqlite3.Error as second:
            raise self._error(second) from second

    def _wal(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def _current(self) -> tuple[int, int, bool]:
        try:
            status = self.path.stat()
        except OSError as exc:
            raise store_error("not_found", type(exc).__name__) from exc
        return status.st_size, status.st_mtime_ns, self._wal().exists()

    def check_unchanged(self) -> None:
        """That a file opened as immutable still is.

        Raises:
            StoreError: with reason ``changed_while_read``.
        """
        if self._state is not None and self._current() != self._state:
            raise store_error("changed_while_read", "a database opened as immutable was written to")

    def version(self) -> str:
        """Differs whenever the content of the file does; empty when that cannot be told.

        Every transaction counts up the file's change counter or, in WAL mode, writes to the ``-wal`` file, whose salt changes
        when it begins anew (SQLite's file format, 1.3.9 and 4.1). It is of the whole file: SQLite keeps none for a table.
        """
        try:
            status = self.path.stat()
            with self.path.open("rb") as file:
                file.seek(CHANGE_COUNTER)
                counter = file.read(4).hex()
        except OSError:
            return ""
        return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}-{counter}{self._wal_version()}"

    def _wal_version(self) -> str:
        """Empty when there is none, or nothing in it: readers may make one."""
        try:
            status = self._wal().stat()
            with self._wal().open("rb") as file:
                salts = file.read(WAL_HEADER)[WAL_SALTS:].hex()
        except FileNotFoundError:
            return ""
        return f"-{status.st_size}-{status.st_mtime_ns}-{salts}" if status.st_size else ""

    def _check_present(self) -> None:
        try:
            if not self.path.is_file():
                raise store_error(
                    "not_found" if not self.path.exists() else "not_parseable", "no database file at this path"
                )
        except OSError as exc:
            raise store_error("permission_denied", type(exc).__name__) from exc

    def _error(self, exc: sqlite3.Error) -> StoreError:
        code = getattr(exc, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_NOTADB:
            return store_error("encrypted" if self._looks_random() else "not_parseable", "SQLITE_NOTADB")
        if code == sqlite3.SQLITE_CANTOPEN:
            return store_error("permission_denied", "SQLITE_CANTOPEN")
        return sqlite_error(exc)

    def _looks_random(self) -> bool:
        """SQLite cannot tell ciphertext from rubbish: it is taken for ciphertext when it is in pages and without pattern."""
        try:
            with self.path.open("rb") as file:
                start = file.read(4096)
            whole_pages = self.path.stat().st_size % 512 == 0
        except OSError:
            return False
        shares = [count / len(start) for count in Counter(start).values()]
        return whole_pages and -sum(share * math.log2(share) for share in shares) > RANDOM_BITS
