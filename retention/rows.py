"""Reading rows with what decides about them: columns of their own, and of tables that they refer to.

Statements only; whoever asks them decides under which credential, and whether with locks.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.estate.stores.schema import ColumnShape, Reference, Server, Shapes, TableShape
from engine.estate.stores.sql.words import Bound, Key, Part, Words
from engine.governance.change.effect import Step, Term
from engine.governance.change.paths import Path, paths
from engine.governance.policy.model import Column
from retention.moments import Moments, Place, kind_of

Ask = Callable[[str, Sequence[object]], Sequence[tuple[object, ...]]]
"""Asks a SELECT with values for its marks."""
WHOLE_NUMBERS = frozenset({"smallint", "integer", "bigint"})
"""Types of PostgreSQL whose equal values are one value."""
Cells = tuple[object, ...]
"""What was read of a row: of each column in turn one cell for each way that leads to it. See ``Rows.ways``."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands: over which way, and what its cells are."""

    path: Path
    column: ColumnShape


class Rows:
    """What is read of the rows of one asset.

    Args:
        words: of the server.
        shapes: of the store.
        asset: whose rows.
        columns: that decide about them.
        store: its name: a column of another one cannot be reached.

    Attributes:
        ways: by column, where its cells stand among those that are read; nowhere where no way leads to it.
    """

    def __init__(self, words: Words, shapes: Shapes, asset: str, columns: Sequence[Column], store: str) -> None:
        self._words = words
        self._shapes = shapes
        self.table = shapes.tables[asset]
        self.columns = tuple(dict.fromkeys(columns))
        self._places = {column: _places(shapes, asset, column, store) for column in self.columns}
        at = itertools.count()
        self.ways = {column: tuple(next(at) for _ in places) for column, places in self._places.items()}
        self._joins = list(
            dict.fromkeys(
                place.path[: length + 1]
                for places in self._places.values()
                for place in places
                for length in range(len(place.path))
            )
        )

    @property
    def joined(self) -> bool:
        """Whether other tables take part."""
        return bool(self._joins)

    def key(self, alias: str = "t") -> list[Part]:
        """The columns of its primary key."""
        return key_parts(self._words, self.table, alias)

    def cells(self) -> str:
        """The further expressions to select, each after a comma."""
        found = [
            f", {self._alias(place.path)}.{self._words.name(place.column.name)}"
            for places in self._places.values()
            for place in places
        ]
        return "".join(found)

    def source(self) -> str:
        """The table as ``t``, and those that it refers to."""
        found = [f"{self._words.only(self.table)} AS t"]
        for path in self._joins:
            target = self._words.only(self._shapes.tables[path[-1].target])
            condition = matching(self._words, path[-1], self._alias(path[:-1]), self._alias(path))
            found.append(f"LEFT JOIN {target} AS {self._alias(path)} ON {condition}")
        return " ".join(found)

    def _alias(self, path: Path) -> str:
        return f"j{self._joins.index(path)}" if path else "t"

    def moments(self, term: Term, now: datetime) -> Moments:
        """A term, as the cells that are read tell of it. All of its beginnings are among the columns."""
        found = [
            [
                Place(at, kind_of(self._words.server, place.column))
                for at, place in zip(self.ways[column], self._places[column], strict=True)
            ]
            for column in term.beginnings
        ]
        return Moments(term, list(itertools.chain.from_iterable(found)) if all(found) else (), now)

    def of_keys(self, ask: Ask, keys: Sequence[Key], lock: str = "") -> dict[Key, Cells]:
        """The rows that are there of some keys, in the order of the keys that the server has.

        Args:
            ask: asks.
            keys: whose.
            lock: what locks the rows, at the end of the statement. Then rows are locked first and read after that, where other
                tables take part, so that what they hold is no older than the lock.
        """
        found: dict[Key, Cells] = {}
        width = len(self.table.primary_key)
        for some in self._words.some(keys, width):
            if lock and self.joined:
                ask(*self._locking(some, lock))
            for row in ask(*self._reading(some, "" if self.joined else lock)):
                found[self._words.key_of(row[:width])] = row[width:]
        return found

    def _locking(self, keys: Sequence[Key], lock: str) -> tuple[str, Bound]:
        condition, bound = self._words.among(self.key(), keys)
        names = listed(self.key())
        return (
            f"SELECT {names} FROM {self._words.only(self.table)} AS t WHERE {condition} ORDER BY {names}{lock}",
            bound,
        )

    def _reading(self, keys: Sequence[Key], lock: str) -> tuple[str, Bound]:
        condition, bound = self._words.among(self.key(), keys)
        names = listed(self.key())
        return f"SELECT {names}{self.cells()} FROM {self.source()} WHERE {condition} ORDER BY {names}{lock}", bound

    def where(self, column: Column) -> list[tuple[str, ColumnShape]]:
        """The expressions that a column is read with."""
        return [
            (f"{self._alias(place.path)}.{self._words.name(place.column.name)}", place.column)
            for place in self._places[column]
        ]


