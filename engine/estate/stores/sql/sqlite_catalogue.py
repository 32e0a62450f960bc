"""What a SQLite file says about its tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from engine.estate.formats.format import MAX_CELL
from engine.estate.stores.sql.errors import sqlite_error
from engine.estate.stores.sql.statements import compiled, quoted
from engine.estate.stores.sql.table import Column, Declared, Expression, KeyColumn, Link, Listed, Table

LONGEST = 64 << 20  # bytes of a cell that is loaded whole, where SQLite has no way to load its start alone
ROWID_NAMES = ("rowid", "_rowid_", "oid")
COLLATIONS = {"BINARY", "NOCASE", "RTRIM"}
_TEXT_OR_BLOB: tuple[Expression, ...] = (sa.literal_column("'text'"), sa.literal_column("'blob'"))
LEAST_ROW = 4  # bytes that a row takes in the file at least
HIDES_VOLUME = "SELECT 1 FROM main.sqlite_schema WHERE name = 'dbstat' COLLATE NOCASE"
VOLUME = """
SELECT sum(pgsize) FROM dbstat
 WHERE aggregate = TRUE AND name IN (SELECT name FROM main.sqlite_schema WHERE tbl_name = ? COLLATE NOCASE)
"""
HIDDEN_COLUMN = 1  # of a virtual table: its own name, and what its functions take


def listed(connection: sqlite3.Connection, dialect: sa.Dialect) -> Iterator[Listed]:
    """All tables and views.

    SQLite's own tables (``sqlite_...``) are left out. Shadow tables, in which virtual tables keep their content, are skipped
    as ``shadow_table``: their content is read through the virtual table.
    """
    tables = connection.execute(
        "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY name"
    ).fetchall()
    most = _most_rows(connection)
    for name, kind, without_rowid in tables:
        shown = "view" if kind == "view" else "table"
        try:
            links = tuple(_links(connection, name))
            rows = _rows(connection, dialect, name) if kind == "table" and not without_rowid else None
            columns = _declared(connection, name, kind)
        except sqlite3.Error as exc:
            yield Listed("main", name, shown, problem=sqlite_error(exc).reason)
            continue
        skip = "shadow_table" if kind == "shadow" else ""
        yield Listed(
            "main",
            name,
            shown,
            rows=rows if rows is None or rows <= most else None,
            links=links,
            declared=columns,
            primary=tuple(_primary(connection, name)) if kind != "view" else (),
            skip=skip,
        )


def _declared(connection: sqlite3.Connection, name: str, kind: str) -> tuple[Declared, ...] | None:
    """The columns as declared; None of a view that refers to what is not there: reading it tells what is wrong."""
    try:
        columns = _columns(connection, name)
    except sqlite3.Error:
        if kind == "view":
            return None
        raise
    return tuple(Declared(column[0], column[1]) for column in columns if column[3] != HIDDEN_COLUMN)


def _most_rows(connection: sqlite3.Connection) -> int:
    pages, size = connection.execute("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size").fetchone()
    return int(pages * size // LEAST_ROW)


def _links(connection: sqlite3.Connection, name: str) -> Iterator[Link]:
    found = connection.execute(
        'SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq', (name,)
    ).fetchall()
    for number in sorted({row[0] for row in found}):
        parts = [row for row in found if row[0] == number]
        target = parts[0][1]
        targets = [row[3] for row in parts] if parts[0][3] is not None else _primary(connection, target)
        yield Link(tuple(row[2] for row in parts), "main", target, tuple(targets))


def _primary(connection: sqlite3.Connection, name: str) -> list[str]:
    found = connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", (name,))
    return [row[0] for row in found]


def _rows(connection: sqlite3.Connection, dialect: sa.Dialect, name: str) -> int | None:
    rowid = _rowid(_columns(connection, name))
    if rowid is None:
        return None
    table = sa.table(quoted(name), sa.column(quoted(rowid)), schema=quoted("main"))
    query = compiled(sa.select(sa.func.max(table.c[rowid])), dialect)
    largest = connection.execute(query.sql).fetchone()[0]
    return max(0, largest or 0)


def _columns(connection: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    """Name, declared type, place in the primary key, and whether it is hidden, of each column."""
    return connection.execute("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()


def _rowid(columns: list[tuple[Any, ...]]) -> str | None:
    taken = {column[0].lower() for column in columns}
    return next((name for name in ROWID_NAMES if name not in taken), None)


def exists(connection: sqlite3.Connection, name: str) -> str:
    """``table``, ``view`` or, if there is none of the name, empty."""
    found = connection.execute("SELECT type FROM sqlite_schema WHERE name = ? AND type IN ('table', 'view')", (name,))
    row = found.fetchone()
    return str(row[0]) if row else ""


def described(connection: sqlite3.Connection, name: str) -> Table | None:
    """The table, or None if there is none of the name."""
    found = connection.execute("SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", (name,))
    row = found.fetchone()
    columns = _columns(connection, name) if row else []
    if row is None:
        return None
    kind, without_rowid = row
    visible = [column for column in columns if column[3] != HIDDEN_COLUMN]
    fields = tuple(Column(column[0], _type(column[1], kind), _start, bounded=False) for column in visible)
    return Table("main", name, fields, _key(connection, name, kind, columns, without_rowid=bool(without_rowid)))


def _start(column: Expression, cap: int) -> Expression:
    """The column as it is, as the connection's own limit stops at long cells; the start of it under a cap beyond that."""
    if cap <= MAX_CELL:
        return column
    is_long = sa.and_(
        sa.func.typeof(column).in_(_TEXT_OR_BLOB), sa.func.length(column) > sa.literal_column(str(MAX_CELL))
    )
    return sa.case((is_long, sa.func.substr(column, 1, sa.literal_column(str(MAX_CELL + 1)))), else_=column)


