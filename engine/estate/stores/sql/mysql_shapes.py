"""How the tables of a MariaDB or MySQL database hang together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pymysql

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
from engine.estate.stores.sql.table import Row

SYSTEM = "('information_schema', 'performance_schema', 'mysql', 'sys')"
_HERE = "CASE WHEN %(schema)s = '' THEN {0} NOT IN " + SYSTEM + " ELSE {0} = %(schema)s END"


def _here(column: str) -> str:
    return _HERE.format(column)


TABLES = f"""
SELECT t.table_schema, t.table_name, t.table_type, t.table_rows, e.transactions,
       (SELECT count(*) FROM information_schema.partitions p
         WHERE p.table_schema = t.table_schema AND p.table_name = t.table_name AND p.partition_name IS NOT NULL)
  FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine
 WHERE t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND {_here("t.table_schema")}
 ORDER BY t.table_schema, t.table_name
"""

COLUMNS = f"""
SELECT table_schema, table_name, column_name, column_type, is_nullable, extra
  FROM information_schema.columns
 WHERE {_here("table_schema")}
 ORDER BY table_schema, table_name, ordinal_position
"""

INDEXES = f"""
SELECT table_schema, table_name, index_name, non_unique, column_name, sub_part
  FROM information_schema.statistics
 WHERE {_here("table_schema")}
 ORDER BY table_schema, table_name, index_name, seq_in_index
"""

# Whatever refers to a table of this database counts, wherever it is. What is done on deletion is told to users alone that may do
# more than SELECT; others find it in the table's own statement.
REFERENCES = f"""
SELECT u.table_schema, u.table_name, u.constraint_name, u.column_name,
       u.referenced_table_schema, u.referenced_table_name, u.referenced_column_name, r.delete_rule, r.update_rule
  FROM information_schema.key_column_usage u
  LEFT JOIN information_schema.referential_constraints r
    ON r.constraint_schema = u.constraint_schema AND r.table_name = u.table_name AND r.constraint_name = u.constraint_name
 WHERE u.referenced_table_name IS NOT NULL AND ({_here("u.table_schema")} OR {_here("u.referenced_table_schema")})
 ORDER BY u.table_schema, u.table_name, u.constraint_name, u.ordinal_position
"""

TRIGGERS = f"""
SELECT event_object_schema, event_object_table, trigger_name, event_manipulation, action_timing
  FROM information_schema.triggers
 WHERE event_manipulation IN ('DELETE', 'UPDATE') AND {_here("event_object_schema")}
 ORDER BY event_object_schema, event_object_table, trigger_name
