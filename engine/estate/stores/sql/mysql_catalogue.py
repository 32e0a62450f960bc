"""What a MariaDB or MySQL server says about its tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pymysql
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from engine.estate.stores.sql.table import (
    SHORT,
    Column,
    Declared,
    Expression,
    KeyColumn,
    Link,
    Listed,
    Row,
    Table,
    Unique,
    best_key,
    identity,
)

SYSTEM = "('information_schema', 'performance_schema', 'mysql', 'sys')"

LISTING = f"""
SELECT table_schema, table_name, table_type, table_rows, data_length, engine, table_comment
  FROM information_schema.tables
 WHERE table_type IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED')
   AND CASE WHEN %(schema)s = '' THEN table_schema NOT IN {SYSTEM} ELSE table_schema = %(schema)s END
 ORDER BY table_schema, table_name
"""

LINKS = f"""
SELECT table_schema, table_name, constraint_name, column_name,
       referenced_table_schema, referenced_table_name, referenced_column_name
  FROM information_schema.key_column_usage
 WHERE referenced_table_name IS NOT NULL
   AND CASE WHEN %(schema)s = '' THEN table_schema NOT IN {SYSTEM} ELSE table_schema = %(schema)s END
 ORDER BY table_schema, table_name, constraint_name, ordinal_position
"""

DECLARED = f"""
SELECT table_schema, table_name, column_name, CASE WHEN data_type IN ('enum', 'set') THEN data_type ELSE column_type END
  FROM information_schema.columns
 WHERE CASE WHEN %(schema)s = '' THEN table_schema NOT IN {SYSTEM} ELSE table_schema = %(schema)s END
 ORDER BY table_schema, table_name, ordinal_position
"""

PRIMARY = f"""
SELECT table_schema, table_name, column_name
  FROM information_schema.statistics
 WHERE index_name = 'PRIMARY'
   AND CASE WHEN %(schema)s = '' THEN table_schema NOT IN {SYSTEM} ELSE table_schema = %(schema)s END
 ORDER BY table_schema, table_name, seq_in_index
"""

VOLUME = """
SELECT data_length + index_length FROM information_schema.tables WHERE table_schema = %s AND table_name = %s
"""

COLUMNS = """
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable
  FROM information_schema.columns
 WHERE table_schema = %(schema)s AND table_name = %(name)s
 ORDER BY ordinal_position
"""

KEYS = """
SELECT index_name, column_name, sub_part
  FROM information_schema.statistics
 WHERE table_schema = %(schema)s AND table_name = %(name)s AND non_unique = 0 AND index_type = 'BTREE'
 ORDER BY index_name, seq_in_index
"""

INTEGERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "year")
TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(INTEGERS, pa.int64()),
    **dict.fromkeys(("float", "double"), pa.float64()),
    "date": pa.date32(),
    **dict.fromkeys(("datetime", "timestamp"), pa.timestamp("us")),
    **dict.fromkeys(("time", "enum", "set", "uuid", "inet4", "inet6"), pa.string()),
}
"""Types of short values; those that are strings here come as the server writes them."""

BINARY = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"}
TEXT = {"char", "varchar", "tinytext", "text", "mediumtext", "longtext"}
SHAPES = {
    "geometry",
    "point",
    "linestring",
    "polygon",
    "multipoint",
    "multilinestring",
    "multipolygon",
    "geometrycollection",
}

KEY_TYPES = {*INTEGERS, "decimal", "char", "varchar", "binary", "varbinary", "date", "datetime", "timestamp"}
"""Types whose values come back as parameters exactly, and are ordered the same by ORDER BY and ``>``. Not floats, nor enums,
which are ordered by number and compared by name."""


def _rows(connection: pymysql.Connection[Any], statement: str, **values: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def listed(connection: pymysql.Connection[Any], schema: str) -> Iterator[Listed]:
    """Tables and views of a database, or of all that are not the system's when its name is empty."""
    links, declared, primary = _links(connection, schema), _declared(connection, schema), _primary(connection, schema)
    for where, name, kind, rows, size, engine, comment in _rows(connection, LISTING, schema=schema):
        columns = tuple(declared.get((where, name), ()))
        if kind == "VIEW":
            broken = "references invalid" in (comment or "")
            yield Listed(where, name, "view", declared=columns, problem="store_error" if broken else "")
            continue
        yield Listed(
            where,
            name,
            "table",
            rows=rows,
            bytes=size,
            links=tuple(links.get((where, name), ())),
            declared=columns,
            primary=tuple(primary.get((where, name), ())),
            problem="store_error" if engine is None else "",
        )


