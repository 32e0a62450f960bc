"""Which session serves which URL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from engine.base.errors import ConfigError
from engine.estate.stores.sql.session import Limits, Session

DRIVERS: Mapping[str, str] = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}


def server_of(url: str, limits: Limits) -> Callable[[], Session]:
    """What opens a session on the database of a URL.

    Raises:
        ConfigError: the URL cannot be understood, or its driver is not installed. The message does not hold the URL.
    """
    try:
        parsed = sa.make_url(url)
        parsed = parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))
        engine = sa.create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise ConfigError(
            "The URL of a database cannot be understood.", hint="Write kind://user@host/database."
        ) from None
    except ImportError as exc:
        raise ConfigError("The driver of a database is not installed.", hint=f"Install {exc.name}.") from exc
    return partial(_session_class(parsed), engine, limits)


def _session_class(url: sa.URL) -> Callable[[sa.Engine, Limits], Session]:
    if url.drivername == "sqlite+pysqlite":
        from engine.estate.stores.sql.sqlite import SqliteSession

        return SqliteSession
    if url.drivername == "postgresql+psycopg":
        from engine.estate.stores.sql.postgresql import PostgresqlSession

        return PostgresqlSession
    if url.drivername in {"mysql+pymysql", "mariadb+pymysql"}:
        from engine.estate.stores.sql.mysql import MysqlSession

        return MysqlSession
    from engine.estate.stores.sql.generic import GenericSession

    return GenericSession
