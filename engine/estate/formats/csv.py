"""Delimited text: CSV (RFC 4180), TSV and relatives, whatever their quotes.

Every cell is read, also of rows that are longer or shorter than the header. What cannot be a row of quoted cells - a quote
that never closes, a line of hundreds of megabytes - is read in another way and counted, so that it swallows nothing.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any

import pyarrow as pa

from engine.base.errors import StoreError
from engine.estate.formats.columns import column_of, cut_text
from engine.estate.formats.csvfast import FastReader
from engine.estate.formats.csvfeed import MAX_RECORD, Feed, LongError, UnclosedError
from engine.estate.formats.dialect import Dialect
from engine.estate.formats.encoding import decode
from engine.estate.formats.format import MAX_CELL, Budget, Chunk, Cursor, Source, Trouble
from engine.estate.formats.longrow import read_long_row
from engine.estate.formats.nested import MAX_GRID, field_name, lists_of, owners_of
from engine.estate.formats.parts import Parts
from engine.estate.formats.window import Window

_STEP = 1000  # rows made into columns at once
_CELLS = 1 << 20  # cells made into columns at once
_FAST = 1 << 20  # bytes that are tried at once by the fast reader
_SLOW = 1 << 13  # bytes that are read cell by cell before it is tried again, at first
_LONG = MAX_CELL // 4  # characters of a record from which its cells are measured
EXTRA = "extra[]"
"""The field of cells beyond the header's."""

csv.field_size_limit(2 * MAX_RECORD)  # of the whole process; records are bounded here, before the reader sees them


