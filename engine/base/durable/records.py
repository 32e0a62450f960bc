"""Where the engine of durable work keeps its records, in which form, and what becomes of its log and its errors."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from engine.base.errors import DependencyFailed, ReeveError
from engine.base.keys.private_file import PRIVATE_FILE, make_private_folder

FILE_NAME = "durable.db"
_MAY_NOT = "42501"  # PostgreSQL: insufficient_privilege
log = logging.getLogger("reeve.durable")


def durable_url(state_url: URL) -> URL:
    """Where the engine's records go: a second file beside an SQLite state, else the state's own database."""
    if state_url.get_backend_name() != "sqlite":
        return state_url
    return state_url.set(database=str(Path(str(state_url.database)).with_name(FILE_NAME)))


def make_engine(url: URL) -> Engine:
    """DBOS gets our connections: it then neither makes a database nor looks into another one."""
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": 30,
                "application_name": "reeve-durable",
                # a process that was stopped in the middle keeps nobody waiting for longer
                "options": "-c idle_in_transaction_session_timeout=60000",
            },
        )
    path = Path(str(url.database))
    try:
        if not path.exists():
            make_private_folder(path.parent)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE))
    except OSError as exc:
        raise DependencyFailed(f"the file {path} cannot be made ({type(exc).__name__})") from None
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS does on connections of its own
        cursor = connection.cursor()
        for pragma in ("busy_timeout = 30000", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def json_serializer() -> Any:
    """JSON in place of DBOS's pickle: reading the records of another process must not run its code."""
    from dbos import Serializer

    class Json(Serializer):
        def serialize(self, data: Any) -> str:
            return json.dumps(type(data).__name__ if isinstance(data, BaseException) else data)

        def deserialize(self, serialized_data: str) -> Any:
            return json.loads(serialized_data)

        def name(self) -> str:
            return "reeve_json"

    return Json()


class _WithoutText(logging.Filter):
    """Lets the engine's log through as level, place and class of the error: its texts and tracebacks may quote data."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.filename}:{record.lineno} {kind.__name__ if kind else ''}".rstrip()
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


def quieten() -> None:
    """Take the texts out of the engine's log, and keep it from printing by itself."""
    made = logging.getLogger("dbos")
    if not any(isinstance(one, _WithoutText) for one in made.filters):
        made.addFilter(_WithoutText())
        made.addHandler(logging.NullHandler())  # with a handler there, it adds none of its own
        log.addHandler(logging.NullHandler())


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turn errors of DBOS and of its database into ours, without their texts."""
    try:
        yield
    except ReeveError:
        raise
    except SQLAlchemyError as exc:
        origin = getattr(exc, "orig", None) or exc
        code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None) or type(origin).__name__
        may_not = "on PostgreSQL the role needs CREATE on the database, or to own the schema reeve_durable"
        raise DependencyFailed(
            f"the records of durable work cannot be used ({code})",
            hint=may_not
            if code == _MAY_NOT
            else "is the state's database running, reachable and writable? then start it again",
        ) from None
    except Exception as exc:  # noqa: BLE001 - a boundary: whatever the engine raises leaves as ours
        raise DependencyFailed(f"the engine of durable work failed ({type(exc).__name__})") from None
