"""How the tables of a SQLite file hang together."""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from engine.estate.stores.schema import (
    ColumnShape,
    Reference,
    Referential,
    Server,
    Shapes,
    TableShape,
    Trigger,
    UniqueShape,
)
from engine.estate.stores.sql.exact import is_exact

_GENERATED = (2, 3)  # pragma_table_xinfo.hidden, of virtual and stored generated columns
_HIDDEN = 1
_WORDS = re.compile(r"""--[^\n]*|/\*.*?\*/|"(?:[^"]|"")*"|'(?:[^']|'')*'|`[^`]*`|\[[^\]]*\]|\w+|.""", re.DOTALL)


def shapes(connection: sqlite3.Connection) -> Shapes:
    """All tables and what refers to what. Names are compared as SQLite does: without regard to the case of ASCII letters."""
    found = connection.execute(
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    tables = {name: _table(connection, name, kind) for name, kind in found}
    names = {name.lower(): name for name in tables}
    references, unresolved = [], set()
    for name in tables:
        for one in _references(connection, name, tables, names):
            if isinstance(one, Reference):
                references.append(one)
            elif one:
                unresolved.add(one)
    return Shapes(Server.SQLITE, tables, tuple(references), frozenset(unresolved))


def _table(connection: sqlite3.Connection, name: str, kind: str) -> TableShape:
    columns = connection.execute(
        'SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo(?)', (name,)
    ).fetchall()
    indexes = connection.execute(
        'SELECT name FROM pragma_index_list(?) WHERE "unique" AND origin <> ? ORDER BY seq', (name, "pk")
    ).fetchall()
    primary = tuple(row[0] for row in sorted((row for row in columns if row[3]), key=lambda row: row[3]))
    return TableShape(
        name,
        tuple(_shape(row, primary) for row in columns if row[4] != _HIDDEN),
        primary,
        tuple(_unique(connection, row[0]) for row in indexes),
        tuple(_triggers(connection, name)),
        transactional=kind == "table",
    )


def _shape(row: tuple[Any, ...], primary: tuple[str, ...]) -> ColumnShape:
    nullable = not row[2] and row[0] not in primary
    return ColumnShape(row[0], row[1], nullable, row[4] in _GENERATED, is_exact(Server.SQLITE, row[1]))


def _index(connection: sqlite3.Connection, name: str) -> list[str | None]:
    rows = connection.execute('SELECT name FROM pragma_index_xinfo(?) WHERE "key" ORDER BY seqno', (name,)).fetchall()
    return [row[0] for row in rows]


def _unique(connection: sqlite3.Connection, name: str) -> UniqueShape:
    columns = _index(connection, name)
    return UniqueShape(() if None in columns else tuple(str(column) for column in columns))


def _triggers(connection: sqlite3.Connection, table: str) -> list[Trigger]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY name",
        (table,),
    ).fetchall()
    found = [_trigger(*row) for row in rows]
    return [one for one in found if one is not None]


def _trigger(name: str, sql: str) -> Trigger | None:
    """What its text says before ON; None of one on inserting."""
    words = [word.upper() for word in _WORDS.findall(sql) if not word.isspace() and not word.startswith(("--", "/*"))]
    timing = "after" if "AFTER" in words[: words.index("ON")] else "before"
    for word in words[: words.index("ON")]:
        if word in {"DELETE", "UPDATE"}:
            return Trigger(name, word.lower(), timing)
    return None


def _references(
    connection: sqlite3.Connection, name: str, tables: dict[str, TableShape], names: dict[str, str]
) -> list[Reference | str]:
    rows = connection.execute(
        'SELECT id, "table", "from", "to", on_delete, on_update FROM pragma_foreign_key_list(?) ORDER BY id, seq',
        (name,),
    ).fetchall()
    return [
        _reference(connection, tables[name], [row for row in rows if row[0] == number], tables, names)
        for number in sorted({row[0] for row in rows})
    ]


def _reference(
    connection: sqlite3.Connection,
    table: TableShape,
    parts: list[tuple[Any, ...]],
    tables: dict[str, TableShape],
    names: dict[str, str],
) -> Reference | str:
    """A foreign key; or of one that does not fit, the table that it names, empty where there is none."""
    target = tables.get(names.get(parts[0][1].lower(), ""))
    if target is None:
        return ""
    here = [_column(table, part[2]) for part in parts]
    there = [_column(target, part[3]) for part in parts] if parts[0][3] is not None else list(target.primary_key)
    if None in here or None in there or len(here) != len(there):
        return target.asset  # SQLite then refuses every deletion there
    on_delete = Referential(parts[0][4].lower())
    columns = tuple(str(one) for one in here)
    return Reference(
        ", ".join(columns),
        table.asset,
        columns,
        target.asset,
        tuple(str(one) for one in there),
        on_delete,
        Referential(parts[0][5].lower()),
        deferrable=on_delete == Referential.NO_ACTION,
        indexed=_leads(connection, table, columns),
    )


def _column(table: TableShape, name: str) -> str | None:
    return next((column.name for column in table.columns if column.name.lower() == name.lower()), None)


def _leads(connection: sqlite3.Connection, table: TableShape, columns: tuple[str, ...]) -> bool:
    if len(columns) == 1 and table.primary_key == columns:
        return True  # it may be the rowid itself, which has no index of its own
    indexes = connection.execute("SELECT name FROM pragma_index_list(?) WHERE NOT partial", (table.asset,)).fetchall()
    return any(set(_index(connection, row[0])[: len(columns)]) == set(columns) for row in indexes)
