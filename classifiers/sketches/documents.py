"""Documents in cells: the values inside JSON that a field of text holds, as fields of their own.

A cell that is a JSON object, or a list with objects in it, is taken apart as records of JSON files are: ``profile`` with
``{"emails": [{"address": ...}]}`` also gives ``profile.emails[].address``. The field itself stays as it is. Whether a cell is a
document, and whether keys in it are data, is told by that cell and by which fields came before it, so what comes out does not
depend on how rows were cut into chunks. A value counts once for each row that holds it; of rows without it nothing is said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pyarrow as pa

from classifiers.field_paths import join_path, keys_on, list_path
from classifiers.matching.exact import Index
from classifiers.object_keys import FEW_KEYS, by_look, by_number
from classifiers.sketches.arrow import text_buffers
from classifiers.sketches.distinct import (
    Column,
    counted,
    distinct_columns,
    joined_columns,
    rows_holding,
    rows_with_value,
)

MOST_PATHS = 500
"""Inside one field: those that come first. The others are still read as part of its cells."""
MOST_LEVELS = 64
LONGEST_PATH = 500
"""Characters: names of fields are keys of the state, whose index takes no more than 2,700 bytes."""
MOST_NAMES = FEW_KEYS
"""Of objects at one path: those that come first. Further keys are data."""
_OBJECT_OPENS, _LIST_OPENS = b"{["
_CLOSING = frozenset("}]")


class _Object(list[tuple[str, Any]]):
    """The entries of a JSON object, also of one with equal keys."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Real(_Number):
    __slots__ = ()


_DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_int=_Number, parse_float=_Real, parse_constant=_Real)