"""

# The catalogue shows what its reader has rights on; the engine's own list shows all foreign keys, to who may see it.
ALL_KEYS = ("information_schema.innodb_sys_foreign", "information_schema.innodb_foreign")
SEES_ALL = """
SELECT 1 FROM information_schema.user_privileges
 WHERE privilege_type = 'SELECT' AND grantee = CONCAT(
       QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@', QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))
"""

Where = tuple[str, str]


def shapes(connection: pymysql.Connection[Any], schema: str, name_of: Callable[[str, str], str]) -> Shapes:
    """All tables and what refers to what.

    Args:
        connection: in a transaction; the server's catalogue itself knows no snapshots.
        schema: of the URL; empty for all.
        name_of: the asset of a schema and a table.
    """

    def ask(statement: str) -> list[Row]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"schema": schema})
            return list(cursor.fetchall())

    columns = _columns(ask(COLUMNS))
    indexes = _indexes(ask(INDEXES))
    triggers = _triggers(ask(TRIGGERS))
    tables: dict[str, TableShape] = {}
    for database, name, kind, count, transactions, partitions in ask(TABLES):
        where = (database, name)
        own = indexes.get(where, {})
        tables[name_of(*where)] = TableShape(
            name_of(*where),
            tuple(columns.get(where, ())),
            tuple(str(part[1]) for part in own.get("PRIMARY", ())),
            tuple(_unique(parts) for index, parts in own.items() if index != "PRIMARY" and not parts[0][0]),
            tuple(triggers.get(where, ())),
            partitions=partitions,
            rows=count,
            versioned=kind == "SYSTEM VERSIONED",
            transactional=transactions == "YES",
        )
    rows = _with_rules(connection, ask(REFERENCES))
    references, unresolved = _references(rows, indexes, tables, name_of)
    hidden = _hidden(connection, {f"{row[0]}/{row[2]}" for row in rows}, schema, tables, name_of)
    if hidden is None:
        return Shapes(Server.MYSQL, tables, references, frozenset(tables), sees_referring=False)
    return Shapes(Server.MYSQL, tables, references, unresolved | hidden)


_RULES = re.compile(
    r"CONSTRAINT `((?:[^`]|``)*)` FOREIGN KEY [^\n]*?\)(?: ON DELETE (CASCADE|SET NULL|SET DEFAULT|NO ACTION|RESTRICT))?"
    r"(?: ON UPDATE (CASCADE|SET NULL|SET DEFAULT|NO ACTION|RESTRICT))?,?\n"
)


def _with_rules(connection: pymysql.Connection[Any], rows: list[Row]) -> list[Row]:
    """What is done on deleting and changing, of keys of which the catalogue did not tell it."""
    untold = dict.fromkeys((row[0], row[1]) for row in rows if row[7] is None)
    rules: dict[tuple[str, str, str], tuple[str, str]] = {}
    for schema, table in untold:
        names = ".".join("`" + name.replace("`", "``") + "`" for name in (schema, table))
        with connection.cursor() as cursor:
            cursor.execute(f"SHOW CREATE TABLE {names}")
            found = cursor.fetchone()
        for name, on_delete, on_update in _RULES.findall(found[1] if found else ""):
            rules[schema, table, name.replace("``", "`")] = (on_delete or "RESTRICT", on_update or "RESTRICT")
    return [row if row[7] is not None else (*row[:7], *rules.get(row[:3], ("CASCADE", "CASCADE"))) for row in rows]


def _hidden(
    connection: pymysql.Connection[Any],
    known: set[str],
    schema: str,
    tables: dict[str, TableShape],
    name_of: Callable[[str, str], str],
) -> frozenset[str] | None:
    """Tables to which a table refers that this user does not see; None where it cannot be told."""
    found = _all_keys(connection)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(SEES_ALL)
            return frozenset() if cursor.fetchone() else None
    hidden: set[str] = set()
    for name, target in found:
        where, _, table = target.partition("/")
        asset = name_of(_decoded(where), _decoded(table))
        if name not in known and (not schema or _decoded(where) == schema):
            hidden |= {asset} if asset in tables else set(tables)
    return frozenset(hidden)


def _all_keys(connection: pymysql.Connection[Any]) -> list[tuple[str, str]] | None:
    for source in ALL_KEYS:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id, ref_name FROM {source}")
                return [(_text(row[0]), _text(row[1])) for row in cursor.fetchall()]
        except pymysql.err.MySQLError as exc:
            if exc.args[0] not in _REFUSED:
                raise
    return None


_REFUSED = (1044, 1109, 1142, 1146, 1227)  # no such list on this server, or not for this user


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _decoded(name: str) -> str:
    """A name as it was before characters that no file's name should have were written as @ and four digits."""
    return re.sub(r"@([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), name)


def _columns(rows: list[Row]) -> dict[Where, list[ColumnShape]]:
    found: dict[Where, list[ColumnShape]] = defaultdict(list)
    for schema, table, name, kind, nullable, extra in rows:
        generated = any(word in extra.upper() for word in ("VIRTUAL GENERATED", "STORED GENERATED", "PERSISTENT"))
        found[schema, table].append(ColumnShape(name, kind, nullable == "YES", generated, is_exact(Server.MYSQL, kind)))
    return found


def _indexes(rows: list[Row]) -> dict[Where, dict[str, list[tuple[bool, str | None, object]]]]:
    """By table and name: whether it is not unique, and a column with its length, of each part."""
    found: dict[Where, dict[str, list[tuple[bool, str | None, object]]]] = defaultdict(lambda: defaultdict(list))
    for schema, table, index, non_unique, column, length in rows:
        found[schema, table][index].append((bool(non_unique), column, length))
    return found


def _unique(parts: list[tuple[bool, str | None, object]]) -> UniqueShape:
    names = [part[1] for part in parts]
    return UniqueShape(() if None in names else tuple(name for name in names if name is not None))


def _triggers(rows: list[Row]) -> dict[Where, list[Trigger]]:
    found: dict[Where, list[Trigger]] = defaultdict(list)
    for schema, table, name, event, timing in rows:
        found[schema, table].append(Trigger(name, event.lower(), timing.lower()))
    return found


def _references(
    rows: list[Row],
    indexes: dict[Where, dict[str, list[tuple[bool, str | None, object]]]],
    tables: dict[str, TableShape],
    name_of: Callable[[str, str], str],
) -> tuple[tuple[Reference, ...], frozenset[str]]:
    grouped: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for schema, table, name, here, target_schema, target, there, on_delete, on_update in rows:
        grouped[schema, table, name, target_schema, target, on_delete, on_update].append((here, there))
    found, unresolved = [], set()
    for (schema, table, name, target_schema, target, on_delete, on_update), pairs in grouped.items():
        child, parent = name_of(schema, table), name_of(target_schema, target)
        if child not in tables or parent not in tables:
            unresolved.update({parent} & set(tables))
            continue
        here_names, there_names = zip(*pairs, strict=True)
        leads = any(
            {part[1] for part in parts[: len(here_names)]} == set(here_names)
            and all(part[2] is None for part in parts[: len(here_names)])
            for parts in indexes.get((schema, table), {}).values()
        )
        found.append(
            Reference(
                name,
                child,
                here_names,
                parent,
                there_names,
                Referential(on_delete.lower()),
                Referential(on_update.lower()),
                indexed=leads,
            )
        )
    return tuple(found), frozenset(unresolved)
