"""The state: one SQLite file, or a PostgreSQL database when workers span machines.

Every transaction on SQLite begins with ``BEGIN IMMEDIATE``: it takes the one writer's place at once and waits for it, up to
``BUSY_SECONDS``, instead of failing in the middle as a deferred one does. So keep them under 20 ms, and read at length in a
``snapshot()``, which blocks nobody.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from engine.base.errors import ConfigError, DependencyFailed, IntegrityViolated, ReeveError
from engine.base.keys.private_file import PRIVATE_FILE, make_private_folder
from engine.base.limited import LimitedConnection
from engine.base.state import migrations
from engine.base.state.context import Context, attach
from engine.base.state.tenancy import TenantSession

BUSY_SECONDS = 30.0
"""How long a transaction waits for the writer's place in SQLite, and a connection for PostgreSQL to answer."""

ANSWER_SECONDS = 300.0
"""How long PostgreSQL may take for one answer; a locked row is one that it waits for, too."""

MIGRATION_SECONDS = 3600.0
"""The same for a statement of a migration."""

_READ_ONLY = "reeve_read_only"


class StateUnavailable(DependencyFailed):
    """The state could not be reached, read or written; the same again may work. Of what was to be committed nobody knows."""

    code = "state_unavailable"


class Database:
    """The state behind one URL. Cheap to bind, safe to share between threads; one per process and URL is enough.

    Args:
        url: ``sqlite:////folder/state.db`` or ``postgresql://...``. The file and its missing folders are made, for the
            owner only.
        context: what its sessions carry; see :meth:`bound`.

    Raises:
        ConfigError: another kind of database, or no URL at all.
    """

    def __init__(self, url: str | URL, context: Context | None = None) -> None:
        self.url = _checked(url)
        self.context = context
        self._engine = _engine(self.url)
        self._sessions = sessionmaker(self._engine, class_=TenantSession, expire_on_commit=False)

    def __repr__(self) -> str:
        return f"Database({self.url.render_as_string()!r})"  # without the password

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.url.get_backend_name()

    def bound(self, context: Context) -> Self:
        """The same database, the same connections, for the sessions of one tenant and actor."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, context=context)
        return twin

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work commits when the block ends, and is rolled back when it raises.

        It takes its place in the database with the first statement, so what is prepared before that holds up nobody.

        Raises:
            StateUnavailable: the database cannot be reached, or another writer kept its place too long.
        """
        with self._session(read_only=False) as session, session.begin():
            yield session

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session that only reads, and sees the state of one instant throughout. It neither blocks nor waits.

        Raises:
            StateUnavailable: the database cannot be reached.
            DBAPIError: a fault of ours: something was written.
        """
        with self._session(read_only=True) as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables up to this version; nothing happens when they are. Processes that do so at once take turns.

        Raises:
            StateTooNew: the state was written by a newer version of Reeve.
            StateUnavailable: the database cannot be reached.
        """
        engine = _engine(self.url, migrating=True)
        try:
            with _translated():
                with engine.connect().execution_options(**{_READ_ONLY: True}) as connection:
                    if migrations.is_current(connection):
                        return
                with engine.begin() as connection:
                    migrations.upgrade(connection)
        finally:
            engine.dispose()

    def check(self) -> None:
        """Look whether this version can work with the tables as they are.

        Raises:
            StateTooNew: they are of a newer version.
            StateTooOld: ``migrate`` has to run first.
        """
        with _translated(), self._engine.connect().execution_options(**{_READ_ONLY: True}) as connection:
            migrations.check(connection)

    def close(self) -> None:
        """Close the connections, of bound twins too. It opens again by itself when used."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _session(self, *, read_only: bool) -> Iterator[Session]:
        with _translated(), self._sessions() as session:
            if self.context is not None:
                attach(session, self.context)
            if read_only:
                options: dict[str, object] = {_READ_ONLY: True}
                if self.dialect == "postgresql":
                    options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                session.connection(execution_options=options)
            yield session


def _checked(url: str | URL) -> URL:
    """The URL with our driver in it."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigError("the state's URL is not a database URL", hint="sqlite:////folder/state.db") from None
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
            raise ConfigError("the state must be a file, not memory", hint="sqlite:////folder/state.db")
        return parsed
    raise ConfigError("the state can be kept in SQLite or in PostgreSQL (driver psycopg)")


