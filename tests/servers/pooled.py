"""One PostgreSQL database for one test after another: making and dropping one takes most of a second, emptying it hundredths."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

SYSTEM = 16_384  # objects of lower numbers are PostgreSQL's own

_TOUCHED = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""

_SHAPE = f"""
    SELECT array[
        (SELECT string_agg(concat_ws(' ', relname, relkind, relowner, relacl, reloptions, relrowsecurity), ',' ORDER BY oid)
         FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(concat_ws(' ', attrelid, attname, atttypid, attnotnull, attacl), ',' ORDER BY attrelid, attnum)
         FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(concat_ws(' ', conname, convalidated), ',' ORDER BY oid)
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
        (SELECT string_agg(concat_ws(' ', tgname, tgrelid, tgenabled), ',' ORDER BY oid) FROM pg_trigger),
        (SELECT string_agg(concat_ws(' ', proname, proacl), ',' ORDER BY oid) FROM pg_proc WHERE oid >= {SYSTEM}),
        (SELECT string_agg(concat_ws(' ', nspname, nspowner, nspacl), ',' ORDER BY oid) FROM pg_namespace
         WHERE nspname !~ '^pg_(toast_)?temp_'),
        (SELECT string_agg(extname, ',' ORDER BY oid) FROM pg_extension),
        (SELECT concat_ws(' ', datacl, datdba, datconnlimit, datallowconn) FROM pg_database WHERE datname = current_database()),
        (SELECT string_agg(concat_ws(' ', setrole, setconfig), ',' ORDER BY setrole) FROM pg_db_role_setting
         JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database())
    ]::text
"""


class Pooled:
    """A database whose tables stay while their rows go.

    Args:
        url: of the database, with the tables as every test shall find them.
        kept: tables whose rows belong to that, too.
    """

    def __init__(self, url: str, kept: Sequence[str] = ()) -> None:
        self.url = url
        self._kept = kept
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with self._engine.connect() as connection:
            self._as_made = self._shape(connection)

    def emptied(self) -> bool:
        """End every connection to it and empty its tables. False: it has become another, and can only be dropped."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            for schema in connection.exec_driver_sql(
                f"SELECT quote_ident(nspname) FROM pg_namespace WHERE oid >= {SYSTEM} AND nspname !~ '^pg_'"
            ).scalars():
                connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
            if self._shape(connection) != self._as_made:
                return False
            tables = [name for name in connection.exec_driver_sql(_TOUCHED).scalars() if name not in self._kept]
            if tables:
                connection.exec_driver_sql("SET session_replication_role = replica")  # asks no trigger and no reference
                connection.exec_driver_sql(";".join(f"DELETE FROM {name}" for name in tables))
                connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
            return True

    def _shape(self, connection: Connection) -> str:
        """All that a test could alter in it besides rows."""
        rows = [
            str(connection.exec_driver_sql(f"SELECT array(SELECT t::text FROM {name} t)").scalar_one())
            for name in self._kept
        ]
        return "\n".join([str(connection.exec_driver_sql(_SHAPE).scalar_one()), *rows])
