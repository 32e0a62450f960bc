"""How statements about rows with given keys are written for each server: names quoted by SQLAlchemy, values always bound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import TypeVar

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.stores.schema import ColumnShape, Server, TableShape
from engine.estate.stores.sql.names import split_name

Value = int | str | bytes | None
"""What a cell of a key is kept as."""
Key = tuple[Value, ...]
Bound = list[object]
"""Values in the order of their marks."""
Part = tuple[str, ColumnShape]
"""An expression, and the column that it stands for."""
Row = tuple[object, ...]
T = TypeVar("T")
_PLAIN = frozenset({int, str, bytes, type(None)})

_MOST = {Server.POSTGRESQL: 100_000, Server.MYSQL: 2_000, Server.SQLITE: 10_000}
"""Values of keys in one statement. PostgreSQL takes a list as one value; SQLite takes 32,766 values."""


class Words:
    """How one server wants it written.

    Attributes:
        server: which.
        mark: stands for a value.

    Args:
        dialect: SQLAlchemy's.
        default_schema: whose tables go by their name alone.
    """

    def __init__(self, server: Server, dialect: sa.Dialect, default_schema: str) -> None:
        self.server = server
        self.mark = "?" if server is Server.SQLITE else "%s"
        self._quote = dialect.identifier_preparer.quote_identifier
        self._default_schema = default_schema

    def name(self, identifier: str) -> str:
        """A name in quotes."""
        return self._quote(identifier)

    def table(self, asset: str) -> str:
        """The table of an asset, with its schema."""
        if self.server is Server.SQLITE:
            return f"main.{self.name(asset)}"
        schema, name = split_name(asset, self._default_schema)
        return f"{self.name(schema)}.{self.name(name)}"

    def only(self, shape: TableShape) -> str:
        """The same, without tables that inherit from it; with its partitions."""
        plain = self.server is Server.POSTGRESQL and not shape.partitions
        return ("ONLY " if plain else "") + self.table(shape.asset)

    def bind(self, column: ColumnShape, value: Value) -> object:
        """A value of a key as the driver takes it."""
        if self.server is Server.MYSQL and isinstance(value, str) and column.type.startswith("decimal"):
            return Decimal(value)  # text would be compared as a float
        return value

    def given(self, column: ColumnShape) -> str:
        """The mark for one value of a column."""
        return f"%s::{_escaped(column.type)}" if self.server is Server.POSTGRESQL else self.mark

    def among(self, parts: Sequence[Part], keys: Sequence[Key]) -> tuple[str, Bound]:
        """The condition that some columns hold one of some keys; at most ``most`` of them."""
        if self.server is Server.POSTGRESQL:
            return _among_arrays(parts, keys)
        if len(parts) == 1:
            (expression, column) = parts[0]
            marks = ", ".join([self.mark] * len(keys))
            return f"{expression} IN ({marks})", [self.bind(column, key[0]) for key in keys]
        bound = [self.bind(column, value) for key in keys for (_, column), value in zip(parts, key, strict=True)]
        if self.server is Server.SQLITE:
            row = f"({', '.join([self.mark] * len(parts))})"
            names = ", ".join(expression for expression, _ in parts)
            return f"({names}) IN (VALUES {', '.join([row] * len(keys))})", bound
        # Spelled out, as MariaDB uses no index for (a, b) IN ((x, y)) of many.
        one = "(" + " AND ".join(f"{expression} = {self.mark}" for expression, _ in parts) + ")"
        return "(" + " OR ".join([one] * len(keys)) + ")", bound

    def behind(self, parts: Sequence[Part], key: Key) -> tuple[str, Bound]:
        """The condition that a row comes after a key in the order of the columns."""
        marks = [self.given(column) for _, column in parts]
        names = [expression for expression, _ in parts]
        values: Bound = [self.bind(column, value) for (_, column), value in zip(parts, key, strict=True)]
        if len(parts) == 1:
            return f"{names[0]} > {marks[0]}", values
        if self.server is not Server.MYSQL:
            return f"({', '.join(names)}) > ({', '.join(marks)})", values
        condition, bound = f"{names[-1]} > {marks[-1]}", values[-1:]
        for name, mark, value in list(zip(names, marks, values, strict=True))[-2::-1]:
            condition, bound = f"({name} > {mark} OR ({name} = {mark} AND {condition}))", [value, value, *bound]
        return f"({names[0]} >= {marks[0]} AND {condition})", [values[0], *bound]

    def some(self, keys: Sequence[T], width: int) -> Iterator[Sequence[T]]:
        """Keys of so many columns in lists that fit into one statement."""
        size = max(1, _MOST[self.server] // max(1, width))
        for start in range(0, len(keys), size):
            yield keys[start : start + size]

    def key_of(self, cells: Sequence[object]) -> Key:
        """The key that a row was fetched with.

        Raises:
            StoreError: a value that would not come back exactly.
        """
        if _PLAIN.issuperset(map(type, cells)):
            return tuple(cells)  # type: ignore[arg-type]
        return tuple(map(_value, cells))

    def keys_of(self, rows: Sequence[Row], width: int) -> Iterator[tuple[Key, Key]]:
        """Of each row the key in its first cells, and that in the others.

        Raises:
            StoreError: as in ``key_of``.
        """
        if _PLAIN.issuperset(map(type, chain.from_iterable(rows))):
            return ((row[:width], row[width:]) for row in rows)  # type: ignore[misc]
        return ((self.key_of(row[:width]), self.key_of(row[width:])) for row in rows)


def _bound_array(values: list[object]) -> object:
    """A list as the driver takes it; whole numbers as the text that it would write itself, at a tenth of the time."""
    if {int}.issuperset(map(type, values)):
        return f"{{{str(values)[1:-1]}}}"
    return values


def _among_arrays(parts: Sequence[Part], keys: Sequence[Key]) -> tuple[str, Bound]:
    columns: list[object] = [_bound_array(list(values)) for values in zip(*keys, strict=True)] or [[] for _ in parts]
    if len(parts) == 1:
        expression, column = parts[0]
        return f"{expression} = ANY (%s::{_array(column)})", columns
    names = ", ".join(expression for expression, _ in parts)
    arrays = ", ".join(f"%s::{_array(column)}" for _, column in parts)
    return f"({names}) IN (SELECT * FROM unnest({arrays}))", columns


def _array(column: ColumnShape) -> str:
    return _escaped(column.type) + "[]"


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _value(cell: object) -> Value:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if cell is None or isinstance(cell, int | str | bytes):
        return cell
    if isinstance(cell, Decimal):
        return str(cell)
    raise StoreError("A key holds a value that cannot be asked for again exactly.", reason="not_parseable")


def words_of(dialect: sa.Dialect, default_schema: str) -> Words:
    """How statements for a dialect are written.

    Raises:
        StoreError: a kind of database whose rows are not selected for changes.
    """
    known = {"sqlite": Server.SQLITE, "postgresql": Server.POSTGRESQL, "mysql": Server.MYSQL, "mariadb": Server.MYSQL}
    server = known.get(dialect.name)
    if server is None:
        raise StoreError("Rows of a database of this kind are not selected for changes.", reason="store_error")
    return Words(server, dialect, default_schema)
