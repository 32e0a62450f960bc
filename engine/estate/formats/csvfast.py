"""Well-formed rows of delimited text, read by Arrow: many times faster than cell by cell.

Only rows of which it is certain that Arrow and Python's csv module read them alike are taken: each has the header's number
of cells, every quote stands where RFC 4180 has it, no byte is outside UTF-8, no cell is long. For anything else
``read_block`` gives None, and ``csv`` reads it.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc

from engine.estate.formats.format import MAX_CELL

_QUOTE, _LINE, _RETURN = ord('"'), ord("\n"), ord("\r")
_REPLACED = "\ufffd".encode()
_MOST_COLUMNS = 500  # wider rows gain nothing

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that were read.

    Attributes:
        table: all columns of text, without nulls.
        size: the bytes that they take.
        partial: what follows them in the block must be read otherwise.
    """

    table: pa.Table
    size: int
    partial: bool


class FastReader:
    """Reads blocks of one file.

    Args:
        names: the fields' names, unique.
        delimiter: one character of ASCII.
    """

    def __init__(self, names: list[str], delimiter: str) -> None:
        self._width = len(names)
        self._delimiter = ord(delimiter)
        self._parse = pc.ParseOptions(delimiter=delimiter, newlines_in_values=True)
        self._convert = pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        self._names = names

    def read_block(self, body: bytes, rows: int) -> Block | None:
        r"""The rows of a block, as far as they are whole; None when it must be read otherwise.

        Args:
            body: whole lines, from the beginning of a row on.
            rows: how many rows at most.
        """
        if not 0 < self._width <= _MOST_COLUMNS or not body.endswith(b"\n"):
            return None
        if (
            _REPLACED in body
            or body.startswith(BOM_UTF8)
            or (b"\r" in body and body.count(b"\r") != body.count(b"\r\n"))
        ):
            return None
        ends, partial = self._row_ends(np.frombuffer(body, np.uint8))
        if not len(ends) or (len(body) > MAX_CELL and int(np.diff(ends, prepend=0).max()) > MAX_CELL):
            return None
        size = int(ends[min(rows, len(ends)) - 1]) + 1
        table = self._read(body[:size])
        return None if table is None else Block(table, size, partial and rows > len(ends))

    def _read(self, body: bytes) -> pa.Table | None:
        options = pc.ReadOptions(use_threads=False, block_size=len(body) + 1, column_names=self._names)
        try:
            return pc.read_csv(cast("Any", pa.BufferReader(body)), options, self._parse, self._convert)
        except (pa.ArrowInvalid, pa.ArrowKeyError):
            return None

    def _row_ends(self, data: Bytes) -> tuple[Places, bool]:
        """Where rows end, up to the first that is of another width or has a quote elsewhere; and whether there is one."""
        marks = (data == self._delimiter) | (data == _LINE)
        is_quote = data == _QUOTE
        quotes = np.flatnonzero(is_quote)
        if len(quotes):
            marks &= (np.cumsum(is_quote, dtype=np.uint8) & 1) == 0
        places = np.flatnonzero(marks)
        order = np.flatnonzero(data[places] == _LINE)
        wrong = np.flatnonzero(np.diff(order, prepend=-1) != self._width)
        ends = places[order[: wrong[0]] if len(wrong) else order]
        bad_quote = self._bad_quote(data, quotes)
        if bad_quote < 0:
            return ends, len(wrong) > 0
        return ends[: np.searchsorted(ends, bad_quote)], True

    def _bad_quote(self, data: Bytes, quotes: Places) -> int:
        """The first quote that neither opens behind a delimiter or line end, nor closes before one, nor is doubled; or -1."""
        opening, closing = quotes[0::2], quotes[1::2]
        doubled = np.zeros(len(opening) + 1, np.bool_)
        doubled[1 : len(closing)] = opening[1 : len(closing)] == closing[: len(opening) - 1][: len(closing) - 1] + 1
        before = data[np.maximum(opening - 1, 0)]
        after = data[closing + 1]
        opens = (before == self._delimiter) | (before == _LINE) | (opening == 0) | doubled[: len(opening)]
        closes = (after == self._delimiter) | (after == _LINE) | (after == _RETURN) | doubled[1 : len(closing) + 1]
        wrong = np.concatenate((opening[~opens], closing[~closes]))
        return int(wrong.min()) if len(wrong) else -1