@dataclass(slots=True)
class _Rows:
    """The rows of a chunk as they come in."""

    names: list[str]
    start: int
    budget: Budget
    at: int
    loose_until: int = 0
    fast: FastReader | None = None
    slow: int = 0  # bytes to read cell by cell before the fast reader is tried; grows while that is in vain
    slow_until: int = 0
    rows: list[list[str]] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)
    cut: int = 0
    bad_lines: int = 0
    unclosed: int = 0
    ragged: int = 0

    @property
    def count(self) -> int:
        return self.parts.rows + len(self.rows)

    @property
    def room(self) -> int:
        """How many rows may still come; fewer in all where there are so many names that short rows would become large."""
        return min(self.budget.rows, max(1, MAX_GRID // max(1, len(self.names)))) - self.count

    @property
    def until(self) -> int:
        return self.start + self.budget.bytes

    @property
    def full(self) -> bool:
        return self.count > 0 and (self.room <= 0 or self.at >= self.until or self.parts.full)

    def go_slow(self) -> None:
        """Read some bytes cell by cell, more of them each time."""
        self.slow = min(max(_SLOW, self.slow * 4), _FAST)
        self.slow_until = self.at + self.slow

    def shortened(self, row: list[str]) -> list[str]:
        """The row with its long cells cut, and counted."""
        short = [cut_text(cell) if len(cell) * 4 > MAX_CELL else cell for cell in row]
        self.cut += sum(len(one) != len(other) for one, other in zip(row, short, strict=True))
        return short

    def settle(self) -> None:
        """Make columns of the rows so far."""
        rows, self.rows = self.rows, []
        step = max(1, min(_STEP, _CELLS // max(map(len, rows), default=1)))
        for place in range(0, len(rows), step):
            some = rows[place : place + step]
            columns, ragged = _columns(self.names, some)
            self.ragged += ragged
            batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
            self.parts.add(batch, len(some))


class CsvFormat:
    """Rows of delimited text; a cursor holds the offset of a row.

    Args:
        dialect: how the file is written.
    """

    name = "csv"

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect

    def chunks(self, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Format.chunks``."""
        names, first, cut = self._names(source)
        fast = FastReader(names, self._dialect.delimiter)
        place = first if start is None else int(str(start["offset"]))
        loose_until = 0 if start is None else int(str(start["loose_until"]))
        window = Window(source, place)
        while True:
            found = _Rows(names, place, budget, place, loose_until, fast, cut=cut if place == first else 0)
            failure = None
            try:
                self._fill(window, found)
                ended = not window.peek(found.at, 1)
            except StoreError as error:
                failure, ended = error, False
            if failure is None or found.count:
                yield _chunk(found, ended=ended)
            if failure is not None:
                raise failure
            if ended:
                return
            place, loose_until = found.at, found.loose_until

    def _names(self, source: Source) -> tuple[list[str], int, int]:
        """The fields' names, the offset of the first row of data, and how many names were cut."""
        if not self._dialect.header:
            return [f"column{place + 1}" for place in range(self._dialect.width)], 0, 0
        head = _Rows([], 0, Budget(1), 0)
        try:
            self._fill(Window(source), head)
        except StoreError:
            return [], 0, 0  # reading the rows raises it again
        return unique_names(head.rows[0] if head.rows else []), head.at, head.cut

    def _fill(self, window: Window, found: _Rows) -> None:
        """Gather rows up to the budget or the end."""
        while not found.full:
            if found.at < found.loose_until:
                if not self._read_line(window, found):
                    return
                continue
            if _read_fast(window, found):
                continue
            try:
                if self._read_rows(window, found):
                    return
            except (UnclosedError, csv.Error):
                continue  # line by line, as far as was looked in vain
            except LongError:
                self._read_long(window, found)

    def _read_rows(self, window: Window, found: _Rows) -> bool:
        """Rows cell by cell; whether the file ends behind them."""
        feed = Feed(window, found.at, max(1, min(_SLOW, found.until - found.at)))
        try:
            return self._read_all(feed, found)
        except (UnclosedError, csv.Error):
            found.loose_until = feed.end
            found.unclosed += 1
            raise
        finally:
            feed.settle()
            found.bad_lines += feed.bad_lines()
            found.at = feed.mark

    def _read_all(self, feed: Feed, found: _Rows) -> bool:
        rows, most, last = found.rows, len(found.rows) + found.room, found.at
        until = found.until if found.fast is None else min(found.until, max(found.slow_until, found.at + 1))
        for row in csv.reader(chain.from_iterable(feed), delimiter=self._dialect.delimiter):
            feed.told = feed.tell()
            end = feed.base + feed.told  # in characters, of which each has at most four bytes
            if row:
                rows.append(row if end - last < _LONG else found.shortened(row))
            last = end
            if len(rows) >= most or end >= until:
                return False
        return True

    def _read_line(self, window: Window, found: _Rows) -> bool:
        """One line as a row, its quotes taken as they come; False at the end."""
        body = window.lines(found.at, 512, MAX_RECORD, returns=True)
        if not body and not window.peek(found.at, 1):
            return False
        if not body:
            self._read_long(window, found)
            return True
        line = body.splitlines(keepends=True)[0]
        text, bad = decode(line)
        found.bad_lines += bad > 0
        found.rows += (found.shortened(row) for row in self._parse_line(text) if row)
        found.at += len(line)
        window.drop(found.at)
        return True

    def _parse_line(self, text: str) -> list[list[str]]:
        lines = io.StringIO(text, newline="")
        if text.count('"') % 2:
            return list(csv.reader(lines, delimiter=self._dialect.delimiter, quoting=csv.QUOTE_NONE))
        return list(csv.reader(lines, delimiter=self._dialect.delimiter))

    def _read_long(self, window: Window, found: _Rows) -> None:
        row = read_long_row(window, found.at, self._dialect.delimiter, MAX_RECORD)
        found.cut += row.cut
        found.bad_lines += row.bad
        found.rows.append(row.cells)
        found.at = row.end


def _read_fast(window: Window, found: _Rows) -> bool:
    """Rows that are as they should be, if that is what comes next."""
    if found.fast is None or found.at < found.slow_until:
        return False
    body = window.lines(found.at, max(1, min(_FAST, found.until - found.at)), MAX_RECORD, returns=True)
    block = found.fast.read_block(body, found.room) if body else None
    if block is None:
        found.go_slow()
        return False
    found.settle()
    found.parts.add(block.table, block.table.num_rows)
    found.at += block.size
    if block.partial:
        found.go_slow()
    else:
        found.slow = 0
    window.drop(found.at)
    return True


def unique_names(cells: list[str]) -> list[str]:
    """Names for the fields: an empty one becomes ``column3`` by its place, a second ``name`` becomes ``name.2``."""
    taken: set[str] = set()
    times: Counter[str] = Counter()  # how far the numbers behind a name are used up
    names = []
    for place, cell in enumerate(cells):
        plain = field_name(cut_text(cell.strip())) if cell.strip() else f"column{place + 1}"
        name = plain
        while name in taken:
            times[plain] = max(times[plain], 1) + 1
            name = f"{plain}.{times[plain]}"
        taken.add(name)
        names.append(name)
    return names


def _chunk(found: _Rows, *, ended: bool) -> Chunk:
    found.settle()
    counts = (
        ("ragged_row", found.ragged),
        ("invalid_bytes", found.bad_lines),
        ("cell_cut", found.cut),
        ("bad_quote", found.unclosed),
    )
    return Chunk(
        batch=found.parts.batch(),
        rows=found.parts.rows,
        bytes=found.at - found.start,
        next=None if ended else {"offset": found.at, "loose_until": found.loose_until},
        troubles=tuple(Trouble(kind, count, lost=kind == "cell_cut") for kind, count in counts if count),
    )


def _columns(names: list[str], rows: list[list[str]]) -> tuple[dict[str, pa.Array[Any]], int]:
    """The columns of some rows, and how many rows are of another width."""
    width = len(names)
    widths = list(map(len, rows))
    ragged = len(rows) - widths.count(width)
    extra = [list(filter(None, row[width:])) for row in rows] if ragged and max(widths) > width else []
    if extra:
        rows = [row[:width] for row in rows]
    cells = zip_longest(*rows) if ragged else zip(*rows, strict=True)
    columns: dict[str, pa.Array[Any]] = {}
    for name, values in zip(names, cells, strict=False):
        made = column_of(values)
        if made is not None:
            columns[name] = made[0]
    beyond = column_of(list(chain.from_iterable(extra)))
    if beyond is not None:
        columns[EXTRA] = lists_of(beyond[0], owners_of(map(len, extra)), len(widths))
    return columns, ragged
