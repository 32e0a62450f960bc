"""Reading any other database that SQLAlchemy knows: by its inspector, and by plain SELECTs that are never committed.

Here the server is not told that we only read, and gives long cells whole.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy import types
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError

from engine.base.errors import StoreError
from engine.estate.stores.sql.errors import other_error, store_error
from engine.estate.stores.sql.session import Limits, Pace, Session, gathered
from engine.estate.stores.sql.statements import Query, Statements
from engine.estate.stores.sql.table import CAPS, Column, Declared, KeyColumn, Link, Listed, Row, Table, Unique, best_key

KEY_TYPES = (types.Integer, types.String, types.Date, types.DateTime)


class GenericSession(Session):
    """One connection by way of SQLAlchemy."""

    row_values = False

    def __init__(self, engine: sa.Engine, _limits: Limits) -> None:
        super().__init__(engine.dialect)
        self.driver_errors = (SQLAlchemyError, engine.dialect.loaded_dbapi.Error)
        try:
            self._connection = engine.connect()
        except self.driver_errors as exc:
            raise store_error("unreachable", type(exc).__name__) from exc
        self._inspector = sa.inspect(self._connection)
        self.default_schema = self._inspector.default_schema_name or ""

    def listing(self) -> list[Listed]:
        """See Session."""
        with self.guarded():
            tables = [(name, "table") for name in self._inspector.get_table_names()]
            views = [(name, "view") for name in self._inspector.get_view_names()]
        return [self._listed(name, kind) for name, kind in sorted(tables + views)]

    def _listed(self, name: str, kind: str) -> Listed:
        try:
            keys = self._inspector.get_foreign_keys(name) if kind == "table" else []
            primary = self._inspector.get_pk_constraint(name)["constrained_columns"] if kind == "table" else []
            declared = tuple(
                Declared(one["name"], self._stated(one["type"])) for one in self._inspector.get_columns(name)
            )
        except self.driver_errors as exc:
            return Listed(self.default_schema, name, kind, problem=self.error(exc).reason)
        links = tuple(
            Link(
                tuple(key["constrained_columns"]),
                key["referred_schema"] or self.default_schema,
                key["referred_table"],
                tuple(key["referred_columns"]),
            )
            for key in keys
        )
        return Listed(self.default_schema, name, kind, links=links, declared=declared, primary=tuple(primary))

    def _stated(self, kind: types.TypeEngine[Any]) -> str:
        """A type as the database writes it; empty where SQLAlchemy does not know it. Members of enumerations are values."""
        if isinstance(kind, types.Enum):
            return "enum"
        try:
            return kind.compile(dialect=self.dialect)
        except SQLAlchemyError:
            return ""

    def describe(self, schema: str, name: str) -> Table:
        """See Session."""
        with self.guarded():
            inspector = sa.inspect(self._connection)
            try:
                found = inspector.get_columns(name, schema=schema or None)
            except NoSuchTableError as exc:
                raise store_error("not_found", type(exc).__name__) from exc
            uniques = self._uniques(inspector, schema, name, {one["name"]: one for one in found})
        columns = tuple(Column(one["name"], _type(one["type"]), bounded=_is_bounded(one["type"])) for one in found)
        return Table(schema, name, columns, best_key(uniques))

    def _uniques(self, inspector: sa.Inspector, schema: str, name: str, columns: Mapping[str, Any]) -> list[Unique]:
        place = schema or None
        primary = inspector.get_pk_constraint(name, schema=place)["constrained_columns"]
        others = [one["column_names"] for one in inspector.get_unique_constraints(name, schema=place)]
        fit = [names for names in (primary, *others) if names and all(_is_key(columns.get(one)) for one in names)]
        return [Unique(tuple(KeyColumn(one) for one in names), primary=names == primary) for names in fit]

    def error(self, exc: BaseException) -> StoreError:
        """See Session."""
        if isinstance(exc, NoSuchTableError):
            return store_error("not_found", type(exc).__name__)
        return other_error(exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc)

    def begin(self) -> None:
        """See Session: the driver begins with the first statement."""

    def end(self) -> None:
        """See Session."""
        self._connection.rollback()

    def close(self) -> None:
        """See Session."""
        self._connection.close()

    def _cursor(self) -> Any:
        return self._connection.connection.cursor()

    def fetch(self, query: Query, values: Mapping[str, object]) -> list[Row]:
        """See Session."""
        with self.guarded():
            cursor = self._cursor()
            try:
                cursor.execute(query.sql, query.bind(values))
                return [tuple(row) for row in cursor.fetchall()]
            finally:
                cursor.close()

    def stream(self, statements: Statements) -> Generator[list[Row], None, None]:
        """See Session."""
        query = statements.everything(CAPS[-1], False)[0]
        with self.guarded():
            cursor = self._cursor()
            try:
                cursor.execute(query.sql, query.bind({}))
                yield from gathered(lambda size: [tuple(row) for row in cursor.fetchmany(size)], Pace(64))
            finally:
                cursor.close()


def _type(kind: types.TypeEngine[Any]) -> pa.DataType | None:
    """None, unless it is text: the driver's own Python type decides."""
    return pa.string() if isinstance(kind, types.String) and not isinstance(kind, types.LargeBinary) else None


def _is_bounded(kind: types.TypeEngine[Any]) -> bool:
    if isinstance(kind, types.String):
        return kind.length is not None and kind.length <= CAPS[0]
    return not isinstance(kind, types.LargeBinary | types.JSON)


def _is_key(column: Any) -> bool:
    return column is not None and not column["nullable"] and isinstance(column["type"], KEY_TYPES)
