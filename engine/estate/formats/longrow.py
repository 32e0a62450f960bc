"""One row of delimited text that is too long for memory: read in pieces, each cell cut to what is classified."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.estate.formats.encoding import decode, whole_characters
from engine.estate.formats.format import MAX_CELL
from engine.estate.formats.window import PIECE, Window

MAX_CELLS = 1 << 20  # of one row; what follows comes as another row
_QUOTE = re.compile(b'"')
_QUOTE_OR_LINE = re.compile(rb'["\r\n]')


@dataclass(frozen=True, slots=True)
class LongRow:
    """What was read.

    Attributes:
        cells: each at most ``MAX_CELL`` bytes.
        cut: how many cells were longer.
        bad: whether bytes were not in the encoding, as a count of records.
        end: the offset behind the row.
    """

    cells: list[str]
    cut: int
    bad: int
    end: int


class _Cells:
    """The cells so far; of the one at hand only the start is kept."""

    def __init__(self) -> None:
        self.done: list[bytes] = []
        self.cut = 0
        self.fresh = True
        self._cell = bytearray()
        self._long = False

    def add(self, piece: bytes) -> None:
        self.fresh = self.fresh and not piece
        room = MAX_CELL - len(self._cell)
        self._long = self._long or len(piece) > room
        self._cell += piece[:room]

    def end(self) -> None:
        self.done.append(bytes(self._cell))
        self.cut += self._long
        self._cell.clear()
        self._long = False
        self.fresh = True


def read_long_row(window: Window, start: int, delimiter: str, limit: int) -> LongRow:
    """The row at ``start``, with the meaning that Python's csv module gives to its quotes.

    A line end inside quotes ends the row all the same once the row is longer than ``limit`` bytes.
    """
    return _Reader(window, start, delimiter.encode(), limit).row()


class _Reader:
    """Goes through the row piece by piece: ``_body`` is the piece at hand, ``_at`` its offset, ``_place`` a place in it."""

    def __init__(self, window: Window, start: int, delimiter: bytes, limit: int) -> None:
        self._window = window
        self._start = start
        self._limit = limit
        self._delimiter = delimiter
        self._plain = re.compile(b"[%s\r\n]" % re.escape(delimiter))
        self._cells = _Cells()
        self._at, self._place = start, 0
        self._body = window.peek(start, PIECE)

    def row(self) -> LongRow:
        quoted = False
        while self._more():
            if not quoted and self._cells.fresh and self._byte() == b'"':
                quoted = True
                self._cells.fresh = False
                self._place += 1
                continue
            found = self._stop(quoted=quoted).search(self._body, self._place)
            self._cells.add(self._body[self._place : found.start() if found else None])
            self._place = found.end() if found else len(self._body)
            if found is None:
                continue
            if found.group() == b'"':
                quoted = self._doubled()
                continue
            quoted = False
            self._cells.end()
            if found.group() != self._delimiter:
                return self._ended(found.group())
            if len(self._cells.done) >= MAX_CELLS:
                return _row(self._cells, self._at + self._place)
        self._cells.end()
        return _row(self._cells, self._at + self._place)

    def _stop(self, *, quoted: bool) -> re.Pattern[bytes]:
        if not quoted:
            return self._plain
        return _QUOTE_OR_LINE if self._at + self._place - self._start > self._limit else _QUOTE

    def _more(self) -> bool:
        if self._place < len(self._body):
            return True
        self._at, self._place = self._at + self._place, 0
        self._window.drop(self._at)
        self._body = self._window.peek(self._at, PIECE)
        return bool(self._body)

    def _byte(self) -> bytes:
        return self._body[self._place : self._place + 1]

    def _doubled(self) -> bool:
        """Whether the cell goes on in quotes, behind a quote: two quotes stand for one."""
        if not self._more() or self._byte() != b'"':
            return False
        self._cells.add(b'"')
        self._place += 1
        return True

    def _ended(self, line_end: bytes) -> LongRow:
        if line_end == b"\r" and self._more() and self._byte() == b"\n":
            self._place += 1
        return _row(self._cells, self._at + self._place)


def _row(cells: _Cells, end: int) -> LongRow:
    texts, bad = [], 0
    for cell in cells.done:
        text, wrong = decode(cell[: whole_characters(cell)])
        texts.append(text)
        bad += wrong > 0
    return LongRow(texts, cells.cut, min(bad, 1), end)
