"""Changing rows in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import psycopg
import sqlalchemy as sa
from psycopg.types.string import TextLoader

from engine.base.errors import StoreError
from engine.base.limited import LimitedConnection
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.errors import postgresql_error, store_error
from engine.estate.stores.sql.names import asset_name
from engine.estate.stores.sql.postgresql import AS_TEXT
from engine.estate.stores.sql.postgresql_shapes import shapes
from engine.estate.stores.sql.session import GRACE
from engine.estate.stores.sql.table import Row
from engine.governance.change.errors import OutcomeUnknown
from retention.erase.session import Times, WriteSession

SETTINGS = (
    ("timezone", "UTC"),
    ("datestyle", "ISO"),
    ("intervalstyle", "postgres"),
    ("bytea_output", "hex"),
    ("client_encoding", "UTF8"),
    ("row_security", "off"),  # rows that policies hide are an error, not rows that are not there
    ("synchronous_commit", "on"),  # what was committed is on disk
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "off"),
    ("default_transaction_deferrable", "off"),
)
ENDING = 5.0  # seconds that a session may take to end when it is told to
_NOT_COMMITTED = ("23", "40", "25", "42", "P0", "22", "53", "54", "55", "57014")
"""SQLSTATEs with which a server says that it rolled back."""

CLAIM = "ROW EXCLUSIVE"
"""As DELETE takes it, and before rows are read: no foreign key can be added meanwhile."""


class PostgresqlWriting(WriteSession):
    """One connection, whose transactions are READ COMMITTED: a statement sees what was committed before it began."""

    driver_errors = (psycopg.Error,)
    lock = " FOR UPDATE OF t"
    can_be_loose = True

    def __init__(self, engine: sa.Engine, times: Times) -> None:
        super().__init__(engine, "public")
        arguments, options = engine.dialect.create_connect_args(engine.url)
        options.setdefault("connect_timeout", 10)
        options.setdefault("application_name", "reeve erase")
        with self.guarded():
            self._connection: LimitedConnection[Row] = LimitedConnection.connect(
                *arguments, **options, prepare_threshold=None
            )
        self._connection.longest = times.statement + GRACE
        try:
            with self.guarded():
                self.identity = self._prepare(times)
        except StoreError:
            self.close()
            raise

    def _prepare(self, times: Times) -> str:
        connection = self._connection
        connection.autocommit = True
        settings = (
            *SETTINGS,
            ("statement_timeout", f"{int(times.statement * 1000)}ms"),
            ("lock_timeout", f"{int(times.lock * 1000)}ms"),
            ("idle_in_transaction_session_timeout", f"{int(times.idle * 1000)}ms"),
        )
        calls = ", ".join(["pg_catalog.set_config(%s, %s, false)"] * len(settings))
        connection.execute(f"SELECT {calls}".encode(), [part for setting in settings for part in setting])
        for name in AS_TEXT:
            connection.adapters.register_loader(name, TextLoader)
        role, pid, since = connection.execute(
            "SELECT current_setting('session_replication_role'), a.pid, a.backend_start::text "
            "FROM pg_catalog.pg_stat_get_activity(pg_backend_pid()) a"
        ).fetchall()[0]
        if role != "origin":
            raise store_error("store_error", "foreign keys are switched off by session_replication_role")
        connection.autocommit = False
        return f"postgresql {pid} {since}"

    def begin(self) -> None:
        """See WriteSession."""
        with self.guarded():
            self._connection.execute("SELECT 1").close()

    def claim(self, assets: Sequence[str]) -> None:
        """See WriteSession."""
        names = ", ".join(self.words.table(asset) for asset in assets)
        with self.guarded():
            self._connection.execute(f"LOCK TABLE {names} IN {CLAIM} MODE".replace("%%", "%").encode()).close()

    def fingerprint(self) -> str:
        """See WriteSession."""
        found = self.ask(
            "SELECT md5(string_agg(concat_ws(',', oid, xmin, conrelid, confrelid), ';' ORDER BY oid)) "
            "FROM pg_catalog.pg_constraint WHERE contype IN ('f', 'p')"
        )
        return str(found[0][0])

    def shapes(self) -> Shapes:
        """See WriteSession."""
        with self.guarded():
            return shapes(self._connection, lambda schema, table: asset_name(schema, table, "public"))

    def ask(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """See WriteSession."""
        with self.guarded(), self._connection.cursor() as cursor:
            return cursor.execute(sql.encode(), tuple(values)).fetchall()

    def change(self, sql: str, values: Sequence[object] = ()) -> int:
        """See WriteSession."""
        with self.guarded(), self._connection.cursor() as cursor:
            return cursor.execute(sql.encode(), tuple(values)).rowcount

    def defer(self) -> None:
        """See WriteSession."""
        with self.guarded():
            self._connection.execute("SET CONSTRAINTS ALL DEFERRED").close()

    def now(self) -> datetime:
        """See WriteSession."""
        return datetime.fromisoformat(str(self.ask("SELECT clock_timestamp()")[0][0]))

    def commit(self) -> None:
        """See WriteSession."""
        if self._connection.info.transaction_status == psycopg.pq.TransactionStatus.INERROR:
            raise store_error("store_error", "the transaction had failed")  # COMMIT would roll it back and say nothing
        try:
            self._connection.commit()
        except psycopg.Error as exc:
            state = exc.sqlstate or ""
            if state.startswith(_NOT_COMMITTED):
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
        _, pid, since = identity.split(" ", 2)
        until = time.monotonic() + ENDING
        there = "FROM pg_catalog.pg_stat_activity WHERE pid = %s::integer AND "
        try:
            self.ask(f"SELECT pg_terminate_backend(pid) {there}backend_start = %s::timestamptz", (pid, since))
            # Of a session of another user it is not told when it began: it may be this one.
            while self.ask(f"SELECT 1 {there}coalesce(backend_start = %s::timestamptz, true)", (pid, since)):
                self.rollback()  # a transaction sees one state of the sessions only
                if time.monotonic() > until:
                    return False
                time.sleep(0.02)
        finally:
            if not self._connection.closed:
                self._connection.rollback()
        return True

    def close(self) -> None:
        """See WriteSession."""
        self._connection.close()

    def error(self, exc: BaseException) -> StoreError:
        """See WriteSession."""
        return postgresql_error(exc)
