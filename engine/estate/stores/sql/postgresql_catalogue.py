"""What a PostgreSQL server says about its tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psycopg
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from engine.estate.stores.sql.table import (
    SHORT,
    Column,
    Declared,
    Expression,
    Heap,
    KeyColumn,
    Link,
    Listed,
    Row,
    Table,
    Unique,
    best_key,
)

Connection = psycopg.Connection[Row]

# A table's version is made of what its statistics count, which moves with every committed row that is inserted, changed or
# deleted; of its file, which TRUNCATE and rewriting replace; and of its columns. The counters start anew when they are reset
# or the server crashes, so when that was is part of it. Where they do not count, on a standby too, there is no version.
LISTING = """
SELECT c.oid, n.nspname, c.relname, c.relkind::text,
       CASE WHEN c.relkind = 'p' THEN p.rows WHEN c.reltuples >= 0 THEN c.reltuples END::bigint,
       CASE WHEN c.relkind = 'p' THEN p.pages WHEN c.relkind IN ('r', 'm') THEN c.relpages END
           * current_setting('block_size')::bigint,
       CASE WHEN c.relkind IN ('r', 'p') AND s.counting THEN md5(s.since || v.counts || a.columns) END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN (
       SELECT current_setting('track_counts')::boolean AND NOT pg_is_in_recovery() AS counting,
              concat_ws(',', pg_postmaster_start_time(), b.stats_reset, d.stats_reset) AS since
         FROM pg_catalog.pg_stat_bgwriter b, pg_catalog.pg_stat_database d WHERE d.datname = current_database()
       ) s
  LEFT JOIN LATERAL (
       SELECT string_agg(concat_ws(',', l.oid, l.relfilenode, t.n_tup_ins, t.n_tup_upd, t.n_tup_del), ';' ORDER BY l.oid)
              AS counts
         FROM pg_catalog.pg_class l LEFT JOIN pg_catalog.pg_stat_all_tables t ON t.relid = l.oid
        WHERE l.oid = c.oid
           OR c.relkind = 'p' AND l.oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(c.oid))
       ) v ON c.relkind IN ('r', 'p')
  LEFT JOIN LATERAL (
       SELECT string_agg(concat_ws(',', attnum, attname, atttypid, atttypmod), ';' ORDER BY attnum) AS columns
         FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0
       ) a ON c.relkind IN ('r', 'p')
  LEFT JOIN LATERAL (
       SELECT sum(greatest(l.reltuples, 0)) AS rows, sum(l.relpages)::bigint AS pages
         FROM pg_catalog.pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class l ON l.oid = t.relid WHERE t.isleaf
       ) p ON c.relkind = 'p'
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
 ORDER BY n.nspname, c.relname
