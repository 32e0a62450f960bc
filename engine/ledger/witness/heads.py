"""What a witness remembers: the last checkpoint that it cosigned of each log, in a small SQLite file of its own.

The file is opened anew for each request, so threads and processes may share it. A change is on the disk when ``changing``
ends: the rollback journal with ``synchronous = EXTRA`` syncs the folder too, so that a loss of power after an answer brings no
old state back.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.base.errors import BadInput, DependencyFailed, IntegrityViolated
from engine.base.keys.private_file import create_private

MAX_FORKS = 100  # kept of one log: two signed roots of one size are proof enough
_WAIT = 5.0  # seconds for another thread or process to finish its change
_APPLICATION = 0x52575431  # "RWT1": says that the file is one of these
_SCHEMA = """
CREATE TABLE heads (
  origin TEXT PRIMARY KEY, origin_hash TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL, note BLOB NOT NULL
) STRICT;
CREATE TABLE forks (
  origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL, note BLOB NOT NULL, known BLOB NOT NULL,
  PRIMARY KEY (origin, size, root)
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last checkpoint that was cosigned of one log.

    Attributes:
        origin, size, root: what it says.
        time: of the cosignature, in POSIX seconds; it never goes back for one log.
        note: the checkpoint, with the log's signatures and the witness's.
    """

    origin: str
    size: int
    root: bytes
    time: int
    note: bytes


@dataclass(frozen=True, slots=True)
class Fork:
    """A log's own signatures on two roots of one size: proof that it showed two histories.

    Attributes:
        origin, size: of which log, at which size.
        time: when it was seen first, in POSIX seconds.
        note: the checkpoint that was refused, with the log's signature.
        known: the checkpoint that was cosigned.
    """

    origin: str
    size: int
    time: int
    note: bytes
    known: bytes


class Changing:
    """One change, of which nobody sees a half: what is read in it still holds when it ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def head(self, origin: str) -> Head | None:
        """The last head of that log, or None if none was ever cosigned."""
        return _one(self._connection, "origin", origin)

    def put(self, head: Head) -> None:
        """Make this the log's last head."""
        self._connection.execute(
            "INSERT INTO heads (origin, origin_hash, size, root, time, note) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, time = excluded.time, "
            "note = excluded.note",
            (head.origin, origin_hash(head.origin), head.size, head.root, head.time, head.note),
        )

    def keep(self, fork: Fork, root: bytes) -> None:
        """Keep the evidence, once for each root, up to ``MAX_FORKS`` of a log."""
        self._connection.execute(
            "INSERT OR IGNORE INTO forks (origin, size, root, time, note, known) SELECT ?, ?, ?, ?, ?, ? "
            "WHERE (SELECT count(*) FROM forks WHERE origin = ?) < ?",
            (fork.origin, fork.size, root, fork.time, fork.note, fork.known, fork.origin, MAX_FORKS),
        )


class Heads:
    """The file.

    Raises:
        BadInput: in ``open``: there is no such file.
        DependencyFailed: anywhere: the disk, or another process, does not let it through; nothing was changed.
        IntegrityViolated: anywhere: the file is damaged or none of these.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def create(cls, path: Path) -> Heads:
        """A new file that knows no log.

        Raises:
            BadInput: it exists.
        """
        create_private(path, b"")
        heads = cls(path)
        with heads._opened() as connection:
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        return heads

    @classmethod
    def open(cls, path: Path) -> Heads:
        """The file as it is. One that is missing is not made anew: a witness that forgot would cosign a second history."""
        if not path.is_file():
            raise BadInput(
                f"{path} is missing: this witness no longer knows what it cosigned",
                hint="Make a new witness with a new key; whoever trusted the old one must be told.",
            )
        heads = cls(path)
        with heads._opened() as connection:
            (found,) = connection.execute("PRAGMA application_id").fetchone()
        if found != _APPLICATION:
            raise IntegrityViolated(f"{path} is not the file of a witness")
        return heads

    @contextlib.contextmanager
    def changing(self) -> Iterator[Changing]:
        """One change at a time; durable when the block ends, and nothing of it if it raises."""
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Changing(connection)
            except BaseException:
                if connection.in_transaction:  # SQLite ends it by itself where the disk failed
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def by_hash(self, digest: str) -> Head | None:
        """The last head of the log whose origin has this SHA-256, in small hexadecimal digits."""
        with self._opened() as connection:
            return _one(connection, "origin_hash", digest)

    def all(self) -> list[Head]:
        """The last head of each log, by origin."""
        with self._opened() as connection:
            return [
                Head(*row)
                for row in connection.execute("SELECT origin, size, root, time, note FROM heads ORDER BY origin")
            ]

    def forks(self) -> list[Fork]:
        """The evidence of forks, in the order in which it was seen."""
        with self._opened() as connection:
            rows = connection.execute("SELECT origin, size, time, note, known FROM forks ORDER BY rowid")
            return [Fork(*row) for row in rows]

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(_connect(self._path)) as connection:
                yield connection
        except sqlite3.OperationalError as exc:
            raise DependencyFailed(f"{self._path} cannot be read or changed ({exc.sqlite_errorname})") from exc
        except sqlite3.DatabaseError as exc:
            raise IntegrityViolated(f"{self._path} is damaged ({type(exc).__name__})") from exc


def origin_hash(origin: str) -> str:
    """Under which name a log's last checkpoint is read: SHA-256 of its origin, in small hexadecimal digits."""
    return hashlib.sha256(origin.encode()).hexdigest()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=_WAIT)
    connection.execute("PRAGMA synchronous = EXTRA")
    return connection


def _one(connection: sqlite3.Connection, column: str, value: str) -> Head | None:
    row = connection.execute(
        f"SELECT origin, size, root, time, note FROM heads WHERE {column} = ?", (value,)
    ).fetchone()
    return Head(*row) if row else None
