"""What every state of a test would make anew: its tables, and the statements compiled for it.

A process of the product opens one state and migrates it once in its life; a process of tests opens thousands. What they
would make anew each time is the same each time, and takes longer than what the tests look at.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from engine.base.actors import local_person
from engine.base.clock import Clock
from engine.base.keys.keyring import Keyring
from engine.base.keys.private_file import make_private_folder
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.opening import open_tenant

_COMPILED: LRUCache[Any, Any] = LRUCache(2000)


def migrated(path: Path) -> Path:
    """Make a migrated, empty SQLite state at this place, for the owner only as ``Database`` makes it; gives the place."""
    make_private_folder(path.parent)
    path.touch(mode=0o600)
    path.write_bytes(_tables())
    return path


def bound(database: Database, keyring: Keyring, clock: Clock) -> Database:
    """The state bound to a tenant, a keyring, a clock and the person at the keyboard, as ``open_state`` would."""
    with database.transaction() as session:
        tenant_id = open_tenant(session, "default", clock)
    with database.bound(Context(tenant_id, keyring, clock)).transaction() as session:
        actor = local_person(session)
    return database.bound(Context(tenant_id, keyring, clock, actor.id))


def with_state(folder: Path) -> Path:
    """Make the state that a configuration in this folder names by default; gives the folder."""
    migrated(folder / ".reeve" / "state.db")
    return folder


@cache
def _tables() -> bytes:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/state.db")
        database.migrate()
        database.close()
        with closing(sqlite3.connect(f"{folder}/state.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert [one.name for one in Path(folder).iterdir()] == ["state.db"]
        return Path(folder, "state.db").read_bytes()


def share_compiled() -> None:
    """Let all SQLite engines of this process use a statement that was compiled for one of them.

    SQLAlchemy keeps them by engine and by dialect; ours are all of the one kind, made with the same settings.
    """
    for name, says in (("__eq__", _is_alike), ("__hash__", _hash_of_kind)):
        setattr(SQLiteDialect_pysqlite, name, says)
    event.listen(Engine, "engine_connect", _keep_together)


def _is_alike(one: SQLiteDialect_pysqlite, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: SQLiteDialect_pysqlite) -> int:
    return hash(type(one))


def _keep_together(connection: Connection) -> None:
    if isinstance(connection.dialect, SQLiteDialect_pysqlite):
        connection.execution_options(compiled_cache=_COMPILED)
