"""A small estate of a database server and a folder, and what tests of bad days look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.estate.formats.format import Budget
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.sql.session import Limits

CHUNKS = 6  # the reader is three ahead at most
ROWS = 100 * CHUNKS  # of a table; scans of tests read a hundred at once
AT_ONCE = Budget()  # for scans in which nothing is to happen between two chunks
LINES = 40  # of the file beside it


def plant_people(url: str, *tables: str) -> None:
    """Tables of people, each with other addresses."""
    engine = sa.create_engine(driven(url), poolclass=NullPool)
    with engine.begin() as connection:
        for place, table in enumerate(tables):
            connection.exec_driver_sql(
                f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, email VARCHAR(100), age INTEGER)"
            )
            rows = [(n, f"zebra{n * 7919 + place}@mail.example", n % 90) for n in range(ROWS)]
            marks = "?, ?, ?" if url.startswith("sqlite") else "%s, %s, %s"
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", rows)
    engine.dispose()


def driven(url: str) -> str:
    """The URL with the driver that SQLAlchemy needs."""
    return url.replace("postgresql://", "postgresql+psycopg://").replace("mariadb://", "mariadb+pymysql://")


def folder_store(folder: Path) -> DeclaredStore:
    """The rest of the estate: one file."""
    folder.mkdir(exist_ok=True)
    lines = "".join(f"{n},quagga{n}@mail.example\n" for n in range(LINES))
    (folder / "letters.csv").write_text(f"number,email\n{lines}", encoding="utf-8")
    return DeclaredStore(FilesStore("files", folder))


def server_store(url: str, limits: Limits | None = None) -> DeclaredStore:
    """A server as the scan sees it."""
    return DeclaredStore(SqlStore("crm", url, limits))


class After(Silent):
    """Does something once, when so many chunks of an asset are recorded; the scan waits for it."""

    def __init__(self, asset: str, chunks: int, action: Callable[[], object]) -> None:
        self._asset = asset
        self._left = chunks
        self._action = action
        self._current = ""

    def reading(self, store: str, asset: str, name: str) -> None:
        """See Progress."""
        self._current = asset

    def advanced(self, rows: int, nbytes: int) -> None:
        """See Progress."""
        if self._current == self._asset:
            self._left -= 1
            if self._left == 0:
                self._action()


class WhenOpening(Silent):
    """Does something each time that one of some objects is about to be opened."""

    def __init__(self, names: Sequence[str], action: Callable[[str], object]) -> None:
        self._names = names
        self._action = action

    def reading(self, store: str, asset: str, name: str) -> None:
        """See Progress."""
        if name in self._names:
            self._action(name)
