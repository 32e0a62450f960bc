"""Reading PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.types.string import TextLoader

from engine.base.errors import StoreError
from engine.base.limited import LimitedConnection
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.errors import postgresql_error, store_error
from engine.estate.stores.sql.names import split_name
from engine.estate.stores.sql.postgresql_catalogue import VOLUME, described, heap_of, listed
from engine.estate.stores.sql.postgresql_shapes import shapes
from engine.estate.stores.sql.session import GRACE, STREAM_ROWS, Limits, Pace, Session, gathered
from engine.estate.stores.sql.statements import Query, Statements
from engine.estate.stores.sql.table import CAPS, Heap, Listed, Row, Table

AS_TEXT = (
    "date",
    "timestamp",
    "timestamptz",
    "time",
    "timetz",
    "interval",
    "numeric",
    "uuid",
    "inet",
    "cidr",
)
"""Types that Python would make objects of, or cannot hold (infinity, BC): taken as the server writes them."""

SETTINGS = (
    ("timezone", "UTC"),
    ("datestyle", "ISO"),
    ("intervalstyle", "postgres"),
    ("bytea_output", "hex"),
    ("default_transaction_read_only", "on"),
    ("row_security", "off"),  # a table of which policies show us a part is an error, not a table read in full
    ("idle_in_transaction_session_timeout", "0"),  # the snapshot of a table without key stays open between two chunks
)


class PostgresqlSession(Session):
    """One connection, whose every transaction is READ ONLY and REPEATABLE READ."""

    driver_errors = (psycopg.Error,)
    default_schema = "public"
    asks_version = "SELECT current_setting('server_version')"

    def __init__(self, engine: sa.Engine, limits: Limits) -> None:
        super().__init__(engine.dialect)
        arguments, options = engine.dialect.create_connect_args(engine.url)
        options.setdefault("connect_timeout", max(2, int(limits.connect_seconds)))
        options.setdefault("application_name", "reeve scan")
        with self.guarded():
            self._connection: LimitedConnection[Row] = LimitedConnection.connect(
                *arguments, **options, prepare_threshold=None
            )
        self._connection.longest = limits.statement_seconds + GRACE
        try:
            with self.guarded():
                self._prepare(limits)
        except StoreError:
            self.close()
            raise

    def _prepare(self, limits: Limits) -> None:
        connection = self._connection
        connection.autocommit = True
        timeouts = (
            ("statement_timeout", f"{int(limits.statement_seconds * 1000)}ms"),
            ("lock_timeout", f"{int(limits.lock_seconds * 1000)}ms"),
            ("client_encoding", "UTF8"),
        )
        settings = SETTINGS + timeouts
        calls = ", ".join(["pg_catalog.set_config(%s, %s, false)"] * len(settings))
        connection.execute(f"SELECT {calls}".encode(), [part for setting in settings for part in setting])
        connection.autocommit = False
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for name in AS_TEXT:
            connection.adapters.register_loader(name, TextLoader)
        if connection.info.parameter_status("server_encoding") == "SQL_ASCII":
            for name in ("text", "varchar", "bpchar", "name", '"char"', ""):
                connection.adapters.register_loader(name or 0, _AsciiLoader)

    def listing(self) -> list[Listed]:
        """See Session."""
        with self.reading(), self.guarded():
            return list(listed(self._connection))

    def describe(self, schema: str, name: str) -> Table:
        """See Session."""
        with self.reading(), self.guarded():
            table = described(self._connection, schema, name)
        if table is None:
            raise store_error("not_found", "no such table")
        return table

    def shapes(self) -> Shapes:
        """See Session."""
        with self.reading(), self.guarded():
            return shapes(self._connection, self.asset_of)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """See Session."""
        with self.guarded(), self._connection.cursor() as cursor:
            return cursor.execute(sql.encode(), tuple(values)).fetchall()

    def volume(self, asset: str) -> int | None:
        """See Session: of all its partitions."""
        size = self.ask(VOLUME, split_name(asset, self.default_schema))
        return int(str(size[0][0])) if size else None

    def error(self, exc: BaseException) -> StoreError:
        """See Session."""
        return postgresql_error(exc)

    def begin(self) -> None:
        """See Session. psycopg begins a transaction with its first statement."""
        self._connection.execute("SELECT 1").close()

    def end(self) -> None:
        """See Session."""
        self._connection.rollback()

    def close(self) -> None:
        """See Session."""
        self._connection.close()

    def fetch(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """See Session."""
        with self.guarded(), self._connection.cursor() as cursor:
            return cursor.execute(query.sql.encode(), query.bind(values)).fetchall()

    def heap(self, table: Table) -> Heap | None:
        """See Session: of tables that are no partitioned ones, and of materialised views."""
        with self.guarded():
            return heap_of(self._connection, table.schema, table.name)

    def rows_at(self, statements: Statements, places: Sequence[str]) -> list[str]:
        """See Session."""
        given = "{" + ",".join(f'"{place}"' for place in places) + "}"
        return [str(row[0]) for row in self.fetch(statements.places("tid[]"), {"places": given})]

    def stream(self, statements: Statements) -> Generator[list[Row], None, None]:
        """See Session: a cursor on the server."""
        bounded = all(column.bounded for column in statements.table.columns)
        pace = Pace(STREAM_ROWS if bounded else 64)
        query = statements.everything(CAPS[-1], False)[0]
        with self.guarded(), self._connection.cursor(name="reeve") as cursor:
            cursor.execute(query.sql.encode(), {})
            yield from gathered(cursor.fetchmany, pace)


class _AsciiLoader(TextLoader):
    """Text of a database that does not know its encoding: bytes outside UTF-8 in the shape that ``arrow`` mends."""

    def load(self, data: Any) -> str:
        return bytes(data).decode("utf-8", "surrogateescape")