"""

# A partitioned table has no file of its own, and only such a one has a tree of partitions.
VOLUME = """
SELECT coalesce((SELECT sum(pg_total_relation_size(relid)) FROM pg_catalog.pg_partition_tree(c.oid)),
                pg_total_relation_size(c.oid))::bigint
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = %s AND c.relname = %s
"""

LINKS = """
SELECT k.oid, k.conrelid, n.nspname, t.relname, a.attname, b.attname
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(here, there, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.here
  JOIN pg_catalog.pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.there
 WHERE k.contype = 'f' AND k.conparentid = 0
 ORDER BY k.conrelid, k.conname, k.oid, u.place
"""

DECLARED = """
SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       coalesce(b.typcategory, t.typcategory) = 'A', array_position(k.conkey, a.attnum)
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_type b ON t.typtype = 'd' AND b.oid = t.typbasetype
  LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
 ORDER BY a.attrelid, a.attnum
"""

COLUMNS = """
SELECT a.attname, CASE WHEN m.nspname = 'pg_catalog' THEN b.typname END,
       b.typcategory::text, b.typtype::text, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END, c.relkind::text
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  LEFT JOIN pg_catalog.pg_namespace m ON m.oid = b.typnamespace
 WHERE n.nspname = %(schema)s AND c.relname = %(name)s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
 ORDER BY a.attnum
"""

KEYS = """
SELECT i.indexrelid, i.indisprimary, a.attname, t.typname, a.attnotnull, a.attcollation = i.indcollation[u.place - 1]
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS u(number, place)
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number AND u.number > 0
  LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE n.nspname = %(schema)s AND c.relname = %(name)s AND c.relkind IN ('r', 'p')
   AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND u.place <= i.indnkeyatts
 ORDER BY i.indexrelid, u.place
"""

HEAP = """
SELECT pg_relation_size(c.oid) / s.block, (s.block - 24) / 28, CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'heap'
 CROSS JOIN (SELECT current_setting('block_size')::bigint AS block) s
 WHERE n.nspname = %(schema)s AND c.relname = %(name)s AND c.relkind IN ('r', 'm')
"""
# A page has a header of 24 bytes, and each row on it a pointer of 4 and a header of 24 bytes at least.

KEY_TYPES = {
    *("int2", "int4", "int8", "text", "varchar", "bpchar", "uuid"),
    *("date", "timestamp", "timestamptz", "numeric", "bytea", "bool"),
}
"""Types whose values come back as parameters exactly, and are ordered the same by ORDER BY and ``>``. Not floats."""

TYPES: dict[str, pa.DataType] = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), pa.int64()),
    **dict.fromkeys(("float4", "float8"), pa.float64()),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
    **dict.fromkeys(("uuid", "inet", "cidr", "macaddr", "macaddr8", "time", "timetz", "interval"), pa.string()),
    **dict.fromkeys(("money", "name", "char", "pg_lsn"), pa.string()),
}
"""Types of short values; those that are strings here come as the server writes them."""


def listed(connection: Connection) -> Iterator[Listed]:
    """All tables and views but the system's own. Partitions are part of their table."""
    links, declared = _links(connection), _declared(connection)
    for oid, schema, name, kind, rows, size, version in connection.execute(LISTING).fetchall():
        columns = declared.get(oid, ())
        yield Listed(
            schema,
            name,
            "view" if kind in {"v", "m"} else "table",
            rows=None if kind == "v" else rows,
            bytes=size,
            links=tuple(links.get(oid, ())),
            declared=tuple(column for column, _ in columns),
            primary=tuple(column.name for column, place in sorted(columns, key=_by_place) if place is not None),
            version=version or "",
        )


def _links(connection: Connection) -> dict[int, list[Link]]:
    grouped: dict[tuple[int, int, str, str], list[tuple[str, str]]] = defaultdict(list)
    for number, source, schema, target, here, there in connection.execute(LINKS).fetchall():
        grouped[number, source, schema, target].append((here, there))
    links: dict[int, list[Link]] = defaultdict(list)
    for (_, source, schema, target), pairs in grouped.items():
        here_names, there_names = zip(*pairs, strict=True)
        links[source].append(Link(here_names, schema, target, there_names))
    return links


def _declared(connection: Connection) -> dict[int, list[tuple[Declared, int | None]]]:
    """The columns of all tables and views, each with its place in the primary key."""
    columns: dict[int, list[tuple[Declared, int | None]]] = defaultdict(list)
    for oid, name, kind, is_list, place in connection.execute(DECLARED).fetchall():
        columns[oid].append((Declared(name, kind, is_list), place))
    return columns


def _by_place(column: tuple[Declared, int | None]) -> int:
    return -1 if column[1] is None else column[1]


def described(connection: Connection, schema: str, name: str) -> Table | None:
    """The table, or None if there is none of the name."""
    values = {"schema": schema, "name": name}
    found = connection.execute(COLUMNS, values).fetchall()
    if not found:
        return None
    columns = tuple(_column(*row[:5]) for row in found if row[0] is not None)
    keys = connection.execute(KEYS, values).fetchall()
    uniques = (_unique([row for row in keys if row[0] == number]) for number in dict.fromkeys(row[0] for row in keys))
    # A table's children that are not partitions are tables of their own, with keys of their own.
    return Table(schema, name, columns, best_key(one for one in uniques if one), only=found[0][5] == "r")


def heap_of(connection: Connection, schema: str, name: str) -> Heap | None:
    """Where rows can stand in a table's own file; None where it has no such file."""
    row = connection.execute(HEAP, {"schema": schema, "name": name}).fetchone()
    return Heap(KeyColumn("ctid"), *row) if row else None


def _unique(parts: list[Row]) -> Unique | None:
    fit = all(kind in KEY_TYPES and not_null and same_order for _, _, _, kind, not_null, same_order in parts)
    return Unique(tuple(KeyColumn(part[2]) for part in parts), primary=parts[0][1]) if fit else None


def _column(name: str, kind: str | None, category: str, form: str, modifier: int) -> Column:
    if category == "A":
        return Column(name, pa.list_(pa.string()), _array_start, bounded=False)
    if kind in {"text", "varchar", "bpchar"}:
        return _text(name, modifier)
    if kind == "bytea":
        return Column(name, pa.binary(), partial(_start, sa.func.substr), bounded=False)
    if kind in TYPES or kind == "numeric":
        return Column(name, _decimal(modifier) if kind == "numeric" else TYPES[kind])
    if form == "e":
        return Column(name, pa.string(), _as_text)
    return Column(name, pa.string(), _text_start, bounded=False)


def _text(name: str, modifier: int) -> Column:
    if 0 <= modifier - 4 <= SHORT:
        return Column(name, pa.string())
    return Column(name, pa.string(), partial(_start, sa.func.substr), bounded=False)


def _decimal(modifier: int) -> pa.DataType:
    """Precision and scale as ``numeric(p, s)`` keeps them; text where Arrow has no such decimal."""
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
    fits = modifier >= 0 and 0 < precision <= 38 and scale <= precision
    return pa.decimal128(precision, scale) if fits else pa.string()


def _number(value: int) -> Expression:
    return sa.literal_column(str(value))


def _start(function: Callable[..., Any], column: Expression, cap: int) -> Expression:
    start: Expression = function(column, _number(1), _number(cap + 1))
    return start


def _as_text(column: Expression, _cap: int) -> Expression:
    return sa.cast(column, sa.Text())


def _text_start(column: Expression, cap: int) -> Expression:
    return _start(sa.func.substr, sa.cast(column, sa.Text()), cap)


def _array_start(column: Expression, cap: int) -> Expression:
    """Its values as text; of an array that is longer than the cap as a whole, the start of how the server writes it."""
    text = sa.cast(column, sa.Text())
    return sa.case(
        (sa.func.octet_length(text) > _number(cap), pg.array([_text_start(column, cap)])),
        else_=sa.cast(column, pg.ARRAY(sa.Text())),
    )
