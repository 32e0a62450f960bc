"""Fetched rows as Arrow columns.

The normal path hands whole columns to Arrow. Only a column whose values do not fit its type is looked at cell by cell, and
becomes text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeAlias, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.estate.formats.columns import cell_text, cut_cells
from engine.estate.formats.format import MAX_CELL
from engine.estate.stores.sql.table import CAPS, Column, Row

Array: TypeAlias = "pa.Array[Any]"
_compute = cast("Any", pc)  # its stubs know fewer types than it does

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

OFFSET = 4  # bytes that Arrow keeps for a cell of varying length

MISFITS = (pa.ArrowException, OverflowError, ValueError, TypeError)

PLAIN: dict[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    bytes: pa.binary(),
}
INTEGER = pa.int64().id
INTEGERS = {int, type(None)}
DIRECT = {kind.id for kind in (*PLAIN.values(), pa.list_(pa.string()))}
VARIED = {pa.string().id, pa.binary().id}


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows as columns.

    Attributes:
        columns: one a column of the table; of type null where all its values are and no type is known.
        bytes: of all cells.
        longest: bytes of the longest cell, before it was cut.
        cut: cells above MAX_CELL, of which the start was kept.
        invalid: cells with bytes that are not in the encoding.
    """

    columns: list[Array]
    bytes: int
    longest: int
    cut: int
    invalid: int

    def row_ends(self) -> Numbers:
        """Bytes of the first row, of the first two, and so on."""
        sizes: Numbers = np.sum([_lengths(column) for column in self.columns], axis=0)
        return sizes.cumsum()


def page_of(rows: Sequence[Row], columns: Sequence[Column]) -> Page:
    """Rows as fetched become columns; further cells of a row, behind the columns, are left out."""
    transposed: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else repeat(())
    found: list[Array] = []
    size = longest = cut = invalid = 0
    for column, values in zip(columns, transposed, strict=False):
        array, wrong = column_of(values, column.type)
        size_here, longest_here = _measured(array)
        if longest_here > MAX_CELL:
            array, count = _cut(array)
            size_here, cut = _measured(array)[0], cut + count
        size += size_here
        invalid += wrong
        longest = max(longest, longest_here)
        found.append(array)
    return Page(found, size, longest, cut, invalid)


def column_of(values: Sequence[Any], kind: pa.DataType | None) -> tuple[Array, int]:
    """A column, of the given type where the values fit it, and how many cells had bytes not in the encoding."""
    try:
        if kind is None:
            return _of_one_type(values)
        if kind.id == INTEGER:
            return _integers(values)
        if kind.id in DIRECT:
            return cast("Array", pa.array(values, kind)), 0
        return _parsed(values, kind)
    except MISFITS:
        return _lists(values) if kind is not None and pa.types.is_list(kind) else _texts(values)


def _of_one_type(values: Sequence[Any]) -> tuple[Array, int]:
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return cast("Array", pa.nulls(len(values))), 0
    if len(kinds) > 1:
        return _texts(values)
    kind = PLAIN.get(kinds.pop())
    array = cast("Array", pa.array(values, kind))
    return (array, 0) if kind is not None or _is_flat(array.type) else _texts(values)


def _integers(values: Sequence[Any]) -> tuple[Array, int]:
    """Arrow would cut the fraction of a float off."""
    if set(map(type, values)) <= INTEGERS:
        return cast("Array", pa.array(values, pa.int64())), 0
    return _texts(values)


def _is_flat(kind: pa.DataType) -> bool:
    return pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_decimal(kind)


def _parsed(values: Sequence[Any], kind: pa.DataType) -> tuple[Array, int]:
    """Dates, times and decimals: asked for as text, so that what Python cannot hold does no harm."""
    text: Any = pa.array(values, pa.string())
    try:
        return _parse(text, kind), 0
    except pa.ArrowInvalid:  # infinity, year 10000, 0000-00-00, NaN: these stay as they are written
        return cast("Array", pa.array([_as_shown(value, kind) for value in values], pa.string())), 0


def _parse(text: Any, kind: pa.DataType) -> Array:
    if pa.types.is_temporal(kind) and _compute.any(_compute.starts_with(text, "0000")).as_py():
        raise pa.ArrowInvalid("Python has no year 0")
    return cast("Array", text.cast(kind))


