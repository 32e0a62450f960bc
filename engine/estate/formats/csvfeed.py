"""The lines of a delimited file as Python's csv reader takes them, with the offsets of its rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

from engine.estate.formats.encoding import decode
from engine.estate.formats.window import Window

MAX_RECORD = 8 << 20  # bytes of one record, or of one line, that are read in one piece


class UnclosedError(Exception):
    """The record at hand has a quote that does not close within ``MAX_RECORD`` or the file."""


class LongError(Exception):
    """The record at hand has a line longer than ``MAX_RECORD``."""


class Feed:
    """Gives a csv reader the lines of a window, and knows the offset of the line that the reader asks for next.

    Attributes:
        base: the offset of the text at hand.
        tell: how many characters of it the reader has taken.
        told: what ``tell`` said behind the last row, or -1 before the first row that ends in this text.
        mark: the offset behind the last row, as far as ``settle`` was told.
    """

    def __init__(self, window: Window, start: int, size: int) -> None:
        self._window = window
        self._size = size
        self._bytes = b""
        self._text = ""
        self._bad = 0
        self._spoiled: list[tuple[int, bytes]] = []
        self.base = start
        self.tell: Callable[[], int] = lambda: 0
        self.told = -1
        self.mark = start

    @property
    def end(self) -> int:
        """The offset behind the text at hand."""
        return self.base + len(self._bytes)

    def __iter__(self) -> Iterator[io.StringIO]:
        while body := self._advance():
            self.base, self._bytes = self.end, body
            self._text, self._bad = decode(body)
            if self._bad:
                self._spoiled.append((self.base, body))
            lines = io.StringIO(self._text, newline="")
            self.tell = lines.tell
            yield lines

    def bad_lines(self) -> int:
        """How many lines before the mark hold bytes that are not in the encoding."""
        return sum(decode(body[: max(0, self.mark - base)])[1] for base, body in self._spoiled)

    def settle(self) -> None:
        """Note where the last row ended."""
        if self.told >= 0:
            self.mark = self.base + self._length(self.told)
            self.told = -1

    def _length(self, told: int) -> int:
        """How many bytes some characters of the text were, which end in a line end."""
        if told == len(self._text):
            return len(self._bytes)
        if len(self._text) == len(self._bytes) and not self._bad:
            return told
        if not self._bad:
            return len(self._text[:told].encode())
        lines = len(self._text[:told].encode().splitlines())
        return sum(map(len, self._bytes.splitlines(keepends=True)[:lines]))

    def _advance(self) -> bytes:
        """The next lines; empty at the end between two records."""
        self.settle()
        self._window.drop(self.mark)
        body = self._window.lines(self.end, self._size, MAX_RECORD, returns=True)
        if body and self.end - self.mark > MAX_RECORD:
            raise UnclosedError
        if not body and self._window.peek(self.end, 1):
            raise LongError
        if not body and self.mark < self.end:
            raise UnclosedError
        return body
