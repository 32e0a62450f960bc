"""Python values as Arrow columns of the few types that a chunk may hold.

Values of one type keep it; values of several become text. Long cells are cut to ``MAX_CELL`` bytes and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from engine.estate.formats.format import MAX_CELL

_PLAIN_TYPES: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
}
_INFERRED_TYPES = {date, Decimal}
_MICROSECOND = pa.timestamp("us")


def cell_text(value: object) -> str:
    """A single value as text, as JSON writes it where JSON has it."""
    if type(value) is bool:
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, str | float | Decimal | UUID) else _integer_text(value)


def _integer_text(value: object) -> str:
    try:
        return str(value)
    except ValueError:  # an integer longer than Python writes in decimal
        return hex(value) if isinstance(value, int) else ""


def column_of(values: Sequence[object], kinds: set[type] | None = None) -> tuple[pa.Array[Any], int] | None:
    """The column of some values, with the number of cells that were cut; None when all are null.

    Args:
        values: scalars and None.
        kinds: their types, if known.
    """
    found = set(map(type, values)) if kinds is None else kinds
    found = found - {type(None)}
    if not found:
        return None
    if len(found) == 1:
        column = _uniform(values, next(iter(found)))
        if column is not None:
            return cut_cells(column)
    return cut_cells(_strings([None if value is None else cell_text(value) for value in values]))


def _uniform(values: Sequence[object], kind: type) -> pa.Array[Any] | None:
    if kind is str:
        return _strings(values)
    try:
        if kind in _PLAIN_TYPES:
            return pa.array(values, _PLAIN_TYPES[kind])
        if kind is datetime:
            return pa.array(values, _timestamp(values))
        return pa.array(values) if kind in _INFERRED_TYPES else None
    except (pa.ArrowException, OverflowError, ValueError):
        return None


def _timestamp(values: Sequence[object]) -> pa.DataType:
    zones = {value.tzinfo is None for value in values if isinstance(value, datetime)}
    if len(zones) > 1:
        message = "aware and naive times at one path become text"
        raise ValueError(message)
    return _MICROSECOND if zones == {True} else pa.timestamp("us", "UTC")


def _strings(values: Sequence[object]) -> pa.Array[Any]:
    try:
        column: Any = pa.array(values, pa.string())
    except UnicodeEncodeError:  # a lone surrogate (RFC 8259, section 8.2): shown as a question mark
        column = pa.array(
            [value.encode("utf-8", "replace").decode() if isinstance(value, str) else None for value in values],
            pa.string(),
        )
    if isinstance(column, pa.ChunkedArray):  # more than 2 GB of text
        column = column.cast(pa.large_string()).combine_chunks()
    return cast("pa.Array[Any]", column)


def cut_cells(column: pa.Array[Any]) -> tuple[pa.Array[Any], int]:
    """A column of text or binary with each cell cut to ``MAX_CELL`` bytes, and how many were; other types as they are."""
    kind = column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if not (text or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)) or column.nbytes <= MAX_CELL:
        return column, 0
    long: Any = pc.greater(cast("Any", pc.binary_length(cast("Any", column))), MAX_CELL)  # type: ignore[call-overload]
    count = pc.sum(long).as_py() or 0
    if not count:
        return column, 0
    cells = [
        _cut(column[place]) if is_long else column[place].as_py() for place, is_long in enumerate(long.to_pylist())
    ]
    return pa.array(cells, kind), count


def _cut(cell: Any) -> str | bytes:
    """The first ``MAX_CELL`` bytes, less what would be half a character."""
    body: bytes = cell.as_buffer()[:MAX_CELL].to_pybytes()
    return (
        body if pa.types.is_binary(cell.type) or pa.types.is_large_binary(cell.type) else body.decode("utf-8", "ignore")
    )


def cut_text(text: str) -> str:
    """The first ``MAX_CELL`` bytes of a text, less what would be half a character."""
    return text[:MAX_CELL].encode("utf-8", "replace")[:MAX_CELL].decode("utf-8", "ignore")