def _places(shapes: Shapes, asset: str, column: Column, store: str) -> list[_Place]:
    table = column.table or asset
    if column.store not in ("", store) or table not in shapes.tables:
        return []
    shape = shapes.tables[table].by_name.get(column.column)
    if shape is None:
        return []
    return [_Place(path, shape) for path in paths(shapes, asset, table)] if table != asset else [_Place((), shape)]


def key_parts(words: Words, table: TableShape, alias: str) -> list[Part]:
    """The columns of a primary key; without alias where it is empty."""
    before = f"{alias}." if alias else ""
    return [(f"{before}{words.name(name)}", table.by_name[name]) for name in table.primary_key]


def listed(parts: Sequence[Part]) -> str:
    """Expressions with commas between them."""
    return ", ".join(expression for expression, _ in parts)


def matching(words: Words, reference: Reference, child: str, parent: str) -> str:
    """The condition that a row refers to another one."""
    return matching_columns(words, reference.columns, reference.target_columns, child, parent)


def matching_columns(words: Words, here: Sequence[str], there: Sequence[str], child: str, parent: str) -> str:
    """The same, of the columns of a step. A NULL among them refers to nothing, as of foreign keys.

    The column that is referred to stands first: SQLite compares by its collation then, as it does for foreign keys.
    """
    pairs = zip(here, there, strict=True)
    return " AND ".join(f"{parent}.{words.name(other)} = {child}.{words.name(one)}" for one, other in pairs)


def referring(
    words: Words, shapes: Shapes, step: Step, target: str, keys: Sequence[Key], lock: str
) -> tuple[str, Bound]:
    """The pairs of keys of rows of a step and of rows, among some of the target's, that they refer to."""
    child, parent = shapes.tables[step.asset], shapes.tables[target]
    names = listed(key_parts(words, child, "t"))
    if names_target(shapes, step, target):
        column = f"t.{words.name(step.through[0])}"
        condition, bound = words.among([(column, child.by_name[step.through[0]])], keys)
        return f"SELECT {names}, {column} FROM {words.only(child)} AS t WHERE {condition} ORDER BY {names}{lock}", bound
    condition, bound = words.among(key_parts(words, parent, "p"), keys)
    return (
        f"SELECT {names}, {listed(key_parts(words, parent, 'p'))} FROM {words.only(child)} AS t "
        f"JOIN {words.only(parent)} AS p ON {matching_columns(words, step.through, step.target, 't', 'p')} "
        f"WHERE {condition} ORDER BY {names}{lock}"
    ), bound


def names_target(shapes: Shapes, step: Step, target: str) -> bool:
    """Whether what a row of a step refers with is the very key of that row, so that the other table need not be looked at.

    Only of whole numbers of one type on PostgreSQL: of all else it is the server's to say what is equal.
    """
    child, parent = shapes.tables[step.asset], shapes.tables[target]
    if shapes.server is not Server.POSTGRESQL or len(step.through) != 1 or step.target != parent.primary_key:
        return False
    kind = child.by_name[step.through[0]].type
    return kind in WHOLE_NUMBERS and kind == parent.by_name[step.target[0]].type


def referred(
    words: Words, shapes: Shapes, reference: Reference, keys: Sequence[Key], *, named: bool
) -> tuple[str, Bound]:
    """The keys, of some, that a row refers to over a foreign key; after the key of that row, where it is to be ``named``."""
    child, parent = shapes.tables[reference.asset], shapes.tables[reference.target]
    before = listed(key_parts(words, child, "t")) + ", " if named else ""
    condition, bound = words.among(key_parts(words, parent, "p"), keys)
    return (
        f"SELECT DISTINCT {before}{listed(key_parts(words, parent, 'p'))} FROM {words.only(child)} AS t "
        f"JOIN {words.only(parent)} AS p ON {matching(words, reference, 't', 'p')} WHERE {condition}"
    ), bound


def holding(words: Words, table: TableShape, values: Mapping[str, str | None], alias: str = "t") -> tuple[str, Bound]:
    """The condition that a row holds some values already, byte for byte."""
    found, bound = [], []
    for name, value in values.items():
        expression, column = f"{alias}.{words.name(name)}", table.by_name[name]
        if value is None:
            found.append(f"{expression} IS NULL")
            continue
        found.append(_same(words, expression, column))
        bound.append(value)
    return "(" + " AND ".join(found) + ")", [*bound]


def _same(words: Words, expression: str, column: ColumnShape) -> str:
    if words.server is Server.POSTGRESQL:
        return f"{expression}::text IS NOT DISTINCT FROM ({words.given(column)})::text"
    if words.server is Server.SQLITE:
        return f"{expression} COLLATE BINARY IS ?"
    textual = any(word in column.type.lower() for word in ("char", "text", "enum", "set"))
    return (
        f"BINARY CONVERT({expression} USING utf8mb4) <=> BINARY CONVERT(%s USING utf8mb4)"
        if textual
        else f"{expression} <=> %s"
    )
