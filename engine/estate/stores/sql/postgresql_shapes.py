"""How the tables of a PostgreSQL database hang together. Partitions count as their table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import psycopg

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

Connection = psycopg.Connection[Row]

_OWN = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"

TABLES = f"""
SELECT c.oid, n.nspname, c.relname, c.relkind::text,
       (SELECT count(*) FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid),
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND {_OWN}
 ORDER BY n.nspname, c.relname
"""

COLUMNS = f"""
SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       NOT (a.attnotnull OR t.typtype = 'd' AND t.typnotnull), a.attgenerated <> '' OR a.attidentity = 'a'
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped AND {_OWN}
 ORDER BY a.attrelid, a.attnum
"""

# Columns that an index has through an expression or a condition are found by what it depends on.
INDEXES = f"""
SELECT i.indrelid, i.indisprimary, i.indisunique, i.indisvalid AND i.indpred IS NULL, {{nulls_equal}},
       ARRAY(SELECT a.attname FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS u(number, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
              WHERE u.place <= i.indnkeyatts ORDER BY u.place)::text[],
       ARRAY(SELECT a.attname FROM pg_catalog.pg_depend d
               JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
              WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = i.indexrelid
                AND d.refobjid = i.indrelid AND d.refobjsubid > 0)::text[],
       0 = ANY (i.indkey::smallint[])
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND i.indisready AND {_OWN}
 ORDER BY i.indrelid, i.indexrelid
"""

REFERENCES = """
SELECT coalesce(pg_catalog.pg_partition_root(k.conrelid), k.conrelid)::oid,
       coalesce(pg_catalog.pg_partition_root(k.confrelid), k.confrelid)::oid,
       k.conname, k.confdeltype::text, k.confupdtype::text, k.condeferrable, k.confmatchtype::text,
       ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place)::text[],
       ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS u(number, place)
               JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place)::text[]
  FROM pg_catalog.pg_constraint k
 WHERE k.contype = 'f' AND k.conparentid = 0
 ORDER BY 1, k.conname, k.oid
"""

TRIGGERS = """
SELECT t.tgrelid, t.tgname, t.tgtype::integer
  FROM pg_catalog.pg_trigger t
 WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
 ORDER BY t.tgrelid, t.tgname
"""

ACTIONS = {
    "a": Referential.NO_ACTION,
    "r": Referential.RESTRICT,
    "c": Referential.CASCADE,
    "n": Referential.SET_NULL,
    "d": Referential.SET_DEFAULT,
}
_BEFORE, _DELETE, _UPDATE, _INSTEAD = 1 << 1, 1 << 3, 1 << 4, 1 << 6  # pg_trigger.tgtype


def shapes(connection: Connection, name_of: Callable[[str, str], str]) -> Shapes:
    """All tables and what refers to what.

    Args:
        connection: in a transaction on one snapshot.
        name_of: the asset of a schema and a table.
    """
    rows = connection.execute(TABLES).fetchall()
    names = {row[0]: name_of(row[1], row[2]) for row in rows}
    columns, triggers = _columns(connection), _triggers(connection)
    indexes = _indexes(connection)
    tables = {
        names[oid]: TableShape(
            names[oid],
            tuple(columns.get(oid, ())),
            next((tuple(one[5]) for one in indexes.get(oid, ()) if one[1]), ()),
            tuple(_unique(one) for one in indexes.get(oid, ()) if one[2] and not one[1]),
            tuple(triggers.get(oid, ())),
            partitions=children if kind == "p" else 0,
            children=kind == "r" and children > 0,
            rows=count,
            transactional=kind != "f",
        )
        for oid, _, _, kind, children, count in rows
    }
    found = [_reference(row, names, indexes) for row in connection.execute(REFERENCES).fetchall()]
    unresolved = {end for one, ends in found if one is None for end in ends}
    return Shapes(Server.POSTGRESQL, tables, tuple(one for one, _ in found if one is not None), frozenset(unresolved))


def _columns(connection: Connection) -> dict[int, list[ColumnShape]]:
    found: dict[int, list[ColumnShape]] = defaultdict(list)
    for oid, name, kind, nullable, generated in connection.execute(COLUMNS).fetchall():
        found[oid].append(ColumnShape(name, kind, nullable, generated, is_exact(Server.POSTGRESQL, kind)))
    return found


def _indexes(connection: Connection) -> dict[int, list[tuple[Any, ...]]]:
    nulls_equal = "i.indnullsnotdistinct" if connection.info.server_version >= 150000 else "false"
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in connection.execute(INDEXES.format(nulls_equal=nulls_equal).encode()).fetchall():
        found[row[0]].append(row)
    return found


def _unique(row: tuple[Any, ...]) -> UniqueShape:
    return UniqueShape(tuple(dict.fromkeys([*row[5], *row[6]])), nulls_equal=row[4])


def _triggers(connection: Connection) -> dict[int, list[Trigger]]:
    found: dict[int, list[Trigger]] = defaultdict(list)
    for oid, name, kind in connection.execute(TRIGGERS).fetchall():
        timing = "instead of" if kind & _INSTEAD else "before" if kind & _BEFORE else "after"
        for bit, event in ((_DELETE, "delete"), (_UPDATE, "update")):
            if kind & bit:
                found[oid].append(Trigger(name, event, timing))
    return found


def _reference(
    row: tuple[Any, ...], names: dict[int, str], indexes: dict[int, list[tuple[Any, ...]]]
) -> tuple[Reference | None, list[str]]:
    """A foreign key; or None, with those of its ends that are known: the other is in a schema that is not looked at."""
    child, parent, name, on_delete, on_update, deferrable, match, here, there = row
    if child not in names or parent not in names:
        return None, [names[end] for end in (parent,) if end in names]
    leads = any(one[3] and not one[7] and set(one[5][: len(here)]) == set(here) for one in indexes.get(child, ()))
    return (
        Reference(
            name,
            names[child],
            tuple(here),
            names[parent],
            tuple(there),
            ACTIONS[on_delete],
            ACTIONS[on_update],
            deferrable,
            full=match == "f",
            indexed=leads,
        ),
        [],
    )
