"""Nested records as flat columns, one a path (:mod:`classifiers.field_paths`).

An object whose keys are data (``keys``) is read as the list of its entries: ``users[].key``, ``users[].value.email``. Keys
that are personal data are so found, and do not become names of fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifiers.field_paths import ROOT, join_path, list_path
from classifiers.object_keys import FEW_KEYS, LOOKED_AT, SOME_KEYS, by_look, by_repeating, is_map
from engine.estate.formats.columns import column_of

MAX_DEPTH = 64  # levels of objects and lists; what lies deeper is read as one text, in JSON
MAX_GRID = 1 << 24  # keys times records of one level; beyond it a chunk takes fewer records

Owners = npt.NDArray[np.int64]
_PART = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\]|\.?[^.\[\]"]+')
_NESTED = {dict, list}
_NULL = type(None)
_ABSENT: dict[str, object] = {}
_VALUES = dict.values


class TooWideError(Exception):
    """These records have so many different keys that their columns would not fit in memory: take fewer.

    Attributes:
        path: of the objects with the keys. When it is one record, read them as maps.
    """

    def __init__(self, path: str) -> None:
        super().__init__("too many different keys")
        self.path = path


def crowded(paths: Iterable[str], present: Iterable[str]) -> set[str]:
    """Paths of objects with so many different keys that they are data, most of which do not come again.

    Args:
        paths: of all columns so far.
        present: of the last few records.
    """
    everywhere, here = _children(paths), _children(present)
    return {path for path, keys in everywhere.items() if len(keys) > max(SOME_KEYS, 2 * len(here.get(path, ())))}


def _children(paths: Iterable[str]) -> dict[str, set[str]]:
    """The keys of the object at each path on the way to some columns."""
    found: dict[str, set[str]] = {}
    for path in paths:
        for part in _PART.finditer(path):
            if part.group() != "[]":
                found.setdefault(path[: part.start()], set()).add(part.group())
    return found


def field_name(name: str) -> str:
    """The path of a flat field as its file names it: unlike keys it may hold dots and spaces, but never ``[]``."""
    return join_path("", name) if "[]" in name or not name else name


@dataclass(slots=True)
class Shredder:
    """Takes records apart into columns.

    Attributes:
        rows: of the batch.
        grid: how many keys times records of one level are allowed.
        maps: paths of objects whose keys are data: read as lists of ``key`` and ``value``; more are added as they are met.
        columns: the columns so far, by path.
        cut: cells that were cut.
        keys: keys of objects seen in all.
        inexact: a number may have lost digits, being beyond what its type holds.
        named: a schema says which keys are names, so that none is taken for data but at ``maps``.
    """

    rows: int
    maps: set[str] = field(default_factory=set)
    grid: int = MAX_GRID
    columns: dict[str, pa.Array[Any]] = field(default_factory=dict)
    cut: int = 0
    keys: int = 0
    inexact: bool = False
    named: bool = False

    def add(self, path: str, values: Sequence[object], owners: Owners | None = None, depth: int = 0) -> None:
        """Add the values at a path.

        Args:
            path: where they are; empty for the records themselves.
            values: one a row, None where absent; or, with ``owners``, any number.
            owners: the row of each value, ascending, when the path holds a list a row.
            depth: levels above.

        Raises:
            TooWideError: there are too many keys for so many rows.
        """
        kinds = set(map(type, values))
        if not kinds & _NESTED:
            self._leaf(path or ROOT, values, owners, kinds)
            return
        if dict in kinds and self._has_map(path, values):
            values = [self._entries(value) if self._is_map(path, value) else value for value in values]
            kinds = set(map(type, values))
        if depth >= MAX_DEPTH:
            self.inexact = True  # digits may be lost in it, and equal keys, which nobody looks for here
            self._leaf(path or ROOT, [_as_text(value) for value in values], owners, {str})
            return
        if kinds - _NESTED - {_NULL}:
            self._leaf(path or ROOT, *_only(values, owners, kinds - _NESTED - {_NULL}))
        if dict in kinds:
            self._objects(path, values, owners, kinds, depth)
        if list in kinds:
            self._lists(path, values, owners, depth)

    def batch(self) -> pa.RecordBatch:
        """All columns, in the order in which they were met."""
        return pa.RecordBatch.from_arrays(list(self.columns.values()), names=list(self.columns))

    def _leaf(self, path: str, values: Sequence[object], owners: Owners | None, kinds: set[type] | None = None) -> None:
        kinds = set(map(type, values)) if kinds is None else kinds
        made = column_of(values, kinds)
        if made is None:
            return
        column, cut = made
        self.cut += cut
        if float in kinds and not self.inexact:
            self.inexact = any(abs(value) >= _EXACT for value in values if type(value) is float)
        self.columns[path] = column if owners is None else lists_of(column, owners, self.rows)
        if len(self.columns) * self.rows > self.grid and self.rows > 1:
            raise TooWideError(path)

    def _objects(self, path: str, values: Sequence[Any], owners: Owners | None, kinds: set[type], depth: int) -> None:
        if kinds - {dict, _NULL} or owners is not None:
            values, owners = _only(values, owners, {dict})
        objects: list[dict[str, object]] = [value or _ABSENT for value in values]
        for key, column in self._by_key(path, objects).items():
            self.add(join_path(path, key), column, owners, depth + 1)

    def _has_map(self, path: str, values: Sequence[object]) -> bool:
        """Whether any object at a path is a map. Where keys look like data, or hardly come again, all of them are."""
        if path in self.maps or self.named:
            return path in self.maps
        objects: list[dict[str, object]] = [value for value in values if type(value) is dict]
        some = objects[:: len(objects) // LOOKED_AT + 1]
        if by_look(list(dict.fromkeys(chain.from_iterable(map(_first_keys, some))))) or (
            any(one.keys() != some[0].keys() for one in some) and by_repeating(objects)
        ):
            self.maps.add(path)
            return True
        return any(len(value) >= FEW_KEYS and is_map(value) for value in objects)

    def _is_map(self, path: str, value: object) -> bool:
        return isinstance(value, dict) and (path in self.maps or (not self.named and is_map(value)))

    def _entries(self, value: Any) -> list[object]:
        self.keys -= len(value)  # for each entry two keys are met, and one is in the text
        return [{"key": key, "value": item} for key, item in value.items()]

    def _by_key(self, path: str, objects: list[dict[str, object]]) -> Mapping[str, Sequence[object]]:
        first = tuple(objects[0]) if objects else ()
        if first and all(map(first.__eq__, map(tuple, objects))) and len(first) * len(objects) <= self.grid:
            self.keys += len(first) * len(objects)
            return dict(zip(first, zip(*map(_VALUES, objects), strict=True), strict=True))
        total = sum(map(len, objects))
        self.keys += total
        keys = dict.fromkeys(chain.from_iterable(objects))
        if len(keys) * len(objects) > self.grid and len(objects) > 1:
            raise TooWideError(path)
        if total * 4 >= len(keys) * len(objects):
            return {key: [item.get(key) for item in objects] for key in keys}
        sparse: dict[str, list[object]] = {key: [None] * len(objects) for key in keys}
        for place, item in enumerate(objects):
            for key, value in item.items():
                sparse[key][place] = value
        return sparse

    def _lists(self, path: str, values: Sequence[Any], owners: Owners | None, depth: int) -> None:
        values, owners = _only(values, np.arange(len(values)) if owners is None else owners, {list})
        counts = np.fromiter(map(len, values), np.int64, len(values))
        self.add(list_path(path), list(chain.from_iterable(values)), np.repeat(owners, counts), depth + 1)


_EXACT = float(1 << 53)


def _only(values: Sequence[Any], owners: Owners | None, kinds: set[type]) -> tuple[list[Any], Any]:
    """The values of some types: the others are null, or left out when values have owners."""
    if owners is None:
        return [value if type(value) in kinds else None for value in values], None
    places = [place for place, value in enumerate(values) if type(value) in kinds]
    if len(places) == len(values):
        return list(values), owners
    return [values[place] for place in places], owners[places]


def _first_keys(value: Mapping[str, object]) -> Iterable[str]:
    return islice(value, LOOKED_AT)


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def owners_of(counts: Iterable[int]) -> Owners:
    """The row of each value, for ``lists_of``, when the rows hold so many values each."""
    lengths = np.fromiter(counts, np.int64)
    return np.repeat(np.arange(len(lengths)), lengths)


def lists_of(column: pa.Array[Any], owners: Owners, rows: int) -> pa.Array[Any]:
    """A list column of ``rows`` rows: each value goes to the row that owns it; nulls are left out."""
    if column.null_count:
        valid = column.is_valid()
        column, owners = column.filter(valid), owners[valid.to_numpy(zero_copy_only=False)]
    offsets = np.zeros(rows + 1, np.int32)
    np.cumsum(np.bincount(owners, minlength=rows), out=offsets[1:])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), column)
