"""What a reader must know of a table: its columns, how to ask for them, and the key by which it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.formats.format import MAX_CELL
from engine.estate.formats.types import type_text
from engine.estate.stores.sql.names import field_paths

Expression = sa.ColumnElement[Any]

Row = tuple[Any, ...]

CAPS = (2 << 10, 64 << 10, 1 << 20)
"""How much of a cell is asked for, in characters of text or bytes: first little of many rows; where a cell is longer, the
page is asked for again with more of fewer rows. The last is ``MAX_CELL``. So memory is bounded whatever the table holds."""

LONGEST_KEY = MAX_CELL // 32  # characters or bytes

SHORT = 1024  # characters; a column that cannot hold more is asked for as it is


def whole(column: Expression, _cap: int) -> Expression:
    """The column as it is."""
    return column


def identity(value: Any) -> Any:
    """The value as it is."""
    return value


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be read.

    Attributes:
        name: in the database.
        type: of the Arrow column that its values become where they fit it. None: whatever type the values have.
        read: the expression that asks for the first ``cap`` characters or bytes of a cell, and one more.
        bounded: its cells cannot be long, so they do not limit how many rows a page may have.
    """

    name: str
    type: pa.DataType | None
    read: Callable[[Expression, int], Expression] = whole
    bounded: bool = True


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column of the reading key.

    Attributes:
        name: in the database; it need not be among the columns that are read (``rowid``).
        collation: to order and compare by, where it is not the column's own; empty for the column's own.
        value: what a value as fetched becomes to be compared with exactly.
    """

    name: str
    collation: str = ""
    value: Callable[[Any], Any] = identity


@dataclass(frozen=True)
class Table:
    """A table or view, as its reader sees it.

    Attributes:
        schema: where it is; empty for databases without.
        name: of the table.
        columns: all that can be read.
        key: unique, never null, and ordered the same by ORDER BY and by ``>``. Empty: there is none.
        only: children that inherit from it are listed on their own, so they are left out here (PostgreSQL).
    """

    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[KeyColumn, ...] = ()
    only: bool = False

    @cached_property
    def shape(self) -> str:
        """A hash of its columns and key: another one when a column was added, dropped, renamed or made another type."""
        columns = [(one.name, str(one.type), one.bounded) for one in self.columns]
        key = [(one.name, one.collation) for one in self.key]
        return sha256(repr((columns, key)).encode("utf-8", "surrogateescape")).hexdigest()[:32]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The fields, one a column."""
        return field_paths((one.name, one.type is not None and pa.types.is_list(one.type)) for one in self.columns)

    @cached_property
    def fetched(self) -> tuple[str, ...]:
        """Columns to fetch: those to be read, then those of the key that are not among them."""
        names = [one.name for one in self.columns]
        return (*names, *(one.name for one in self.key if one.name not in names))

    @cached_property
    def key_places(self) -> tuple[int, ...]:
        """Where in a fetched row the key stands."""
        return tuple(self.fetched.index(one.name) for one in self.key)

    def key_of(self, row: Row) -> list[Any]:
        """The key of a fetched row."""
        return [one.value(row[place]) for one, place in zip(self.key, self.key_places, strict=True)]


def checked_key(key: list[Any]) -> list[Any]:
    """The key of a row, that can be asked for again.

    Raises:
        StoreError: it cannot.
    """
    if any(isinstance(value, str | bytes) and len(value) > LONGEST_KEY for value in key):
        raise StoreError("A key is too long to go on from.", reason="too_large")
    if any(isinstance(value, str) and not value.isprintable() and _has_surrogate(value) for value in key):
        raise StoreError("A key has bytes that are not in its encoding.", reason="not_parseable")
    return key


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique index that may serve as reading key.

    Attributes:
        columns: in the order of the index.
        primary: it is the primary key.
    """

    columns: tuple[KeyColumn, ...]
    primary: bool = False


def best_key(candidates: Iterable[Unique]) -> tuple[KeyColumn, ...]:
    """The primary key, else the unique index of the fewest columns; empty when there is none."""
    ranked = sorted(
        candidates, key=lambda one: (not one.primary, len(one.columns), [part.name for part in one.columns])
    )
    return ranked[0].columns if ranked else ()


@dataclass(frozen=True, slots=True)
class Heap:
    """Where rows of a table can stand.

    Attributes:
        key: what stands for the key of a row: its place.
        pages: of the table; slots: places for rows on each, at most.
        rows: how many there are, roughly, or None.
    """

    key: KeyColumn
    pages: int
    slots: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A table or view as the catalogue lists it.

    Attributes:
        schema, name: where it is.
        kind: ``table`` or ``view``.
        rows, bytes: roughly, where the catalogue tells.
        links: foreign keys: fields, then schema, table and fields of the target.
        declared: its columns, None when that cannot be told; primary: names of those of its primary key, in order.
        skip: why it is not read, by a stated rule, or empty.
        problem: why it cannot be read, as in StoreError, or empty.
        version: differs whenever a row or column does; empty where the server cannot tell for certain.
    """

    schema: str
    name: str
    kind: str
    rows: int | None = None
    bytes: int | None = None
    links: tuple[Link, ...] = field(default=())
    declared: tuple[Declared, ...] | None = None
    primary: tuple[str, ...] = ()
    skip: str = ""
    problem: str = ""
    version: str = ""

    @property
    def types(self) -> dict[str, str] | None:
        """Declared type of each field by its path; None when that cannot be told."""
        columns = self.declared
        return None if columns is None else {path: type_text(one.type) for path, one in _with_paths(columns)}

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The fields of its primary key, in order."""
        paths = {one.name: path for path, one in _with_paths(self.declared or ())}
        return tuple(paths.get(name, name) for name in self.primary)


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as the catalogue declares it.

    Attributes:
        name: in the database.
        type: as the database states it, without the members of an enumeration, which are values.
        is_list: its cells are lists.
    """

    name: str
    type: str
    is_list: bool = False


def _with_paths(columns: Sequence[Declared]) -> Iterator[tuple[str, Declared]]:
    return zip(field_paths((one.name, one.is_list) for one in columns), columns, strict=True)


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key."""

    fields: tuple[str, ...]
    schema: str
    table: str
    target_fields: tuple[str, ...]
