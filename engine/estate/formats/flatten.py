"""Nested Arrow columns as flat ones, with the paths of ``nested``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.field_paths import join_path, list_path
from engine.estate.formats.columns import cell_text, cut_cells
from engine.estate.formats.nested import MAX_DEPTH, Owners, lists_of
from engine.estate.formats.types import type_text

_KEPT = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_float32,
    pa.types.is_float64,
    pa.types.is_boolean,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_decimal,
    pa.types.is_binary,
    pa.types.is_large_binary,
)
_CASTS = (
    (pa.types.is_fixed_size_binary, pa.binary()),
    (pa.types.is_float16, pa.float32()),
    (pa.types.is_string_view, pa.large_string()),
    (pa.types.is_binary_view, pa.large_binary()),
)


@dataclass(slots=True)
class Flattener:
    """Takes the columns of a batch apart.

    Attributes:
        rows: of the batch.
        columns: the flat columns so far, by path.
        types: what their schema declares them to be, by path.
        cut: cells that were cut.
    """

    rows: int
    columns: dict[str, pa.Array[Any]] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    cut: int = 0

    def add(self, path: str, column: pa.Array[Any], owners: Owners | None = None, depth: int = 0) -> None:
        """Add a column: one value a row or, with ``owners``, the row of each value, ascending."""
        declared = column.type
        column = _plain(column)
        kind: Any = column.type
        if depth >= MAX_DEPTH and (pa.types.is_nested(kind)):
            column = _as_text(column)
        elif pa.types.is_struct(kind):
            for place, child in enumerate(cast("pa.StructArray", column).flatten()):
                self.add(join_path(path, kind.field(place).name), child, owners, depth + 1)
            return
        elif pa.types.is_map(kind):
            entries = pa.list_(pa.struct([("key", kind.key_type), ("value", kind.item_type)]))
            self.add(path, column.cast(entries), owners, depth)
            return
        elif pa.types.is_nested(kind):
            self._list(path, column, owners, depth)
            return
        self._leaf(path, column, owners, declared)

    def _list(self, path: str, column: pa.Array[Any], owners: Owners | None, depth: int) -> None:
        parents = cast("pa.Array[Any]", pc.list_parent_indices(column)).to_numpy(zero_copy_only=False).astype(np.int64)
        values = cast("pa.Array[Any]", pc.list_flatten(column))
        self.add(list_path(path), values, parents if owners is None else owners[parents], depth + 1)

    def _leaf(self, path: str, column: pa.Array[Any], owners: Owners | None, declared: pa.DataType) -> None:
        if pa.types.is_null(column.type):
            return
        column, cut = cut_cells(_leaf(column))
        self.cut += cut
        name, times = path, 1
        while name in self.columns:  # a file may name two columns alike
            times += 1
            name = join_path("", f"{path}.{times}")
        self.columns[name] = column if owners is None else lists_of(column, owners, self.rows)
        self.types[name] = _declared(declared)

    def batch(self) -> pa.RecordBatch:
        """All columns."""
        return pa.RecordBatch.from_arrays(list(self.columns.values()), names=list(self.columns))


def flatten(batch: pa.RecordBatch) -> Flattener:
    """The flat columns of a batch."""
    flat = Flattener(batch.num_rows)
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        flat.add(join_path("", name), column)
    return flat


def _plain(column: pa.Array[Any]) -> pa.Array[Any]:
    """Without extension, dictionary or run lengths around the values."""
    while True:
        kind = column.type
        if isinstance(kind, pa.BaseExtensionType):
            storage = cast("Any", column).storage
            column = _uuids(storage) if kind.extension_name == "arrow.uuid" else storage
        elif pa.types.is_dictionary(kind):
            column = cast("Any", column).dictionary_decode()
        elif pa.types.is_run_end_encoded(kind):
            column = cast("Any", pc).run_end_decode(column)
        else:
            return column


def _declared(kind: Any) -> str:
    """A type as the schema means it: how its values are packed is left out."""
    while pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        kind = kind.value_type
    return type_text(kind.extension_name if isinstance(kind, pa.BaseExtensionType) else str(kind))


def _uuids(storage: pa.Array[Any]) -> pa.Array[Any]:
    return pa.array([None if value is None else str(UUID(bytes=value)) for value in storage.to_pylist()], pa.string())


def _leaf(column: pa.Array[Any]) -> pa.Array[Any]:
    if _is_one(column.type, _KEPT):
        return column
    for test, target in _CASTS:
        if test(column.type):
            return column.cast(target)
    return _as_text(column)


def _is_one(kind: Any, tests: Iterable[Any]) -> bool:
    return any(test(kind) for test in tests)


def _as_text(column: pa.Array[Any]) -> pa.Array[Any]:
    return pa.array([None if value is None else _text(value) for value in column.to_pylist()], pa.string())


def _text(value: object) -> str:
    return str(value) if isinstance(value, list | dict | tuple) else cell_text(value)