@dataclass(slots=True)
class _Leaf:
    """What is at one path: rows of each text, values of each kind, and the distinct cells in which there is any value."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    showing: list[int] = field(default_factory=list)


class _Inside:
    """What is inside the documents of one field.

    Args:
        path: of the field.
        known: paths inside it that were met before.
    """

    def __init__(self, path: str, known: Iterable[str] = ()) -> None:
        self._path = path
        self._leaves: dict[str, _Leaf] = {}
        self._names: dict[str, set[str]] = {}
        for inner in known:
            self._add(inner)

    def leaf(self, inner: str) -> _Leaf | None:
        """What is at a path; None when there are too many already."""
        found = self._leaves.get(inner)
        return self._add(inner) if found is None and len(self._leaves) < MOST_PATHS else found

    def met(self) -> dict[str, _Leaf]:
        """What there is, without what was only known."""
        return {inner: leaf for inner, leaf in self._leaves.items() if leaf.counts}

    def may_name(self, parent: str, child: str) -> bool:
        """Whether the key of an object may be the name of a field, at this path."""
        names = self._names.get(parent, ())
        return child in names or (len(names) < MOST_NAMES and len(child) <= LONGEST_PATH)

    def _add(self, inner: str) -> _Leaf:
        for parent, child in keys_on(inner, len(self._path)):
            self._names.setdefault(parent, set()).add(child)
        leaf = self._leaves[inner] = _Leaf()
        return leaf


def with_documents(columns: Mapping[str, Column], known: Iterable[str] = ()) -> dict[str, Column]:
    """These columns, and those of the documents in their cells.

    Args:
        columns: by path.
        known: paths of fields that were met before: they go on, whatever else there may be of a field.
    """
    out = dict(columns)
    before = tuple(known)
    for path, column in columns.items():
        places = _opening(column)
        if not len(places):
            continue
        inside = [one for one in before if one.startswith((f"{path}.", f"{path}["))]
        for inner, leaf in _taken_apart(path, column, places, inside).items():
            new = counted(leaf.counts, leaf.kinds)
            out[inner] = joined_columns([{inner: out[inner]}, {inner: new}])[inner] if inner in out else new
    return out


def rows_showing(batch: pa.RecordBatch) -> dict[str, int]:
    """In how many rows of a batch there is a value at each path, those inside the documents in its cells among them.

    Where two columns have a value at one path, at least so many: the rows of the one with more.
    """
    found: dict[str, int] = {}
    for path, column in zip(batch.schema.names, batch.columns, strict=True):
        for inner, rows in {path: rows_with_value(column), **_rows_inside(path, column)}.items():
            found[inner] = max(rows, found.get(inner, 0))
    return found


def _rows_inside(path: str, array: pa.Array[Any]) -> dict[str, int]:
    (column,) = distinct_columns({path: array}).values()
    places = _opening(column)
    leaves = _taken_apart(path, column, places, ()) if len(places) else {}
    shown = {inner: leaf.showing for inner, leaf in leaves.items() if leaf.showing}
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):  # a row may hold several documents
        return {inner: rows_holding(array, column.array.take(cells)) for inner, cells in shown.items()}
    return {inner: int(column.rows[cells].sum()) for inner, cells in shown.items()}


def _taken_apart(path: str, column: Column, places: Index, known: Iterable[str]) -> dict[str, _Leaf]:
    """What is inside the cells at some places, by path; of paths that are known only those that are there again."""
    inside = _Inside(path, known)
    texts = cast("list[str]", column.array.take(places).to_pylist())
    for place, text, rows in zip(places.tolist(), texts, column.rows[places].tolist(), strict=True):
        document = _parsed(text)
        for inner, value, kind in _leaves(path, document, inside) if document is not None else ():
            leaf = inside.leaf(inner)
            if leaf is None:
                continue
            leaf.counts[value] += rows
            leaf.kinds[kind] += rows
            if (not leaf.showing or leaf.showing[-1] != place) and value and not value.isspace():
                leaf.showing.append(place)
    return inside.met()


def _opening(column: Column) -> Index:
    """The cells that may be documents, by how they begin."""
    if not len(column.array):
        return np.empty(0, np.int64)
    offsets, data = text_buffers(column.array)
    first = data[offsets[:-1]]  # no cell is empty
    return np.flatnonzero((first == _OBJECT_OPENS) | (first == _LIST_OPENS))


def _parsed(text: str) -> Any:
    """A document; None for a text that is none."""
    if text[-1] not in _CLOSING:
        return None
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    is_document = isinstance(value, _Object) or any(isinstance(one, _Object) for one in value)
    return value if is_document else None


def _leaves(path: str, document: Any, inside: _Inside) -> Iterator[tuple[str, str, str]]:
    """Each value with its path and kind. What lies deeper, or at too long a path, is left to the field that holds it all."""
    waiting: list[tuple[str, Any, int]] = [(path, document, MOST_LEVELS)]
    while waiting:
        at, value, levels = waiting.pop()
        if isinstance(value, list):
            if levels:
                inner = [
                    (one, item, levels - 1) for one, item in _entries(at, value, inside) if len(one) <= LONGEST_PATH
                ]
                waiting.extend(reversed(inner))
        elif isinstance(value, bool):
            yield at, "true" if value else "false", "boolean"
        elif isinstance(value, str):
            kind = "real" if isinstance(value, _Real) else "integer" if isinstance(value, _Number) else "text"
            yield at, value if value.isascii() else value.encode("utf-8", "replace").decode(), kind


def _entries(path: str, value: list[Any], inside: _Inside) -> Iterator[tuple[str, Any]]:
    items = list_path(path)
    if not isinstance(value, _Object):
        yield from ((items, item) for item in value)
        return
    is_map = _is_map(value)
    for key, item in value:
        child = join_path(path, key)
        if not is_map and inside.may_name(path, child):
            yield child, item
        else:
            yield join_path(items, "key"), key
            yield join_path(items, "value"), item


def _is_map(value: _Object) -> bool:
    """Whether the keys of an object are data."""
    kinds = {type(item) for _, item in value}
    many = by_number(len(value), all_objects=kinds == {_Object}, one_kind=len(kinds) == 1)
    return many or by_look([key for key, _ in value])
