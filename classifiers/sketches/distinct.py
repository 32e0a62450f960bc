"""The distinct values of columns, as text, with the rows each stands for: what repeats costs nothing from here on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.sketches.arrow import strings, text_buffers

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of one chunk or of several.

    Attributes:
        array: its distinct values as text, outer blanks taken off; neither nulls nor empty ones.
        rows: how many rows each stands for.
        seen: values in all; a repeated path counts each of its values. nulls, empty: of these.
        kinds: values that are not null by kind: text, integer, real, boolean, date, datetime, time, binary.
    """

    array: pa.StringArray
    rows: Counts
    seen: int
    nulls: int
    empty: int
    kinds: Mapping[str, int]

    def texts(self) -> list[str]:
        """The distinct values."""
        return cast("list[str]", self.array.to_pylist())


def distinct_columns(columns: Mapping[str, pa.Array[Any]]) -> dict[str, Column]:
    """The distinct values of each column.

    Args:
        columns: arrays of strings, numbers, booleans, dates, times or binary, or lists of these.
    """
    return {name: _distinct(array) for name, array in columns.items()}


def joined_columns(parts: Sequence[Mapping[str, Column]]) -> dict[str, Column]:
    """All parts together; a column that only one of them has stays as it is."""
    found: dict[str, list[Column]] = {}
    for part in parts:
        for name, column in part.items():
            found.setdefault(name, []).append(column)
    return {name: columns[0] if len(columns) == 1 else _joined(columns) for name, columns in found.items()}


def counted(counts: Mapping[str, int], kinds: Mapping[str, int]) -> Column:
    """A column of texts of which it is known how many rows have each, and of what kinds these are."""
    text = strings(pc.utf8_trim_whitespace(pa.array(list(counts), pa.string())))
    rows = np.fromiter(counts.values(), np.int64, len(counts))
    return _filled(text, rows, int(rows.sum()), 0, dict(kinds))


def text_bytes(columns: Mapping[str, Column]) -> int:
    """Bytes of all distinct values."""
    return sum(column.array.nbytes for column in columns.values())


def rows_with_value(array: pa.Array[Any]) -> int:
    """Rows that hold a value that is neither null nor blank; of a list, at least one.

    Args:
        array: as for ``distinct_columns``.
    """
    inside = np.arange(len(array))
    while pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        inside = inside[np.asarray(pc.list_parent_indices(array))]
        array = pc.list_flatten(array)
    filled = np.asarray(array.is_valid())
    if _kind(array.type) == "text":
        trimmed = strings(pc.utf8_trim_whitespace(strings(array.cast(pa.string()))))
        filled &= np.diff(text_buffers(trimmed)[0]) > 0
    return len(np.unique(inside[filled]))


def _joined(columns: Sequence[Column]) -> Column:
    table = pa.table(
        {
            "value": pa.chunked_array([one.array for one in columns], pa.string()),
            "rows": np.concatenate([one.rows for one in columns]),
        }
    )
    summed = table.group_by("value", use_threads=False).aggregate([("rows", "sum")])
    return Column(
        strings(summed.column("value")),
        np.asarray(summed.column("rows_sum"), np.int64),
        sum(one.seen for one in columns),
        sum(one.nulls for one in columns),
        sum(one.empty for one in columns),
        dict(sum((Counter(one.kinds) for one in columns), Counter())),
    )


def _distinct(array: pa.Array[Any]) -> Column:
    """Flatten lists, count kinds, join equal values, turn them into text."""
    while pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = pc.list_flatten(array)
    seen, nulls = len(array), array.null_count
    counted = pc.value_counts(array.drop_null())
    text, rows = _as_text(counted.field("values"), np.asarray(counted.field("counts"), np.int64))
    kinds = {_kind(array.type): seen - nulls} if seen > nulls else {}
    return _filled(strings(pc.utf8_trim_whitespace(text)), rows, seen, nulls, kinds)


def _filled(text: pa.StringArray, rows: Counts, seen: int, nulls: int, kinds: Mapping[str, int]) -> Column:
    blank = np.diff(text_buffers(text)[0]) == 0
    empty = int(rows[blank].sum())
    if bool(blank.any()):
        text, rows = text.filter(pa.array(~blank)), rows[~blank]
    return Column(text, rows, seen, nulls, empty, kinds)


def _kind(kind: pa.DataType) -> str:
    tests = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (lambda one: pa.types.is_floating(one) or pa.types.is_decimal(one), "real"),
        (pa.types.is_timestamp, "datetime"),
        (pa.types.is_date, "date"),
        (pa.types.is_time, "time"),
        (lambda one: pa.types.is_binary(one) or pa.types.is_large_binary(one), "binary"),
    )
    return next((name for test, name in tests if test(kind)), "text")


def _as_text(values: pa.Array[Any], counts: Counts) -> tuple[pa.StringArray, Counts]:
    """Distinct values as text. Binary that is no UTF-8 has none and is left out: it only counts as binary."""
    if _kind(values.type) != "binary":
        return strings(values.cast(pa.string())), counts
    try:
        return strings(values.cast(pa.string())), counts
    except pa.ArrowInvalid:
        decoded = [_decoded(value) for value in values.to_pylist()]
        readable = np.array([one is not None for one in decoded], bool)
        return pa.array([one for one in decoded if one is not None], pa.string()), counts[readable]


def _decoded(value: Any) -> str | None:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return None