def _type(declared: str, kind: str) -> pa.DataType | None:
    """By the rules of affinity (sqlite.org/datatype3.html, 3.1). Values keep their own type all the same."""
    upper = declared.upper()
    if kind in {"view", "virtual"}:
        return None
    if "INT" in upper:
        return pa.int64()
    if any(word in upper for word in ("CHAR", "CLOB", "TEXT")):
        return pa.string()
    if "BLOB" not in upper and any(word in upper for word in ("REAL", "FLOA", "DOUB")):
        return pa.float64()
    return None


def _key(
    connection: sqlite3.Connection, name: str, kind: str, columns: list[tuple[Any, ...]], *, without_rowid: bool
) -> tuple[KeyColumn, ...]:
    if kind not in {"table", "shadow"}:
        return ()
    if without_rowid:
        return _primary_key(connection, name)
    alias = _rowid_alias(connection, name, columns) or _rowid(columns)
    return (KeyColumn(alias),) if alias else ()


def _rowid_alias(connection: sqlite3.Connection, name: str, columns: list[tuple[Any, ...]]) -> str | None:
    """The INTEGER PRIMARY KEY: a primary key without an index of its own, for it is the rowid."""
    primary = [column for column in columns if column[2]]
    if len(primary) != 1 or primary[0][1].upper() != "INTEGER":
        return None
    own = connection.execute("SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'", (name,)).fetchone()
    return None if own else str(primary[0][0])


def _primary_key(connection: sqlite3.Connection, name: str) -> tuple[KeyColumn, ...]:
    index = connection.execute("SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'", (name,)).fetchone()
    parts = connection.execute(
        'SELECT name, coll FROM pragma_index_xinfo(?) WHERE "key" ORDER BY seqno', (index[0],)
    ).fetchall()
    if any(part[1].upper() not in COLLATIONS for part in parts):
        return ()
    return tuple(KeyColumn(part[0], collation=part[1].upper()) for part in parts)
