"""Changing rows in MariaDB and MySQL."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast
from uuid import uuid4

import pymysql
import sqlalchemy as sa
from pymysql.constants import CLIENT

from engine.base.errors import StoreError
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.errors import mysql_error, store_error
from engine.estate.stores.sql.mysql import CONVERSIONS
from engine.estate.stores.sql.mysql_shapes import ALL_KEYS, shapes
from engine.estate.stores.sql.names import asset_name
from engine.estate.stores.sql.session import GRACE
from engine.estate.stores.sql.table import Row
from engine.governance.change.errors import OutcomeUnknown
from retention.erase.session import Times, WriteSession

ENDING = 5.0  # seconds that a session may take to end when it is told to
_PASSING = frozenset({"unreachable", "timeout"})
"""Reasons that say nothing about what a user may see."""
_UNANSWERED = {0, 1053, 1317, 1927, 2006, 2013, 2014, 2055}
"""Errors after which it is not known whether a COMMIT was carried out."""


class MysqlWriting(WriteSession):
    """One connection, whose transactions are READ COMMITTED.

    It goes by a lock of the server under a name of its own (``GET_LOCK``): numbers of connections come again after a restart.
    """

    driver_errors = (pymysql.err.Error, UnicodeDecodeError)
    lock = " FOR UPDATE"

    def __init__(self, engine: sa.Engine, times: Times) -> None:
        super().__init__(engine, engine.url.database or "")
        arguments, options = engine.dialect.create_connect_args(engine.url)
        options.setdefault("charset", "utf8mb4")
        options.setdefault("connect_timeout", 10)
        for wait in ("read_timeout", "write_timeout"):
            options.setdefault(wait, max(1, math.ceil(times.statement)) + GRACE)
        # Rows that an UPDATE finds are counted, not only those that it makes different.
        flags = options.pop("client_flag", 0) | CLIENT.FOUND_ROWS
        self._schema = engine.url.database or ""
        self.identity = f"mysql reeve-{uuid4().hex}"
        try:
            with self.guarded():
                self._connection: pymysql.Connection[Any] = pymysql.connect(
                    *arguments, **{**options, "conv": CONVERSIONS, "autocommit": True, "client_flag": flags}
                )
        except OSError as exc:
            raise store_error("tls_refused", type(exc).__name__) from exc
        try:
            with self.guarded():
                self._prepare(times)
        except StoreError:
            self.close()
            raise

    def _prepare(self, times: Times) -> None:
        is_mariadb = "MariaDB" in str(cast("Any", self._connection).get_server_info())
        idle, lock = max(1, int(times.idle)), max(1, int(times.lock))
        settings = [
            "sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')",  # a value that does not fit is an error
            "time_zone = '+00:00'",
            "foreign_key_checks = 1",
            "unique_checks = 1",
            "sql_safe_updates = 0",
            f"innodb_lock_wait_timeout = {lock}",
            f"lock_wait_timeout = {lock}",
            f"wait_timeout = {idle}",
        ]
        if is_mariadb:
            settings += [f"max_statement_time = {times.statement:f}", f"idle_transaction_timeout = {idle}"]
        self._run("SET SESSION " + ", ".join(settings))
        self._run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        if self.ask("SELECT GET_LOCK(%s, 0)", (self.identity.partition(" ")[2],)) != [(1,)]:
            raise store_error("store_error", "no lock of one's own name")

    def _run(self, statement: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(statement)

    def begin(self) -> None:
        """See WriteSession."""
        with self.guarded():
            self._run("START TRANSACTION READ WRITE")

    def claim(self, assets: Sequence[str]) -> None:
        """See WriteSession: whoever touched a table in a transaction keeps others from altering it until it ends."""
        for asset in assets:
            self.ask(f"SELECT 1 FROM {self.words.table(asset)} LIMIT 0")

    def fingerprint(self) -> str:
        """See WriteSession."""
        named = "CONCAT_WS(',', constraint_schema, table_name, constraint_name, referenced_table_name, delete_rule)"
        sources = [
            (ALL_KEYS[0], "CONCAT_WS(',', id, for_name, ref_name, type)"),
            ("information_schema.referential_constraints", named),
        ]
        for source, text in sources:
            try:
                found = self.ask(
                    f"SELECT COUNT(*), BIT_XOR(CAST(CONV(LEFT(MD5({text}), 16), 16, 10) AS UNSIGNED)) FROM {source}"
                )
            except StoreError as exc:
                if exc.reason in _PASSING:
                    raise
            else:
                return f"{source} {found[0]}"
        raise store_error("store_error", "no list of foreign keys")

    def shapes(self) -> Shapes:
        """See WriteSession."""
        with self.guarded():
            return shapes(self._connection, self._schema, lambda schema, table: asset_name(schema, table, self._schema))

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """See WriteSession."""
        with self.guarded(), self._connection.cursor() as cursor:
            cursor.execute(sql, tuple(values))
            return list(cursor.fetchall())

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """See WriteSession."""
        with self.guarded(), self._connection.cursor() as cursor:
            return int(cursor.execute(sql, tuple(values)))

    def defer(self) -> None:
        """See WriteSession. This server has no such thing, and no plan asks for it."""
        raise AssertionError("no key waits on this server")

    def now(self) -> datetime:
        """See WriteSession."""
        text = str(self.ask("SELECT CAST(UTC_TIMESTAMP(6) AS CHAR)")[0][0])
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    def commit(self) -> None:
        """See WriteSession."""
        try:
            self._connection.commit()
        except (*self.driver_errors, OSError) as exc:
            number = exc.args[0] if exc.args and isinstance(exc.args[0], int) else 0
            if isinstance(exc, pymysql.err.Error) and number not in _UNANSWERED:
                raise self.error(exc) from exc
            raise OutcomeUnknown(
                f"The database did not answer a COMMIT ({type(exc).__name__}).", reason="unreachable"
            ) from exc

    def rollback(self) -> None:
        """See WriteSession."""
        with self.guarded():
            self._connection.rollback()

    def end_session(self, identity: str) -> bool:
        """See WriteSession."""
        name = identity.partition(" ")[2]
        until = time.monotonic() + ENDING
        while (holder := self.ask("SELECT IS_USED_LOCK(%s)", (name,))[0][0]) is not None:
            with suppress(StoreError):  # it may be gone by now
                self.ask("KILL %s", (int(holder),))
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def close(self) -> None:
        """See WriteSession."""
        if getattr(self, "_connection", None) is not None and self._connection.open:
            with suppress(*self.driver_errors, OSError):
                self._connection.close()

    def error(self, exc: BaseException) -> StoreError:
        """See WriteSession."""
        return mysql_error(exc)