def _engine(url: URL, *, migrating: bool = False) -> Engine:
    """An engine with our rules of transactions; ``migrating`` for one that may rebuild tables that others refer to."""
    if url.get_backend_name() == "postgresql":
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            poolclass=NullPool if migrating else None,
            connect_args={
                "connect_timeout": int(BUSY_SECONDS),
                "application_name": "reeve",
                "options": "-c timezone=UTC -c idle_in_transaction_session_timeout=60000",  # a frozen worker lets go
            },
        )

        @event.listens_for(engine, "do_connect")
        def connect(_dialect: object, _entry: object, arguments: Any, options: Any) -> LimitedConnection[Any]:
            connection: LimitedConnection[Any] = LimitedConnection.connect(*arguments, **options)
            connection.longest = MIGRATION_SECONDS if migrating else ANSWER_SECONDS
            return connection

        return engine
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=NullPool if migrating else None,
        connect_args={"timeout": BUSY_SECONDS},
    )
    path = Path(str(url.database))

    @event.listens_for(engine, "do_connect")
    def make_file(*_args: object) -> None:
        """Make the file before SQLite would, with its own idea of who may read it; its companions take after it."""
        try:
            if not path.exists():
                make_private_folder(path.parent)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))
        except OSError as exc:
            raise DependencyFailed(f"the state's file {path} cannot be made ({type(exc).__name__})") from None

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        cursor = connection.cursor()
        _turn_on_wal(cursor)
        for pragma in (
            "synchronous = FULL",  # what was committed survives loss of power
            f"foreign_keys = {'OFF' if migrating else 'ON'}",
            "secure_delete = ON",  # a destroyed key is overwritten, not only unlinked
            "trusted_schema = OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = bool(connection.get_execution_options().get(_READ_ONLY))
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
        if read_only:
            connection.exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1")  # the snapshot is of now, not of later

    return engine


def _turn_on_wal(cursor: DBAPICursor) -> None:
    """Several processes may do so at once with a new file, and SQLite does not wait by itself then."""
    late = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > late:
                raise
            time.sleep(0.02)
        else:
            return


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn what a driver says about a server or a file into our error, without the driver's text."""
    try:
        yield
    except DBAPIError as exc:
        error = _failure(exc, _code_of(exc))
        if error is None:  # a fault of ours
            raise
        raise error from None


def _failure(exc: DBAPIError, code: str) -> ReeveError | None:
    """What happened to the state and what to do about it, if it is the state's doing at all."""
    if code.startswith(_DAMAGED):
        return IntegrityViolated(
            f"the state's file is damaged, or is no state ({code})",
            hint="put it back from a backup, with the keyring that belongs to it",
        )
    if code in _FULL:
        return StateUnavailable(f"the disk of the state is full ({code})", hint=f"make room there; {_GOES_ON}")
    if code.startswith("SQLITE_IOERR"):
        return StateUnavailable(
            f"the state's file cannot be read or written ({code})",
            hint=f"is its disk full, at a quota or failing? when that is mended, {_GOES_ON}",
        )
    if isinstance(exc, OperationalError | InterfaceError) or code in _CUT_OFF:
        return StateUnavailable(
            f"the state database did not do its part ({code})",
            hint=f"is it running, reachable and writable? then {_GOES_ON}",
        )
    return None


_FULL = frozenset({"SQLITE_FULL", "53100"})
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_CUT_OFF = frozenset({"25P03"})  # idle in a transaction for too long: this process was frozen
_GOES_ON = "run the same command again: scans and sweeps go on where they stopped"


def _code_of(exc: DBAPIError) -> str:
    """SQLite's error name, PostgreSQL's SQLSTATE, or the class of the driver's error."""
    origin = exc.orig
    return str(getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None) or type(origin).__name__)
