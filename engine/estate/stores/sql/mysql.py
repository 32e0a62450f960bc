"""Reading MariaDB and MySQL."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from typing import Any, cast

import pymysql
import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE
from pymysql.converters import conversions
from pymysql.cursors import SSCursor

from engine.base.errors import StoreError
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.errors import mysql_error, store_error
from engine.estate.stores.sql.mysql_catalogue import VOLUME, described, listed
from engine.estate.stores.sql.mysql_shapes import shapes
from engine.estate.stores.sql.names import split_name
from engine.estate.stores.sql.session import GRACE, PAGE_BYTES, Limits, Session, row_bytes
from engine.estate.stores.sql.statements import Query, Statements
from engine.estate.stores.sql.table import CAPS, Listed, Row, Table

AS_TEXT = (
    FIELD_TYPE.DATE,
    FIELD_TYPE.NEWDATE,
    FIELD_TYPE.DATETIME,
    FIELD_TYPE.TIMESTAMP,
    FIELD_TYPE.TIME,
    FIELD_TYPE.DECIMAL,
    FIELD_TYPE.NEWDECIMAL,
)
"""Types that Python would make objects of, or cannot hold (0000-00-00): taken as the server writes them."""

CONVERSIONS: dict[Any, Any] = {kind: made for kind, made in conversions.items() if kind not in AS_TEXT}
PATIENCE = 7 * 24 * 3600  # seconds that the server waits while a chunk of a table without key is worked on


class MysqlSession(Session):
    """One connection, whose every transaction is READ ONLY."""

    driver_errors = (pymysql.err.Error, UnicodeDecodeError)
    row_values = False  # their optimizer uses no index for them
    asks_version = "SELECT version()"

    def __init__(self, engine: sa.Engine, limits: Limits) -> None:
        super().__init__(engine.dialect)
        arguments, options = engine.dialect.create_connect_args(engine.url)
        options.setdefault("charset", "utf8mb4")
        options.setdefault("connect_timeout", max(1, int(limits.connect_seconds)))
        for wait in ("read_timeout", "write_timeout"):  # a server that does not answer at all must not hold us for ever
            options.setdefault(wait, max(1, int(limits.statement_seconds) + GRACE))
        self._options = {**options, "conv": CONVERSIONS, "autocommit": True}
        self._arguments = arguments
        self.default_schema = engine.url.database or ""
        with self.guarded():
            self._connection = self._connect()
        try:
            with self.guarded():
                self._prepare(limits)
        except StoreError:
            self.close()
            raise

    def _connect(self) -> pymysql.Connection[Any]:
        try:
            return pymysql.connect(*self._arguments, **self._options)
        except OSError as exc:  # of the files of TLS; all of the network comes as an error of the driver
            raise store_error("tls_refused", type(exc).__name__) from exc

    def _prepare(self, limits: Limits) -> None:
        if self._is_mariadb():
            statement = f"max_statement_time = {limits.statement_seconds:f}"
        else:
            statement = f"max_execution_time = {int(limits.statement_seconds * 1000)}"
        waits = f"lock_wait_timeout = {max(1, int(limits.lock_seconds))}, net_write_timeout = {PATIENCE}"
        self._run(f"SET SESSION {statement}, {waits}, time_zone = '+00:00', wait_timeout = {PATIENCE}")
        self._run("SET SESSION TRANSACTION READ ONLY")

    def _run(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)

    def listing(self) -> list[Listed]:
        """See Session: tables of the URL's database, or of all where it names none."""
        with self.reading(), self.guarded():
            return list(listed(self._connection, self.default_schema))

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
            return shapes(self._connection, self.default_schema, self.asset_of)

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """See Session."""
        with self.guarded(), self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values))
            return list(cursor.fetchall())

    def volume(self, asset: str) -> int | None:
        """See Session: InnoDB's own estimate, which it renews from time to time."""
        size = self.ask(VOLUME, split_name(asset, self.default_schema))
        return int(str(size[0][0])) if size and size[0][0] is not None else None

    def error(self, exc: BaseException) -> StoreError:
        """See Session."""
        return mysql_error(exc)

    def begin(self) -> None:
        """See Session."""
        self._run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")

    def end(self) -> None:
        """See Session."""
        if self._connection.open:
            self._run("ROLLBACK")

    def close(self) -> None:
        """See Session."""
        if self._connection.open:
            with suppress(*self.driver_errors, OSError):
                self._connection.close()

    def fetch(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """See Session."""
        with self.guarded(), self._connection.cursor() as cursor:
            cursor.execute(query.sql, query.bind(values))
            return list(cursor.fetchall())

    def stream(self, statements: Statements) -> Generator[list[Row], None, None]:
        """See Session: the server sends one row after the other, and waits while they are worked on."""
        query = statements.everything(CAPS[-1], False)[0]
        with self.guarded():
            self._run(
                "SET SESSION max_statement_time = 0" if self._is_mariadb() else "SET SESSION max_execution_time = 0"
            )
            cursor = self._connection.cursor(SSCursor)
            finished = False
            try:
                cursor.execute(query.sql, query.bind({}))
                while rows := _some_rows(cursor):
                    yield rows
                finished = True
            finally:
                if not finished:
                    self._stop()
                with suppress(*self.driver_errors):
                    cursor.close()

    def _is_mariadb(self) -> bool:
        return "MariaDB" in str(cast("Any", self._connection).get_server_info())

    def _stop(self) -> None:
        """Have the server end the statement, for the protocol has to read all that it sends."""
        with suppress(*self.driver_errors):
            other = self._connect()
            try:
                with other.cursor() as cursor:
                    cursor.execute(f"KILL QUERY {int(cast('Any', self._connection).thread_id())}")
            finally:
                other.close()


def _some_rows(cursor: Any) -> list[Row]:
    """Rows of about PAGE_BYTES."""
    rows: list[Row] = []
    size = 0
    while size < PAGE_BYTES and len(rows) < 4096 and (row := cursor.fetchone()) is not None:
        rows.append(row)
        size += row_bytes(row)
    return rows