def _declared(connection: pymysql.Connection[Any], schema: str) -> dict[tuple[str, str], list[Declared]]:
    columns: dict[tuple[str, str], list[Declared]] = defaultdict(list)
    for where, table, name, kind in _rows(connection, DECLARED, schema=schema):
        columns[where, table].append(Declared(name, kind))
    return columns


def _primary(connection: pymysql.Connection[Any], schema: str) -> dict[tuple[str, str], list[str]]:
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for where, table, name in _rows(connection, PRIMARY, schema=schema):
        keys[where, table].append(name)
    return keys


def _links(connection: pymysql.Connection[Any], schema: str) -> dict[tuple[str, str], list[Link]]:
    grouped: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for where, table, constraint, here, target_schema, target, there in _rows(connection, LINKS, schema=schema):
        grouped[where, table, constraint, target_schema, target].append((here, there))
    links: dict[tuple[str, str], list[Link]] = defaultdict(list)
    for (where, table, _, target_schema, target), pairs in grouped.items():
        here_names, there_names = zip(*pairs, strict=True)
        links[where, table].append(Link(here_names, target_schema, target, there_names))
    return links


def described(connection: pymysql.Connection[Any], schema: str, name: str) -> Table | None:
    """The table, or None if there is none of the name."""
    found = _rows(connection, COLUMNS, schema=schema, name=name)
    if not found:
        return None
    kinds = {row[0]: row[1] for row in found if row[5] == "NO"}
    keys = _rows(connection, KEYS, schema=schema, name=name)
    uniques = (
        _unique([row for row in keys if row[0] == index], kinds) for index in dict.fromkeys(row[0] for row in keys)
    )
    return Table(schema, name, tuple(_column(*row[:5]) for row in found), best_key(one for one in uniques if one))


def _unique(parts: list[Row], kinds: dict[str, str]) -> Unique | None:
    fit = all(sub_part is None and kinds.get(column) in KEY_TYPES for _, column, sub_part in parts)
    columns = tuple(KeyColumn(column, value=_exact(kinds[column])) for _, column, _ in parts) if fit else ()
    return Unique(columns, primary=parts[0][0] == "PRIMARY") if fit else None


def _exact(kind: str) -> Any:
    """A decimal that came as text would be compared as a float."""
    return Decimal if kind == "decimal" else identity


def _column(name: str, kind: str, length: int | None, precision: int | None, scale: int | None) -> Column:
    if kind in TYPES:
        return Column(name, TYPES[kind])
    if kind == "decimal":
        fits = precision is not None and scale is not None and precision <= 38
        return Column(name, pa.decimal128(precision, scale) if fits else pa.string())
    if kind == "bit":
        return Column(name, pa.string(), _bits)
    if kind in TEXT | BINARY:
        value = pa.string() if kind in TEXT else pa.binary()
        return (
            Column(name, value)
            if length is not None and length <= SHORT
            else Column(name, value, _start, bounded=False)
        )
    shown = _shape if kind in SHAPES else _text_start
    return Column(name, pa.string(), shown, bounded=False)


def _start(column: Expression, cap: int) -> Expression:
    start: Expression = sa.func.left(column, sa.literal_column(str(cap + 1)))
    return start


def _bits(column: Expression, _cap: int) -> Expression:
    return sa.cast(sa.cast(column, mysql.INTEGER(unsigned=True)), sa.CHAR())


def _shape(column: Expression, cap: int) -> Expression:
    return _start(sa.func.st_astext(column), cap)


def _text_start(column: Expression, cap: int) -> Expression:
    return _start(sa.cast(column, sa.CHAR()), cap)