def _as_shown(value: str | None, kind: pa.DataType) -> str | None:
    """A value beside one that cannot be parsed, written as it would be had it been parsed."""
    if value is None:
        return None
    try:
        return str(_parse(pa.array([value], pa.string()), kind)[0].as_py())
    except pa.ArrowInvalid:
        return value


def _texts(values: Sequence[Any]) -> tuple[Array, int]:
    """Values of several types, and text with bytes outside its encoding, as text."""
    cells = [value if value is None or isinstance(value, str) else cell_text(value) for value in values]
    try:
        return cast("Array", pa.array(cells, pa.string())), 0
    except UnicodeEncodeError:  # sessions decode such bytes to lone surrogates
        mended = [None if cell is None else _mended(cell) for cell in cells]
        wrong = sum(old != new for old, new in zip(cells, mended, strict=True))
        return cast("Array", pa.array(mended, pa.string())), wrong


def _mended(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _lists(values: Sequence[Any]) -> tuple[Array, int]:
    """Lists of lists: a field has one list a record."""
    wrong = 0
    cells: list[list[Any] | None] = []
    for value in values:
        array, count = _texts(list(_leaves(value)))
        cells.append(None if value is None else array.to_pylist())
        wrong += count
    return cast("Array", pa.array(cells, pa.list_(pa.string()))), wrong


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


def _width(kind: pa.DataType) -> int:
    return 1 if pa.types.is_null(kind) else max(1, kind.bit_width // 8)


def _offsets(array: Array) -> Numbers | None:
    """Of a fresh column of text or binary: where its cells end, after where the first begins. None for other types."""
    if array.type.id not in VARIED:
        return None
    buffer: Any = array.buffers()[1]
    return np.frombuffer(buffer, dtype=np.int32, count=len(array) + 1) if len(array) else np.zeros(1, dtype=np.int32)


def _measured(array: Array) -> tuple[int, int]:
    """Bytes of all cells, with what Arrow keeps beside them, and of the longest cell of text or binary."""
    if pa.types.is_list(array.type):
        size, longest = _measured(cast("Any", array).values)
        return size + OFFSET * len(array), longest
    ends = _offsets(array)
    if ends is None:
        return _width(array.type) * len(array), 0
    size = int(ends[-1])
    longest = int(np.subtract(ends[1:], ends[:-1]).max(initial=0)) if size > CAPS[0] else size
    return size + OFFSET * len(array), longest


def _lengths(array: Array) -> Numbers:
    """Bytes of each cell: together, what ``_measured`` says."""
    if pa.types.is_list(array.type):
        lists = cast("Any", array)
        ends = np.concatenate(([0], np.cumsum(_lengths(lists.values))))[lists.offsets.to_numpy()]
        spans: Numbers = np.diff(ends) + OFFSET
        return spans
    offsets = _offsets(array)
    if offsets is None:
        return np.full(len(array), _width(array.type), dtype=np.int64)
    return np.diff(offsets).astype(np.int64) + OFFSET


def _cut(array: Array) -> tuple[Array, int]:
    if not pa.types.is_list(array.type):
        return cut_cells(array)
    lists = cast("Any", array)
    values, count = cut_cells(lists.values)
    cut: Any = pa.ListArray.from_arrays(lists.offsets, values, mask=lists.is_null())
    return cast("Array", cut), count


def joined(parts: Sequence[Array], kind: pa.DataType | None) -> Array:
    """One column of its pages. Pages of different types become text; a column of nulls only takes the type known."""
    kinds = {part.type for part in parts} - {pa.null()}
    if len(kinds) > 1:
        return pa.concat_arrays([_as_text(part) for part in parts])
    final = kinds.pop() if kinds else kind or pa.string()
    return cast("Array", pa.concat_arrays([part if part.type == final else part.cast(final) for part in parts]))


def _as_text(part: Array) -> Array:
    return part if pa.types.is_string(part.type) else _shown(part)


def _shown(part: Array) -> Array:
    plain = pa.types.is_temporal(part.type)
    values = part.to_pylist()
    cells = [str(value) if plain else cell_text(value) for value in values]
    return cast(
        "Array",
        pa.array([cell if value is not None else None for cell, value in zip(cells, values, strict=True)], pa.string()),
    )
