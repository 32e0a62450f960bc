"""What every implementation of ``engine.estate.formats.format.Format`` keeps; see ``Format.chunks`` for the words.

Use::

    from tests.contracts.format import check_format

    check_format(lambda: open_case(path), budgets=(Budget(3, 1 << 20), Budget(1000, 64)))

``check_chunks`` holds one list of chunks to the rules of ``Chunk``; the contract of stores uses it too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from uuid import UUID

import pyarrow as pa

from engine.estate.formats.format import Budget, Chunk, Cursor, Format, Source

type_names = pa.types

WHOLE = Budget()
SMALL_BUDGETS = (Budget(1, 1 << 20), Budget(7, 1 << 20), Budget(1 << 16, 1), Budget(1 << 16, 300))
CURSOR_SCALARS = (str, int, float, bool, type(None), bytes, date, datetime, Decimal, UUID)
CURSOR_SIZE = 1 << 16  # characters of its repr; a cursor is small

_QUOTED_KEY = re.compile(r'\["(?:[^"\\]|\\.)*"\]')

Cell = tuple[str, str]
"""The path of a field, and the text of one value in it."""

Read = Callable[[Cursor | None, Budget], Iterator[Chunk]]
"""Opens afresh and reads from a cursor on."""


def cell_text(value: object) -> str:
    """One value as text, the same whichever column type a chunk chose for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield value


def cells_of(chunks: Iterable[Chunk]) -> Counter[Cell]:
    """The multiset of all values that are not null, lists taken apart."""
    found: Counter[Cell] = Counter()
    for chunk in chunks:
        for name in chunk.batch.schema.names:
            values = chain.from_iterable(_leaves(value) for value in chunk.batch.column(name).to_pylist())
            found.update((name, cell_text(value)) for value in values)
    return found


def _is_flat(kind: pa.DataType) -> bool:
    tests = (
        type_names.is_string,
        type_names.is_large_string,
        type_names.is_integer,
        type_names.is_floating,
        type_names.is_boolean,
        type_names.is_date,
        type_names.is_timestamp,
        type_names.is_decimal,
        type_names.is_binary,
        type_names.is_large_binary,
    )
    return any(test(kind) for test in tests)


def _check_columns(batch: pa.RecordBatch) -> None:
    names = batch.schema.names
    assert len(set(names)) == len(names), "two columns of one name"
    assert all(names), "a column without a name"
    for field in batch.schema:
        is_list = type_names.is_list(field.type) or type_names.is_large_list(field.type)
        flat = field.type.value_type if is_list else field.type
        assert _is_flat(flat), f"a column of type {field.type}"
        assert is_list or "[]" not in _QUOTED_KEY.sub("", field.name), f"{field.name} holds no list"
    batch.validate(full=True)


def check_cursor(cursor: Mapping[str, object]) -> None:
    """It holds plain values only, and few of them."""
    assert all(isinstance(key, str) for key in cursor)
    for value in cursor.values():
        items = value if isinstance(value, list) else [value]
        assert all(isinstance(item, CURSOR_SCALARS) for item in items), f"a cursor with {type(value).__name__}"
    assert len(repr(cursor)) <= CURSOR_SIZE, "a large cursor"


def check_chunks(chunks: list[Chunk], budget: Budget) -> None:
    """Columns, counts and cursors are as ``Chunk`` says, the last one alone ends the object."""
    assert chunks, "an object gives at least one chunk, of no rows when it is empty"
    assert chunks[-1].next is None
    for chunk in chunks:
        assert 0 <= chunk.rows <= budget.rows
        assert chunk.bytes >= 0
        assert chunk.batch.num_columns == 0 or chunk.batch.num_rows == chunk.rows
        assert all(trouble.count > 0 for trouble in chunk.troubles)
        _check_columns(chunk.batch)
    for chunk in chunks[:-1]:
        assert chunk.next is not None, "only the last chunk has no next"
        check_cursor(chunk.next)


def _check_same(left: Chunk, right: Chunk) -> None:
    assert left.rows == right.rows
    assert left.batch.schema.names == right.batch.schema.names
    assert cells_of([left]) == cells_of([right])
    assert left.next == right.next
    assert Counter(left.troubles) == Counter(right.troubles)


def check_read(read: Read, *, resumable: bool, budgets: Iterable[Budget] = SMALL_BUDGETS) -> list[Chunk]:
    """However it is cut and wherever it is started, the same records come. Gives the chunks of one whole read."""
    whole = list(read(None, WHOLE))
    check_chunks(whole, WHOLE)
    expected, rows = cells_of(whole), sum(chunk.rows for chunk in whole)
    for budget in budgets:
        pieces = list(read(None, budget))
        check_chunks(pieces, budget)
        assert sum(chunk.rows for chunk in pieces) == rows
        assert cells_of(pieces) == expected
        if resumable:
            _check_restarts(read, pieces, budget)
    return whole


def _check_restarts(read: Read, pieces: list[Chunk], budget: Budget) -> None:
    """Started at a cursor, the reader gives what it gave when it came there by itself (at most 12 places are tried)."""
    step = max(1, len(pieces) // 12)
    for place in range(0, len(pieces) - 1, step):
        rest = list(read(pieces[place].next, budget))
        assert len(rest) == len(pieces) - place - 1
        for left, right in zip(rest, pieces[place + 1 :], strict=True):
            _check_same(left, right)


def check_format(
    make: Callable[[], AbstractContextManager[tuple[Format, Source]]], *, budgets: Iterable[Budget] = SMALL_BUDGETS
) -> list[Chunk]:
    """The whole contract on one file.

    Args:
        make: opens the same bytes anew each time, with the format that reads them.
        budgets: other sizes of chunks to try.

    Returns:
        The chunks of one read with the usual budget.
    """

    def read(start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        with make() as (form, source):
            yield from form.chunks(source, start, budget)

    return check_read(read, resumable=True, budgets=budgets)
